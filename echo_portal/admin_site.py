"""The administration: coordinators' and staff's workplace, behind one sign-in and a second factor."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class PortalAdminConfig(AdminConfig):
    default_site = "echo_portal.admin_site.PortalAdminSite"

    def ready(self) -> None:
        from echo_portal import checks  # noqa: F401 (registers them)

        super().ready()


class PortalAdminSite(AdminSite):
    site_header = _("Palliative Care ECHO: administration")
    site_title = _("Palliative Care ECHO")
    index_title = _("What needs doing")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff; the second factor is asked for by SecondFactorMiddleware before anything here runs."""
        user = request.user
        return bool(user.is_active and getattr(user, "is_staff", False))
