"""The administration as an app: its site, and the pages composed from several apps."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig

PAGES = ("series", "session", "messages.pages", "messages.suppressions")


class PortalAdminConfig(AdminConfig):
    default_site = "echo_portal.admin.site.PortalAdminSite"

    def ready(self) -> None:
        """Register the plain pages of each app, then the composed ones."""
        super().ready()
        for name in PAGES:
            import_module(f"echo_portal.admin.{name}")
