"""The page that publishes drafts of a series, after displaying concerns and the number of emails."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin_scope import signed_in_person
from credits.publish_checks import publish_concerns
from echo_portal.admin.changes import when_text_of
from echo_portal.admin.publishing import emails_waiting, preview_publication
from echo_portal.lib.refusals import Refusal
from hubs.admin_scope import HubScopedAdmin
from registrations import actions
from sessions.models import Series, Session


def publish_series_page(page: HubScopedAdmin, request: HttpRequest, series: Series) -> HttpResponse:
    """Display the drafts and the concerns about publishing them, then publish the selected drafts.

    Nothing is published if a concern is blocking, or if the number of emails is no longer the displayed one.
    """
    back = reverse("admin:echo_sessions_series_desk", args=(series.pk,))
    sessions = list(series.sessions.order_by("number"))
    drafts = [session for session in sessions if session.state == Session.State.DRAFT]
    for session in sessions:
        session.series = series
    if series.is_published and not drafts:
        page.message_user(request, _("Everything in this series is published."), messages.INFO)
        return HttpResponseRedirect(back)
    posted = request.method == "POST"
    chosen = _chosen(request, drafts) if posted else drafts
    public = [session for session in sessions if session not in drafts or session in chosen]
    concerns = publish_concerns(series, public, now=timezone.now(), today=timezone.localdate())
    blocked = any(concern.is_blocking for concern in concerns)
    fault = ""
    try:
        emails = _preview(request, series, chosen)
        if posted and request.POST.get("step") == "publish":
            if blocked:
                fault = _("Nothing is published yet. Settle what is marked first.")
            elif request.POST.get("emails") != str(emails["count"]):
                fault = _("This is what it means now; look once more.")
            else:
                return _publish(page, request, series, chosen, back)
    except Refusal as refusal:
        page.message_user(request, refusal.sentence, messages.ERROR)
        return HttpResponseRedirect(back)
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": _("Publish drafts of this series") if series.is_published else _("Publish this series"),
        "back": back,
        "back_words": str(series),
        "series": series,
        "session": next(iter(chosen or sessions), None),
        "drafts": [(session, when_text_of(session), session in chosen) for session in drafts],
        "chosen": chosen,
        "concerns": concerns,
        "blocked": blocked,
        "fault": fault,
        **emails,
    }
    return TemplateResponse(request, "admin/registrations/series_publish.html", context)


def _chosen(request: HttpRequest, drafts: list[Session]) -> list[Session]:
    """Return the selected drafts. IDs that do not belong to a draft of this series are ignored."""
    ticked = set(request.POST.getlist("session"))
    return [session for session in drafts if str(session.pk) in ticked]


def _preview(request: HttpRequest, series: Series, chosen: list[Session]) -> dict[str, Any]:
    ids = [session.pk for session in chosen]
    by = signed_in_person(request)
    return preview_publication(request, lambda: actions.publish_series(series=series, session_ids=ids, by=by))


def _publish(
    page: HubScopedAdmin, request: HttpRequest, series: Series, chosen: list[Session], back: str
) -> HttpResponse:
    ids = [session.pk for session in chosen]
    changes = actions.publish_series(series=series, session_ids=ids, by=signed_in_person(request))
    words = ngettext("%(count)d session is published.", "%(count)d sessions are published.", len(chosen))
    sentences = [words % {"count": len(chosen)} if chosen else _("The series is published.")]
    page.message_user(request, " ".join([*sentences, *emails_waiting(changes)]), messages.SUCCESS)
    return HttpResponseRedirect(back)
