from django.apps import AppConfig


class LibConfig(AppConfig):
    """Utilities without models: template tags, zone data and forms."""

    name = "echo_portal.lib"
    label = "lib"
