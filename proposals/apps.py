from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    name = "proposals"
    verbose_name = _("Ideas and inquiries")

    def ready(self) -> None:
        from proposals import emails

        emails.register_renderers()
