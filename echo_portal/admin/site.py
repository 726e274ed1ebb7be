"""The administration site for coordinators and staff, behind sign-in and a second factor."""

from functools import wraps
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts import second_factor
from accounts.admin_scope import ScopedAdmin, signed_in_person
from accounts.models import Person
from echo_portal.admin.back_to_start import lead_back
from echo_portal.admin.history import Line, history_of
from echo_portal.admin.messages.history import answer_shown
from echo_portal.admin.start_page import what_needs_doing
from echo_portal.admin.urgency import by_date
from echo_portal.lib.http import safe_next
from echo_portal.lib.kept_posts import kept_post
from echo_portal.middleware import StaffSessionMiddleware
from echo_portal.outbox.pauses import current_pause
from echo_portal.reports.selection import hubs_of_reader
from sessions.models import SessionRole

WARNED_MINUTES_BEFORE = 5
# There are no passwords, and "view on site" would reveal rows that a person may not read (SAFETY.md 4.1).
REMOVED_URLS = frozenset({"view_on_site", "password_change", "password_change_done"})


class PortalAdminSite(AdminSite):
    site_header = _("Palliative Care ECHO: administration")
    site_title = _("Palliative Care ECHO")
    index_title = _("What needs doing")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the person is active staff and has passed the second factor in this browser session."""
        person = request.user
        if not (isinstance(person, Person) and person.is_active and person.is_staff):
            return False
        return second_factor.may_be_off(request) or second_factor.has_passed(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Redirect to the step that is missing: signing in, setting up a second factor, or entering its code."""
        person = request.user
        wanted = safe_next(request, request.GET.get("next", "")) or reverse("admin:index")
        if not isinstance(person, Person):
            return redirect_to_login(wanted, reverse("sign_in"))
        if not person.is_staff:
            # The button for the language in the administration sets this cookie.
            if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                translation.activate(person.language)
            leads = SessionRole.objects.open_to(person, timezone.now()).exists()
            context = {
                **self.each_context(request),
                "leads": leads,
                "reads_figures": hubs_of_reader(person) is not None,
            }
            return TemplateResponse(request, "admin/not_for_you.html", context, status=403)
        if self.has_permission(request):
            return HttpResponseRedirect(wanted)
        if not second_factor.is_set_up(person):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return second_factor.ask_again(request, back=wanted)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Return the view, which redirects to the start page after an action that was begun there."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def view_with_way_back(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = inner(request, *args, **kwargs)
            return lead_back(request, response) if self.has_permission(request) else response

        return view_with_way_back

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Raise PermissionDenied if the field is not a forward relation, because Django fails for reverse relations."""
        try:
            model = apps.get_model(request.GET.get("app_label", ""), request.GET.get("model_name", ""))
            field = model._meta.get_field(request.GET.get("field_name", ""))
        except (LookupError, FieldDoesNotExist) as error:
            raise PermissionDenied from error
        if not isinstance(field, models.Field) or not field.is_relation:
            raise PermissionDenied
        return super().autocomplete_view(request)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register admin classes that inherit from ScopedAdmin. Ignore others, such as those of other packages."""
        if admin_class is not None and issubclass(admin_class, ScopedAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Display the to-do list and, if sending is paused, the reason."""
        pause = current_pause()
        kinds = what_needs_doing(signed_in_person(request), timezone.now())
        state = {
            "queue_pause": pause,
            "queue_said": answer_shown(pause.reason) if pause else "",
            "mail_held": settings.MAIL_HELD,
            "to_do": by_date(kinds, timezone.localdate()),
            "to_do_kinds": kinds,
        }
        return super().index(request, {**state, **(extra_context or {})})

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return the context, with the numbers of minutes after which the page warns and the session ends (ADR 23)."""
        minutes = StaffSessionMiddleware.IDLE_SECONDS // 60
        notice = {"warns_after": minutes - WARNED_MINUTES_BEFORE, "ends_after": minutes}
        shown = self.has_permission(request)
        return {**super().each_context(request), "session_minutes": notice if shown else None}

    def history_of(self, request: HttpRequest, row: Any) -> list[Line]:
        return history_of(row, signed_in_person(request))

    def stay_view(self, request: HttpRequest) -> HttpResponse:
        """Extend the session without changing anything else.

        Return 204, or 409 if the session will soon reach its maximum of twelve hours.
        """
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return HttpResponse(status=409 if StaffSessionMiddleware.ends_soon(request) else 204)

    def kept_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """Display a button that leads back to a form which this person posted after their session had ended."""
        kept = kept_post(key, person_id=signed_in_person(request).pk)
        if kept is None:
            raise Http404
        context = {
            **self.each_context(request),
            "title": _("What you typed is still here"),
            "kept": kept,
            "sent_values": [(name, value) for name, values in kept.values.lists() for value in values],
        }
        return TemplateResponse(request, "admin/kept.html", context)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        stay = path("stay/", self.admin_view(self.stay_view), name="stay")
        kept = path("kept/<slug:key>/", self.admin_view(self.kept_view), name="kept")
        return [stay, kept, *(url for url in super().get_urls() if getattr(url, "name", None) not in REMOVED_URLS)]
