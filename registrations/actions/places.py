"""Assign places, and give free places to people on the waiting list. The session is locked during this."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from accounts.actions import record
from accounts.models import Person
from accounts.time_zones import zone_of
from echo_portal.outbox.actions import write_messages
from echo_portal.outbox.models import Message
from registrations import rules
from registrations.actions.giving_back import cancel_place, end_empty_enrollment, entry_of, left_message
from registrations.actions.messages import message_to
from registrations.actions.reminding import set_unproved_terms, write_reminders
from registrations.actions.untold import lock_untold, withdraw_without_places
from registrations.message_kinds import FREE_PLACE, PLACE
from registrations.models import Enrollment, Registration, SaidByForm
from registrations.queries.people import active_by_session
from registrations.queries.places import NONE_TAKEN, Taken, places_in_line, places_taken
from registrations.reminder_times import after_night
from registrations.why_sent import registered_for, waited_for, waits_for
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
    """Register a person for these sessions, and return the registrations that were created or changed.

    A cancelled registration is used again. A person on a waiting list that no longer moves up gets a free place
    (PRODUCT.md 3). The caller must lock the sessions with a limit of places before it counts `taken`. `said` contains
    the form's values about the person, if they were not signed in. `is_new` is true if the person was just created and
    has no registrations.
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
            row.cancelled_at = row.cancelled_by = row.addition = row.answered_at = None
            row.was_waiting = False
            changed.append(row)
        row.enrollment = enrollment or row.enrollment
        if said is None or row.state != State.WAITING:  # a guest's form does not rename a person who waits already
            row.take_from(said)
        row.state, row.waiting_number, row.changed_at = state, waiting_number, now
    set_unproved_terms(fresh + changed, now, is_new=is_new)
    Registration.objects.bulk_create(fresh)
    for row in changed:
        row.save()
    write_reminders(fresh + changed)
    return fresh + changed


def register_enrolled(session: Session, enrollments: Iterable[Enrollment], now: dt.datetime) -> list[Registration]:
    """Register the people of these enrollments for the session, in this order, and return the registrations.

    The caller must have locked the session, omitted people who have a registration for it, and loaded the person of
    each enrollment. The number of SQL statements does not depend on the number of people.
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
    """Return the state of a new registration, and its number on the waiting list or None.

    The caller must have locked the session's row.
    """
    places = taken.get(session.pk, NONE_TAKEN)
    if rules.must_wait(session, now, registered=places.registered, waiting=places.waiting):
        return State.WAITING, places.last_number + 1
    return State.REGISTERED, None


def waiting_shown(
    sessions: Iterable[Session],
    changed: Iterable[Registration],
    taken: dict[int, Taken],
    now: dt.datetime,
    *,
    signed_in: Person | None,
) -> dict[str, int]:
    """Return the position on each waiting list (1 is next) by session ID, for the page that confirms the form.

    This page must not reveal whether an address is known. If a registration for a full session already exists, the
    position of a new person is returned instead of its own. People who are signed in see their own position.
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
def promote_waiting(*, session_id: int, were_added: bool = False) -> int:
    """Give free places to the first people on the waiting list, and return how many got one.

    `were_added` is whether the places are free because the limit was raised, which the emails say.

    Locks the session. If the list no longer moves up, only write emails to the people on it that a place is free. If
    people are waiting, places of addresses that nobody has proved become free first, when their `kept_until` has
    passed.
    """
    now = timezone.now()
    session = Session.objects.select_for_update(no_key=True).select_related("series").get(pk=session_id)
    if session.is_cancelled or session.is_over(now):
        return 0
    if not rules.waiting_list_moves(session, now):
        _tell_of_free_place(session, now)
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
    untold = lock_untold(moved)  # their email about the registration will say that they have a place
    write_messages(
        message_to(
            row.person,
            kind=PLACE,
            key=f"{row.pk}:{row.revision}",
            series=session.series,
            about=f"registration:{row.pk}",
            why=waited_for(session),
            payload={"registration": row.pk, "places_were_added": were_added},
            expires_at=session.ends_at,
        )
        for row in moved
        if row.pk not in untold
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


def _tell_of_free_place(session: Session, now: dt.datetime) -> None:
    """Write an email to each person on the list that a place is free, which the first person who asks will get.

    Each person gets one such email, in the morning if it is night, and none if that is after the start. An email that
    was not sent because the place was taken before does not count. The caller must have locked the session.
    """
    registered = places_taken([session]).get(session.pk, NONE_TAKEN).registered
    if session.starts_at is None or not rules.place_can_be_claimed(session, now, registered=registered):
        return
    rows = list(Registration.objects.waiting().filter(session=session).select_related("person"))
    written = Message.objects.about(*(f"registration:{row.pk}" for row in rows)).filter(kind=FREE_PLACE)
    states: dict[str, list[str]] = {}
    for key, state in written.values_list("dedupe_key", "state"):
        states.setdefault(key.rpartition(":")[0], []).append(state)
    messages = []
    untold = lock_untold(rows)
    for row in rows:
        key, due = f"{row.pk}:{row.revision}", after_night(now, zone_of(row.person))
        earlier = states.get(f"{FREE_PLACE}:{key}", [])
        if row.pk in untold or due >= session.starts_at or any(state != Message.State.DROPPED for state in earlier):
            continue
        messages.append(
            message_to(
                row.person,
                kind=FREE_PLACE,
                key=f"{key}:{len(earlier)}",
                series=session.series,
                about=f"registration:{row.pk}",
                why=waits_for(session),
                payload={"registration": row.pk},
                due_at=None if due == now else due,
                expires_at=session.starts_at,
            )
        )
    if messages:
        write_messages(messages)
        told = {"messages": len(messages)}
        record(
            "tell-of-free-place", about=f"session:{session.pk}", by=None, scope_id=session.series.hub_id, details=told
        )


def _release_unproved(session: Session, *, at_most: int, now: dt.datetime) -> int:
    """Give up places of addresses that nobody has proved (ADR 17), and return how many.

    Those with the earliest `kept_until` are first. The caller must have locked the session. Registrations and people
    whose rows are locked by another transaction are skipped.
    """
    if at_most <= 0:
        return 0
    kept = Registration.objects.registered().filter(session=session, kept_until__lte=now)
    kept = kept.filter(person__mailbox_proved_at__isnull=True).order_by("kept_until", "pk").select_related("person")
    rows = list(kept.select_for_update(of=("self", "person"), skip_locked=True)[:at_most])
    untold = lock_untold(rows)
    for row in rows:
        row.session = session
        entry = entry_of(row)
        cancel_place(row, by=None, now=now)
        end_empty_enrollment(row, now)
        if row.pk in untold:
            withdraw_without_places([row])
        else:
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
