"""Places: assigned under the session's lock, and filled from the waiting list."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from accounts.actions import record
from accounts.models import Person
from echo_portal.outbox.actions import write_messages
from registrations import rules
from registrations.actions.giving_back import cancel_place, end_empty_enrollment, entry_of, left_message
from registrations.actions.messages import message_to
from registrations.actions.reminding import set_unproved_terms, write_reminders
from registrations.message_kinds import PLACE
from registrations.models import Enrollment, Registration, SaidByForm
from registrations.queries.people import active_by_session
from registrations.queries.places import NONE_TAKEN, Taken, places_in_line, places_taken
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
    said: SaidByForm | None = None,
    is_new: bool = False,
) -> list[Registration]:
    """Return the registrations that are new, revived, or get a place from the waiting list; others are not changed.

    A person on the waiting list gets a free place once the list no longer moves up (PRODUCT.md 3). Sessions with a
    limit are locked by the caller, and `taken` was counted after that. A new person has no rows to revive.
    `said` is what the form said about the person, if they were not signed in.
    """
    known: dict[int, Registration] = {}
    if not is_new:
        active = Registration.objects.select_for_update().filter(person=person, session__in=sessions)
        known = {row.session_id: row for row in active}
    fresh: list[Registration] = []
    changed: list[Registration] = []
    for session in sessions:
        row = known.get(session.pk)
        if row is not None and row.state == State.REGISTERED:
            continue
        state, waiting_number = place_for(session, taken, now)
        if row is not None and row.state == State.WAITING and state == State.WAITING:
            continue
        if row is None:
            row = Registration(person=person, session=session, registered_at=now)
            fresh.append(row)
        else:
            if row.state == State.CANCELLED:
                row.registered_at = now
            row.session, row.person = session, person
            row.revision += 1
            row.cancelled_at = row.cancelled_by = None
            changed.append(row)
        row.enrollment = enrollment or row.enrollment
        row.state, row.waiting_number, row.changed_at = state, waiting_number, now
        row.take_from(said)
    set_unproved_terms(fresh + changed, now, is_new=is_new)
    Registration.objects.bulk_create(fresh)
    for row in changed:
        row.save()
    write_reminders(fresh + changed)
    return fresh + changed


def register_enrolled(session: Session, enrollments: Iterable[Enrollment], now: dt.datetime) -> list[Registration]:
    """Register people who have no row in this session yet, in order; the session is locked by the caller.

    The number of statements does not depend on the number of people; each enrollment comes with its person.
    """
    taken = places_taken([session]).get(session.pk, NONE_TAKEN)
    rows: list[Registration] = []
    for enrollment in enrollments:
        state, waiting_number = place_for(session, {session.pk: taken}, now)
        taken = taken.plus(state, waiting_number)
        row = Registration(
            person=enrollment.person,
            session=session,
            enrollment=enrollment,
            state=state,
            waiting_number=waiting_number,
            registered_at=now,
            changed_at=now,
        )
        row.take_from(None if enrollment.is_confirmed else enrollment)
        rows.append(row)
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


def waiting_shown(
    sessions: Iterable[Session],
    changed: Iterable[Registration],
    taken: dict[int, Taken],
    now: dt.datetime,
    *,
    signed_in: Person | None,
) -> dict[str, int]:
    """Return the place in the waiting list (1 is next) by session id, as the page after the form shows it.

    The answer for a known address looks like that of a new one: what is full has the place that a new person would get.
    People who are signed in see their own.
    """
    sessions, states = list(sessions), {row.session_id: row.state for row in changed}
    unchanged = [session.pk for session in sessions if session.pk not in states]
    mine = active_by_session(signed_in, unchanged) if unchanged else {}
    places = places_in_line(mine.values())
    shown = {str(row.session_id): places[row.pk] for row in mine.values() if row.pk in places}
    for session in sessions:
        if session.pk not in mine:
            state = states.get(session.pk) or place_for(session, taken, now)[0]
            if state == State.WAITING:
                shown[str(session.pk)] = taken.get(session.pk, NONE_TAKEN).waiting + 1
    return shown


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
        end_empty_enrollment(row, now)
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
