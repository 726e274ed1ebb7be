from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """An app without tables, so that Django finds its command."""

    name = "echo_portal.reports"
