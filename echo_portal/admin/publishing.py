"""The page that publishes a session, and registers the people enrolled in its series, after a preview."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin_scope import signed_in_person
from echo_portal.admin.changes import seen_revision, when_text_of
from echo_portal.admin.email_preview import describe_emails, sending_words, with_stored_samples
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from hubs.admin_scope import HubScopedAdmin
from proposals.models import DateWatch
from registrations import actions
from registrations.models import SessionChange
from registrations.rules import check_can_change
from sessions.models import Session
from sessions.unusual_days import day_warnings


def publish_page(page: HubScopedAdmin, request: HttpRequest, session: Session) -> HttpResponse:
    """Display the people who will be registered and get an email; once this is confirmed, publish the session."""
    back = reverse("admin:echo_sessions_session_change", args=(session.pk,))
    fault = ""
    try:
        _check_is_draft(session)
        if request.method == "POST":
            try:
                return _publish(page, request, session, back)
            except Refusal as refusal:
                if refusal.code != "seen":
                    raise
                fault = refusal.sentence
            session.refresh_from_db()
            _check_is_draft(session)
        by = signed_in_person(request)
        emails = preview_publication(request, lambda: [actions.publish_session(session=session, by=by)])
    except Refusal as refusal:
        page.message_user(request, refusal.sentence, messages.ERROR)
        return HttpResponseRedirect(back)
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": _("Publish this session"),
        "session": session,
        "back": back,
        "back_words": str(session),
        "when_words": when_text_of(session),
        "day_warnings": day_warnings(session.on_date, session.series.hub.province),
        "fault": fault,
        **emails,
    }
    return TemplateResponse(request, "admin/registrations/session_publish.html", context)


def _check_is_draft(session: Session) -> None:
    check_can_change(session, timezone.now())
    if session.state != Session.State.DRAFT:
        raise Refusal(_("This session is published."), code="published")


def _publish(page: HubScopedAdmin, request: HttpRequest, session: Session, back: str) -> HttpResponse:
    change = actions.publish_session(
        session=session, by=signed_in_person(request), seen_revision=seen_revision(request)
    )
    words = _("The session is published.")
    emails = sending_words(Message.objects.about(change.about).count(), change.send_at)
    page.message_user(request, f"{words} {emails}", messages.SUCCESS)
    return HttpResponseRedirect(back)


def saved_as_draft(session: Session) -> str:
    """Return a sentence that explains why the session was saved as a draft: publishing it sends emails."""
    count = actions.enrollments_to_cover(session).count()
    return ngettext(
        "Saved as a draft: %(count)d enrolled person gets an email when you publish it.",
        "Saved as a draft: %(count)d enrolled people get an email when you publish it.",
        count,
    ) % {"count": count}


def preview_publication(request: HttpRequest, publish: Callable[[], Sequence[SessionChange]]) -> dict[str, Any]:
    """Publish in a transaction that is rolled back. Return numbers, names and sample emails for the preview.

    The sample is the first email. It mentions only sessions of the hub to which the email belongs.
    """
    with transaction.atomic():
        changes = publish()
        written = list(Message.objects.filter(about__in=[change.about for change in changes]).order_by("pk"))
        hub_id = written[0].scope_id if written else None
        described = describe_emails(written, hub_id=hub_id or 0, reader=signed_in_person(request))
        leaves_at_once = any(change.send_at == change.made_at for change in changes)
        transaction.set_rollback(True)
    series = {change.session.series_id for change in changes}
    watchers = DateWatch.objects.waiting().filter(series__in=series).count() if series else 0
    return {**with_stored_samples(request, described), "leaves_at_once": leaves_at_once, "watchers": watchers}


def emails_waiting(changes: Sequence[SessionChange]) -> list[str]:
    """Return a sentence with the number of emails about these publications, or an empty list if there are none."""
    emails = Message.objects.filter(about__in=[change.about for change in changes]).count()
    words = ngettext(
        "%(count)d email waits five minutes; on the page of its session it can be taken back.",
        "%(count)d emails wait five minutes; on the pages of the sessions they can be taken back.",
        emails,
    )
    return [words % {"count": emails}] if emails else []
