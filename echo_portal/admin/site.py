"""The administration site for coordinators and staff, behind sign-in and a second factor."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_scope import ScopedAdmin, signed_in_person
from echo_portal.admin.start_page import what_needs_doing
from echo_portal.outbox.pauses import current_pause

# There are no passwords, and "view on site" would reveal rows that a person may not read (SAFETY.md 4.1).
REMOVED_URLS = frozenset({"view_on_site", "password_change", "password_change_done"})


class PortalAdminSite(AdminSite):
    site_header = _("Palliative Care ECHO: administration")
    site_title = _("Palliative Care ECHO")
    index_title = _("What needs doing")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Allow active staff. SecondFactorMiddleware asks for the second factor before this runs."""
        user = request.user
        return bool(user.is_active and getattr(user, "is_staff", False))

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register the portal's own pages, which scope their rows; ignore those of third-party packages."""
        if admin_class is not None and issubclass(admin_class, ScopedAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show whether sending is paused and why, then what needs doing."""
        state = {
            "queue_pause": current_pause(),
            "mail_held": settings.MAIL_HELD,
            "to_do": what_needs_doing(signed_in_person(request), timezone.now()),
        }
        return super().index(request, {**state, **(extra_context or {})})

    def get_urls(self) -> list[URLResolver | URLPattern]:
        return [url for url in super().get_urls() if getattr(url, "name", None) not in REMOVED_URLS]
