"""Places: assigned under the session's lock, and filled from the waiting list."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from accounts.actions import record
from accounts.models import Person
from echo_portal.outbox.actions import write_messages
from registrations import rules
from registrations.actions.giving_back import cancel_place, entry_of, left_message
from registrations.actions.messages import message_to
from registrations.actions.reminding import set_unproved_terms, write_reminders
from registrations.message_kinds import PLACE
from registrations.models import Enrollment, Registration
from registrations.queries.places import NONE_TAKEN, Taken, places_taken
from registrations.why_sent import registered_for, waited_for
from sessions.models import Session

State = Registration.State


def register_for(
    person: Person,
    sessions: Sequence[Session],
    enrollment: Enrollment | None,
    now: dt.datetime,
    *,
    taken: dict[int, Taken],
    is_new: bool = False,
) -> list[Registration]:
    """Return new and revived registrations; active ones are neither changed nor returned.

    Sessions with a limit are locked by the caller, and `taken` was counted after that. A new person has no rows to
    revive.
    """
    known: dict[int, Registration] = {}
    if not is_new:
        active = Registration.objects.select_for_update().filter(person=person, session__in=sessions)
        known = {row.session_id: row for row in active}
    fresh: list[Registration] = []
    revived: list[Registration] = []
    for session in sessions:
        row = known.get(session.pk)
        if row is not None and row.state != State.CANCELLED:
            continue
        state, waiting_number = place_for(session, taken, now)
        if row is None:
            row = Registration(person=person, session=session, registered_at=now)
            fresh.append(row)
        else:
            row.session, row.person = session, person
            row.revision += 1
            row.registered_at = now
            row.cancelled_at = row.cancelled_by = None
            revived.append(row)
        row.enrollment = enrollment or row.enrollment
        row.state, row.waiting_number, row.changed_at = state, waiting_number, now
    set_unproved_terms(fresh + revived, now, is_new=is_new)
    Registration.objects.bulk_create(fresh)
    for row in revived:
        row.save()
    write_reminders(fresh + revived)
    return fresh + revived


def register_enrolled(session: Session, enrollments: Iterable[Enrollment], now: dt.datetime) -> list[Registration]:
    """Register people who have no row in this session yet, in order; the session is locked by the caller.

    The number of statements does not depend on the number of people; each enrollment comes with its person.
    """
    taken = places_taken([session]).get(session.pk, NONE_TAKEN)
    rows: list[Registration] = []
    for enrollment in enrollments:
        state, waiting_number = place_for(session, {session.pk: taken}, now)
        taken = taken.plus(state, waiting_number)
        rows.append(
            Registration(
                person=enrollment.person,
                session=session,
                enrollment=enrollment,
                state=state,
                waiting_number=waiting_number,
                registered_at=now,
                changed_at=now,
            )
        )
    set_unproved_terms(rows, now)
    Registration.objects.bulk_create(rows)
    write_reminders(rows)
    return rows


def place_for(session: Session, taken: dict[int, Taken], now: dt.datetime) -> tuple[str, int | None]:
    """Return a place, or the next number of the waiting list. The session's row is locked by the caller."""
    if session.capacity is None:
        return State.REGISTERED, None
    places = taken.get(session.pk, NONE_TAKEN)
    people_wait = places.waiting and rules.waiting_list_moves(session, now)
    if places.registered < session.capacity and not people_wait:
        return State.REGISTERED, None
    return State.WAITING, places.last_number + 1


def full_of(sessions: Iterable[Session], changed: set[int], taken: dict[int, Taken], now: dt.datetime) -> list[int]:
    """Return the full sessions among those registered before.

    The answer of a known address then looks like that of a new one.
    """
    return [
        session.pk
        for session in sessions
        if session.pk not in changed and place_for(session, taken, now)[0] == State.WAITING
    ]


@transaction.atomic
def promote_waiting(*, session_id: int) -> int:
    """Give free places to the next on the waiting list, until the session's limit before its start; return how many.

    Places that were kept long enough for addresses that nobody has proved become free first, if somebody waits.
    """
    now = timezone.now()
    session = Session.objects.select_for_update(no_key=True).select_related("series").get(pk=session_id)
    if session.is_cancelled or session.is_over(now) or not rules.waiting_list_moves(session, now):
        return 0
    waiting = Registration.objects.waiting().filter(session=session)
    if session.capacity is None:
        free = waiting.count()
    else:
        free = max(session.capacity - Registration.objects.registered().filter(session=session).count(), 0)
        free += _release_unproved(session, at_most=waiting.count() - free, now=now)
    moved = list(waiting.select_for_update(of=("self",)).select_related("person")[:free])
    for row in moved:
        row.session = session
        row.state, row.waiting_number, row.changed_at = State.REGISTERED, None, now
        row.revision += 1
    set_unproved_terms(moved, now)
    Registration.objects.bulk_update(
        moved, ["state", "waiting_number", "changed_at", "revision", "reminders_wait", "kept_until"]
    )
    write_reminders(moved)
    write_messages(
        message_to(
            row.person,
            kind=PLACE,
            key=f"{row.pk}:{row.revision}",
            series=session.series,
            about=f"registration:{row.pk}",
            why=waited_for(session),
            payload={"registration": row.pk},
            expires_at=session.ends_at,
        )
        for row in moved
    )
    for row in moved:
        record(
            "promote",
            about=f"registration:{row.pk}",
            by=None,
            scope_id=session.series.hub_id,
            details={"session": session.pk},
        )
    return len(moved)


def _release_unproved(session: Session, *, at_most: int, now: dt.datetime) -> int:
    """Give up places of addresses that nobody has proved, those kept longest first (ADR 17); return how many.

    The session is locked by the caller. A person who acts at this moment, and whose row is locked, is left out.
    """
    if at_most <= 0:
        return 0
    kept = Registration.objects.registered().filter(session=session, kept_until__lte=now)
    kept = kept.filter(person__mailbox_proved_at__isnull=True).order_by("kept_until", "pk").select_related("person")
    rows = list(kept.select_for_update(of=("self", "person"), skip_locked=True)[:at_most])
    for row in rows:
        row.session = session
        entry = entry_of(row)
        cancel_place(row, by=None, now=now)
        why = registered_for(session)
        write_messages([left_message(row.person, session.series, [row], why=why, entry=entry, unproved=True)])
        record(
            "release-place",
            about=f"registration:{row.pk}",
            by=None,
            scope_id=session.series.hub_id,
            details={"session": session.pk},
        )
    return len(rows)
