from django.apps import AppConfig


class LibConfig(AppConfig):
    """Shared code without models: template tags, zone data and forms."""

    name = "echo_portal.lib"
    label = "lib"
