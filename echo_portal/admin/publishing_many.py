"""The action of the list of series that publishes several drafts after the same checks and preview as one series."""

import dataclasses
from collections.abc import Sequence

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin_scope import signed_in_person
from accounts.models import Person
from credits.publish_checks import Concern, publish_concerns
from echo_portal.admin.changes import when_text_of
from echo_portal.admin.publishing import emails_waiting, preview_publication
from echo_portal.lib.refusals import Refusal
from hubs.admin_scope import HubScopedAdmin
from registrations import actions
from registrations.models import SessionChange
from sessions.models import Series, Session

# The most series on one page: the checks of each series need several queries.
MOST_SERIES = 20


@dataclasses.dataclass(frozen=True)
class Publication:
    """A series with its sessions, of which the drafts would be published, and what looks wrong with it."""

    series: Series
    sessions: list[Session]
    concerns: list[Concern]

    @property
    def drafts(self) -> list[tuple[Session, str]]:
        """The sessions that would be published, each with its date and times as text."""
        return [(one, when_text_of(one)) for one in self.sessions if one.state == Session.State.DRAFT]

    @property
    def url(self) -> str:
        return reverse("admin:echo_sessions_series_publish", args=(self.series.pk,))

    @property
    def is_blocked(self) -> bool:
        return any(concern.is_blocking for concern in self.concerns)


def publish_many_page(page: HubScopedAdmin, request: HttpRequest, chosen: Sequence[Series]) -> HttpResponse:
    """Display the concerns about each series and the emails of all; once this is confirmed, publish the series.

    Series with a blocking concern are left out, and series that are published with all their sessions, too. Nothing is
    published if the number of series or emails is no longer the displayed one.
    """
    back = reverse("admin:echo_sessions_series_changelist")
    if len(chosen) > MOST_SERIES:
        words = _("Choose at most %(most)d series at once.") % {"most": MOST_SERIES}
        page.message_user(request, words, messages.ERROR)
        return HttpResponseRedirect(back)
    found = [_publication(series) for series in chosen]
    to_publish = [one for one in found if not one.is_blocked and (one.drafts or not one.series.is_published)]
    by, fault = signed_in_person(request), ""
    try:
        emails = preview_publication(request, lambda: _publish(to_publish, by=by))
        if request.POST.get("confirmed") == "yes" and to_publish:
            if request.POST.get("seen") == f"{len(to_publish)} {emails['count']}":
                changes = _publish(to_publish, by=by)
                page.message_user(request, _said(to_publish, changes), messages.SUCCESS)
                return HttpResponseRedirect(back)
            fault = _("This is what it means now; look once more.")
    except Refusal as refusal:
        page.message_user(request, refusal.sentence, messages.ERROR)
        return HttpResponseRedirect(back)
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": _("Publish series"),
        "back": back,
        "chosen": chosen,
        "to_publish": to_publish,
        "blocked": [one for one in found if one.is_blocked],
        "published": [one.series for one in found if one not in to_publish and not one.is_blocked],
        "session": next((session for one in to_publish for session in one.sessions), None),
        "seen": f"{len(to_publish)} {emails['count']}",
        "action_checkbox_name": ACTION_CHECKBOX_NAME,
        "fault": fault,
        **emails,
    }
    return TemplateResponse(request, "admin/registrations/publish_many.html", context)


def _publication(series: Series) -> Publication:
    sessions = list(series.sessions.order_by("number"))
    for session in sessions:
        session.series = series
    is_complete = series.is_published and all(session.state != Session.State.DRAFT for session in sessions)
    today = timezone.localdate()
    concerns = [] if is_complete else publish_concerns(series, sessions, now=timezone.now(), today=today)
    return Publication(series, sessions, concerns)


@transaction.atomic
def _publish(publications: Sequence[Publication], *, by: Person) -> list[SessionChange]:
    """Publish all these series with their drafts, or none. Locks the series in the order of their keys."""
    changes = []
    for one in sorted(publications, key=lambda one: one.series.pk):
        ids = [session.pk for session, _when in one.drafts]
        changes += actions.publish_series(series=one.series, session_ids=ids, by=by)
    return changes


def _said(published: Sequence[Publication], changes: Sequence[SessionChange]) -> str:
    words = ngettext("%(count)d series is published.", "%(count)d series are published.", len(published))
    sentences = [words % {"count": len(published)}]
    return " ".join([*sentences, *emails_waiting(changes)])
