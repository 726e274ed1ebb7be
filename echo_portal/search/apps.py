from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The search of public pages. It has no models: its migrations add columns to the tables that it searches."""

    name = "echo_portal.search"
    label = "search"
