from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The figures of the programme, and the files of long exports."""

    name = "echo_portal.reports"
    label = "reports"
