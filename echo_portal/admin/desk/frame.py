"""The template context that all tabs of the desk have in common: title and state of the series, tabs, and addresses."""

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from echo_portal.admin.registration_links import registration_links
from echo_portal.lib.addresses import slug_address
from hubs.admin_scope import HubScopedAdmin
from sessions.models import Series, Session

TABS = {
    "desk": pgettext_lazy("of a series", "Sessions"),
    "registrants": gettext_lazy("Registrants"),
    "messages": gettext_lazy("Messages"),
    "feedback": gettext_lazy("Feedback"),
    "change": gettext_lazy("Settings"),
}


def frame_of(series: Series, tab: str) -> dict[str, Any]:
    """Return the part of a tab's template context that describes the series, using at most two queries."""
    return {
        "series": series,
        "tabs": [
            (label, reverse(f"admin:echo_sessions_series_{name}", args=(series.pk,)), name == tab)
            for name, label in TABS.items()
        ],
        "state_words": _state_words(series),
        "public_url": slug_address("series", series.slug) if series.is_published else "",
        "registration_links": registration_links(series, timezone.now()) if series.is_published else None,
    }


def desk_answer(
    page: HubScopedAdmin, request: HttpRequest, series: Series, tab: str, template: str, context: dict[str, Any]
) -> TemplateResponse:
    whole = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": series.title,
        "subtitle": TABS[tab],
        "is_nav_sidebar_enabled": False,  # the tables need the width; the breadcrumbs remain
        **frame_of(series, tab),
    }
    return TemplateResponse(request, f"admin/desk/{template}.html", {**whole, **context})


def _state_words(series: Series) -> str:
    """Return a text that says whether the public sees the series, and whether people can register."""
    if not series.is_published:
        return _("Draft: the public does not see it")
    if not Session.objects.filter(series=series).open_for_registration(timezone.now()).exists():
        return _("Published: no session is open")
    return _("Published: register with a key") if series.needs_key else _("Published: open to all")
