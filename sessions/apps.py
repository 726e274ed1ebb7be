from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SessionsConfig(AppConfig):
    """Taught sessions. The label keeps clear of django.contrib.sessions, the browser's."""

    name = "sessions"
    label = "echo_sessions"
    verbose_name = _("Programme")
