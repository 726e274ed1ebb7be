from django.apps import AppConfig


class LibConfig(AppConfig):
    """The app of shared code without models: template tags, time zones and forms."""

    name = "echo_portal.lib"
    label = "lib"

    def ready(self) -> None:
        from echo_portal.lib.default_errors import replace_default_errors

        replace_default_errors()
