"""The administration: coordinators' and staff's workplace, behind one sign-in and a second factor."""

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

# Nobody here has a password; "view on site" would tell of rows that a person may not read (SAFETY.md 4.1).
LEFT_OUT = frozenset({"view_on_site", "password_change", "password_change_done"})


class PortalAdminSite(AdminSite):
    site_header = _("Palliative Care ECHO: administration")
    site_title = _("Palliative Care ECHO")
    index_title = _("What needs doing")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff; the second factor is asked for by SecondFactorMiddleware before anything here runs."""
        user = request.user
        return bool(user.is_active and getattr(user, "is_staff", False))

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Pages of our own rooms, each with the scope of its rows; those that other packages bring are left out."""
        if admin_class is not None and issubclass(admin_class, ScopedAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Says first what everybody here has to know: that no mail leaves, and why; then what needs doing."""
        state = {
            "queue_pause": current_pause(),
            "mail_held": settings.MAIL_HELD,
            "to_do": what_needs_doing(signed_in_person(request), timezone.now()),
        }
        return super().index(request, {**state, **(extra_context or {})})

    def get_urls(self) -> list[URLResolver | URLPattern]:
        return [url for url in super().get_urls() if getattr(url, "name", None) not in LEFT_OUT]
