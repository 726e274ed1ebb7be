"""The app of the administration: its site, and the pages that use several apps."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig

PAGES = (
    "series",
    "session",
    "keys",
    "registrations",
    "address_corrections",
    "merging",
    "inquiries",
    "newsletters",
    "people",
    "attendance_reports",
    "messages.pages",
    "messages.suppressions",
)


class PortalAdminConfig(AdminConfig):
    default_site = "echo_portal.admin.site.PortalAdminSite"

    def ready(self) -> None:
        """Register the function for sentences of audit events, and import the admin modules of all apps.

        Those of this package are imported last.
        """
        super().ready()
        from accounts.sentences import provide_event_sentences
        from echo_portal.admin.history_sentences import sentence_of

        provide_event_sentences(sentence_of)
        for name in PAGES:
            import_module(f"echo_portal.admin.{name}")
