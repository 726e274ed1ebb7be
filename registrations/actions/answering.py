"""Store the answer of a person whom a coordinator registered: yes, which is their consent, or no (ADR 27)."""

from django.db import transaction
from django.utils import timezone

from accounts.actions import give_consent, record
from accounts.models import ConsentKind, Person
from echo_portal.outbox.actions import withdraw, write_messages
from echo_portal.outbox.models import Message
from registrations.actions.enrolling import message_about_series
from registrations.actions.giving_back import cancel_place
from registrations.actions.places import promote_waiting
from registrations.message_kinds import CONFIRMATION
from registrations.models import Addition, Enrollment, Registration
from registrations.queries.people import has_open_addition
from sessions.models import Session


@transaction.atomic
def accept_addition(*, addition: Addition, person: Person, page_language: str) -> int:
    """Store the person's consent and their answer, write the confirmation, and return the number of registrations.

    Places in cancelled sessions are not included. A second call changes nothing.
    """
    now = timezone.now()
    rows = list(
        Registration.objects.active()
        .filter(addition=addition, person=person, answered_at=None)
        .exclude(session__state=Session.State.CANCELLED)
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    enrolled = Enrollment.objects.active().filter(addition=addition, person=person).exists()
    if not rows and not enrolled:
        return 0
    give_consent(
        person=person,
        kind=ConsentKind.PRIVACY,
        language=page_language,
        source=addition.about,
        at=now,
        by_owner=True,
    )
    Registration.objects.filter(pk__in=[row.pk for row in rows]).update(answered_at=now)
    key = f"{addition.about}:{person.pk}"
    write_messages([message_about_series(CONFIRMATION, key, person, addition.series, rows)])
    _record("addition-accepted", addition, person, rows)
    return len(rows)


@transaction.atomic
def decline_addition(*, addition: Addition, person: Person) -> int:
    """Give up the addition's places in sessions to come, end its enrollment, and return the number of places.

    No email is written. Locks the sessions. A second call, and a call after the person has accepted, change nothing.
    The exception are places that the acceptance did not include because their session was cancelled then.
    """
    now = timezone.now()
    own = Registration.objects.filter(addition=addition, person=person)
    has_answered = own.exclude(answered_at=None).exists()
    if has_answered and not has_open_addition(person, addition):
        return 0
    enrollments = Enrollment.objects.active().filter(addition=addition, person=person)
    ended = 0 if has_answered else enrollments.update(left_at=now)
    own = own.filter(answered_at=None)
    sessions = Session.objects.filter(pk__in=own.values("session")).to_come(now).order_by("pk")
    locked = {session.pk: session for session in sessions.select_for_update(no_key=True)}
    rows = list(own.active().filter(session__in=locked).order_by("pk").select_for_update(of=("self",)))
    withdraw(Message.objects.about(addition.about).filter(person_id=person.pk))
    for row in rows:
        row.person, row.session, row.answered_at = person, locked[row.session_id], now
        row.session.series = addition.series
        cancel_place(row, by=person, now=now)
    if rows or ended:
        _record("addition-declined", addition, person, rows)
    for row in rows:
        if row.session.capacity is not None:
            promote_waiting(session_id=row.session_id)
    return len(rows)


def _record(verb: str, addition: Addition, person: Person, rows: list[Registration]) -> None:
    for about in (addition.about, *(f"registration:{row.pk}" for row in rows)):
        record(verb, about=about, by=person, scope_id=addition.series.hub_id, details={"addition": addition.pk})
