from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The app for searching public pages. It has no models; its migrations add columns to the searched tables."""

    name = "echo_portal.search"
    label = "search"
