from django.apps import AppConfig


class ErasureConfig(AppConfig):
    """The app that erases people. It has no tables."""

    name = "echo_portal.erasure"
    label = "erasure"
