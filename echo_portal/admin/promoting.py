"""Saving a session that gives places to people on the waiting list. Who gets an email is displayed before that."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts.admin_scope import signed_in_person
from echo_portal.admin.email_preview import describe_emails, with_stored_samples
from echo_portal.outbox.models import Message
from hubs.admin_scope import HubScopedAdmin
from registrations.actions import promote_waiting
from registrations.message_kinds import PLACE
from registrations.models import Registration
from sessions.models import Session

# The attribute of the request with the session and the messages that a save wrote to people who got a place.
PROMOTED = "_promoted"
# The hidden field with the number of these emails that the coordinator has seen.
SEEN_COUNT = "promotions_seen"


def promote_and_note(request: HttpRequest, session: Session, *, were_added: bool) -> None:
    """Give free places to people on the waiting list, and remember their messages for `save_or_preview`."""
    waiting = Registration.objects.waiting().filter(session=session).values_list("pk", flat=True)
    abouts = [f"registration:{pk}" for pk in waiting]
    known = set(Message.objects.about(*abouts).filter(kind=PLACE).values_list("pk", flat=True))
    if promote_waiting(session_id=session.pk, were_added=were_added):
        messages = Message.objects.about(*abouts).filter(kind=PLACE).exclude(pk__in=known)
        request.__dict__[PROMOTED] = (session, list(messages.order_by("pk")))


def save_or_preview(page: HubScopedAdmin, request: HttpRequest, save: Callable[[], Any]) -> Any:
    """Save a posted form. If this sends emails about places, first display the recipients and save nothing."""
    if request.method != "POST":
        return save()
    with transaction.atomic():
        response = save()
        session, emails = request.__dict__.get(PROMOTED, (None, []))
        if not emails or request.POST.get(SEEN_COUNT) == str(len(emails)):
            return response
        described = describe_emails(emails, hub_id=session.series.hub_id, reader=signed_in_person(request))
        transaction.set_rollback(True)
    request._messages._queued_messages.clear()  # type: ignore[attr-defined]  # they say what was not saved
    posted = [(name, value) for name, values in request.POST.lists() for value in values]
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": _("People on the waiting list get places"),
        "session": session,
        "back": request.path,
        "back_words": str(session),
        "posted": [(name, value) for name, value in posted if name not in ("csrfmiddlewaretoken", SEEN_COUNT)],
        "seen_name": SEEN_COUNT,
        **with_stored_samples(request, described),
    }
    return TemplateResponse(request, "admin/registrations/promote.html", context)
