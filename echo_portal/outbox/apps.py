from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "echo_portal.outbox"
    label = "outbox"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from echo_portal.outbox import django_mail

        django_mail.register_renderers()
