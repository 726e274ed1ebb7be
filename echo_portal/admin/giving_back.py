"""Give back places of several people: the preview of its emails, and the page that undoes it."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin_scope import signed_in_person
from accounts.models import AuditEvent
from echo_portal.admin.email_preview import describe_emails, registrations_of, with_stored_samples
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from hubs.admin_scope import HubScopedAdmin
from registrations.actions import give_back_places, recall_give_back
from registrations.actions.giving_back_many import emails_of_give_back
from registrations.message_kinds import LEFT, PLACE
from registrations.models import Registration
from registrations.rules import RECALL_FOR


def preview_give_back(request: HttpRequest, rows: list[Registration], notes: dict[str, str]) -> dict[str, Any]:
    """Give back the places in a transaction that is rolled back, and return the description of the emails."""
    if not rows:
        return {"count": 0}
    abouts = [f"registration:{row.pk}" for row in rows]
    with transaction.atomic():
        last = Message.objects.order_by("pk").last()
        written = Message.objects.filter(pk__gt=last.pk if last else 0)
        give_back_places(registrations=rows, by=signed_in_person(request), **notes)
        lost = list(written.about(*abouts).filter(kind=LEFT).order_by("pk"))
        told = {pk for email in lost for pk in registrations_of(email)}
        places = {pk: email for email in written.filter(kind=PLACE).order_by("pk") for pk in registrations_of(email)}
        sessions = {row.session_id for row in rows}
        promoted = list(Registration.objects.filter(pk__in=places, session__in=sessions).with_shown_name())
        described = describe_emails(
            [*lost, *(places[row.pk] for row in promoted)],
            hub_id=rows[0].session.series.hub_id,
            reader=signed_in_person(request),
        )
        names = [row.shown_name for row in promoted]
        transaction.set_rollback(True)
    return {
        **with_stored_samples(request, described),
        "session": rows[0].session,
        "next_ones": names,
        "can_recall": bool(lost),
        "uninvited": len({row.person_id for row in rows if row.pk not in told}),
    }


def given_back_page(page: HubScopedAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Display which places were given back. On POST, undo this if it is still possible."""
    person = signed_in_person(request)
    event = AuditEvent.objects.filter(pk=pk, verb="give-back-places").first() if page.has_access(request) else None
    if event is None:
        raise Http404
    ids = [place["registration"] for place in event.details["places"]]
    own = Registration.objects.editable_by(person).filter(pk__in=ids).select_related("session__series")
    rows = list(own.with_shown_name().order_by("pk"))
    if not rows:
        raise Http404
    back = reverse("admin:registrations_registration_changelist")
    if request.method == "POST":
        _take_back(page, request, event, rows)
        return HttpResponseRedirect(back)
    emails = emails_of_give_back(event).unsent()
    context = {
        **page.admin_site.each_context(request),
        "title": _("Places given back"),
        "opts": page.opts,
        "rows": rows,
        "unsent": emails.count(),
        "told": emails_of_give_back(event).exists(),
        "leaves_at": event.at + RECALL_FOR,
        "now": timezone.now(),
        "back": back,
    }
    return TemplateResponse(request, "admin/registrations/given_back.html", context)


def _take_back(page: HubScopedAdmin, request: HttpRequest, event: AuditEvent, rows: list[Registration]) -> None:
    try:
        done = recall_give_back(event=event, rows=rows, by=signed_in_person(request))
    except Refusal as refusal:
        page.message_user(request, refusal.sentence, messages.ERROR)
        return
    count = len(done.again)
    if count:
        text = ngettext("%(count)d place stands again.", "%(count)d places stand again.", count)
        page.message_user(request, text % {"count": count}, messages.SUCCESS)
    if done.lost:
        text = _("Somebody else has the place by now, so the email to these people leaves: %(names)s.")
        names = ", ".join(row.shown_name for row in done.lost)
        page.message_user(request, text % {"names": names}, messages.WARNING)
