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
    "attendance_reports",
    "messages.pages",
    "messages.suppressions",
)


class PortalAdminConfig(AdminConfig):
    default_site = "echo_portal.admin.site.PortalAdminSite"

    def ready(self) -> None:
        """Import the admin modules of all apps, then those of this package, whose pages use several apps."""
        super().ready()
        for name in PAGES:
            import_module(f"echo_portal.admin.{name}")
