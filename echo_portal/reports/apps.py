from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The app for the figures of the programme, and for the files of long exports."""

    name = "echo_portal.reports"
    label = "reports"
