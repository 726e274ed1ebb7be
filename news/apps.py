from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsConfig(AppConfig):
    name = "news"
    verbose_name = _("News by email")

    def ready(self) -> None:
        from news import emails

        emails.register_renderers()
