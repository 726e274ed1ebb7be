"""Give back places of several people as a coordinator, and undo this while its emails are unsent."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import AuditEvent, Person
from echo_portal.lib.database import database_now
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import withdraw
from echo_portal.outbox.models import Message, MessageQuerySet
from registrations.actions.leaving import leave_series, leave_session
from registrations.actions.places import place_for, register_for
from registrations.actions.untold import lock_untold
from registrations.drop_reasons import DropReason
from registrations.message_kinds import LEFT
from registrations.models import Enrollment, Registration
from registrations.queries.places import places_taken
from registrations.rules import RECALL_FOR
from sessions.models import Series, Session

State = Registration.State
GIVE_BACK = "give-back-places"


@dataclasses.dataclass(frozen=True)
class Returned:
    """The result of undoing: registrations that are active again, and those whose place somebody else has now."""

    again: list[Registration]
    lost: list[Registration]


@transaction.atomic
def give_back_places(
    *, registrations: Sequence[Registration], by: Person, note_en: str = "", note_fr: str = ""
) -> AuditEvent:
    """Give back these places, and return the audit event with which this can be undone.

    There must be at least one place. The emails are due after five minutes. Raises Refusal, and changes nothing, if one
    of the sessions is over.
    """
    due_at = database_now() + RECALL_FOR
    untold = lock_untold(registrations)
    done = []
    for row in sorted(registrations, key=lambda row: (row.session_id, row.pk)):
        left = leave_session(registration=row, by=by, note_en=note_en, note_fr=note_fr, due_at=due_at)
        done.append(_place(left, waited=row.state == State.WAITING, untold=untold))
    hub_id = registrations[0].session.series.hub_id
    record(GIVE_BACK, about=f"hub:{hub_id}", by=by, scope_id=hub_id, details={"places": done})
    return AuditEvent.objects.filter(verb=GIVE_BACK, about=f"hub:{hub_id}", actor_id=by.pk).latest("pk")


@transaction.atomic
def drop_person(*, person: Person, series: Series, by: Person, note_en: str, note_fr: str) -> AuditEvent:
    """Give back all places of a person in sessions to come of a series, and end their enrollment, with one email.

    Return the audit event with which this can be undone. The email is due after five minutes. Raises Refusal if there
    is no reason, or if the person has no place in a session to come.
    """
    if not (note_en or note_fr):
        raise Refusal(_("Write why, in at least one language."), code="no-reason", field="note_en")
    due_at = database_now() + RECALL_FOR
    untold = lock_untold(list(Registration.objects.active().filter(person=person, session__series=series)))
    rows = leave_series(person=person, series=series, by=by, note_en=note_en, note_fr=note_fr, due_at=due_at)
    if all(row.session.is_cancelled for row in rows):
        raise Refusal(_("They have no place in a session to come."), code="no-place")
    done = [_place(row, waited=row.was_waiting, untold=untold) for row in rows]
    for row in rows:
        record(
            "leave-session",
            about=f"registration:{row.pk}",
            by=by,
            scope_id=series.hub_id,
            details={"session": row.session_id, "waited": row.was_waiting},
        )
    facts = {"places": done, "series": series.pk}
    record(GIVE_BACK, about=f"hub:{series.hub_id}", by=by, scope_id=series.hub_id, details=facts)
    return AuditEvent.objects.filter(verb=GIVE_BACK, about=f"hub:{series.hub_id}", actor_id=by.pk).latest("pk")


def _place(row: Registration, *, waited: bool, untold: set[int]) -> dict[str, Any]:
    """Return the facts about a place for the audit event. A place of which nobody was told cannot be restored.

    A place in a cancelled session can be restored, but the email about the whole series does not name it.
    """
    known = {"registration": row.pk, "revision": row.revision, "waited": waited}
    if row.session.is_cancelled:
        known["cancelled"] = True
    return known | ({"untold": True} if row.pk in untold else {})


def emails_of_give_back(event: AuditEvent) -> MessageQuerySet:
    """Return the emails about places that were given back, including one that names several places of a person."""
    ids = [place["registration"] for place in event.details["places"] if "untold" not in place]
    abouts = [f"registration:{pk}" for pk in ids]
    named = [place["registration"] for place in event.details["places"] if not {"untold", "cancelled"} & place.keys()]
    several = Q(about=f"series:{event.details.get('series')}", payload__registrations=named)
    return Message.objects.filter(Q(about__in=abouts) | several, kind=LEFT)


@transaction.atomic
def recall_give_back(*, event: AuditEvent, rows: Sequence[Registration], by: Person) -> Returned:
    """Withdraw the unsent emails about places that were given back, and register these people again.

    Return which registrations are active again, and which are not. `rows` are those registrations of the event that
    `by` may change. A registration stays cancelled if its place was taken since and the person would be at the end of
    the waiting list; their email is then sent. It also stays cancelled if the person had never been told of it. Raises
    Refusal if all emails were sent.
    """
    now = timezone.now()
    told = [place for place in event.details["places"] if "untold" not in place]
    revisions = {place["registration"]: place["revision"] for place in told}
    waited = {place["registration"] for place in event.details["places"] if place["waited"]}
    sessions = Session.objects.select_for_update(no_key=True, of=("self",)).select_related("series__hub")
    locked = {row.pk: row for row in sessions.filter(pk__in=[row.session_id for row in rows]).order_by("pk")}
    again, lost = [], []
    unsent = emails_of_give_back(event).unsent()
    current = Registration.objects.select_for_update(of=("self",)).select_related("person", "enrollment")
    for row in current.filter(pk__in=[row.pk for row in rows], state=State.CANCELLED).order_by("pk"):
        emails = unsent if "series" in event.details else unsent.about(f"registration:{row.pk}")
        if row.revision != revisions.get(row.pk) or not emails.exists():
            continue
        row.session = locked[row.session_id]
        taken = places_taken([row.session])
        if place_for(row.session, taken, now)[0] == State.WAITING and row.pk not in waited:
            lost.append(row)
            continue
        if "series" not in event.details:
            withdraw(emails, reason=DropReason.RECALLED)
        if row.enrollment_id is not None:
            Enrollment.objects.filter(pk=row.enrollment_id, left_at=row.cancelled_at).update(left_at=None)
        again += register_for(row.person, [row.session], row.enrollment, now, taken=taken)
    if "series" in event.details and not lost:  # if places are lost, the email is sent and names them
        withdraw(unsent, reason=DropReason.RECALLED)
    if not again and not lost:
        raise Refusal(_("Every email has left."), code="too-late")
    for row in again:
        record(
            "place-stands-again",
            about=f"registration:{row.pk}",
            by=by,
            scope_id=event.scope_id,
            details={"session": row.session_id, "state": row.state},
        )
    record(
        "recall-give-back",
        about=event.about,
        by=by,
        scope_id=event.scope_id,
        details={"registrations": [row.pk for row in again]},
    )
    return Returned(again, lost)
