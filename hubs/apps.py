from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HubsConfig(AppConfig):
    name = "hubs"
    verbose_name = _("Hubs")

    def ready(self) -> None:
        from echo_portal.outbox.email_content import register_funding_note
        from hubs.queries import funding_note

        register_funding_note(funding_note)
