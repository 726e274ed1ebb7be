from django.apps import AppConfig


class LibConfig(AppConfig):
    """Plumbing without models: template tags, zone data, the database behind one command."""

    name = "echo_portal.lib"
    label = "lib"
