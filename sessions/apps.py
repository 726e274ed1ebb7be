from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SessionsConfig(AppConfig):
    """The app of taught sessions. Its label differs from that of django.contrib.sessions."""

    name = "sessions"
    label = "echo_sessions"
    verbose_name = _("Programme")
