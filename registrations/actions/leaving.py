"""Give up a place in a session or in a whole series, or exchange it for another date with the same content."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import write_messages
from registrations import rules
from registrations.actions.enrolling import message_about_series
from registrations.actions.giving_back import cancel_place, end_empty_enrollment, entry_of, left_message
from registrations.actions.places import promote_waiting, register_for
from registrations.actions.untold import lock_untold, withdraw_without_places
from registrations.message_kinds import BY_INVITATION, CONFIRMATION, IN_NO_CALENDAR
from registrations.models import Enrollment, Registration
from registrations.queries.calendar_invitations import invited_among
from registrations.queries.places import places_taken
from registrations.why_sent import hub_gave_back, hub_took_off_list
from sessions.models import Series, Session

State = Registration.State


@transaction.atomic
def leave_session(
    *,
    registration: Registration,
    by: Person | None,
    note_en: str = "",
    note_fr: str = "",
    due_at: dt.datetime | None = None,
) -> Registration:
    """Cancel the registration, withdraw its pending messages, write an email about it, and return the registration.

    If `by` is another person, the email says that the hub gave the place back, and contains their note. It is due at
    `due_at`, or now if that is None. The next person on the waiting list gets the place immediately. An enrollment that
    does not cover later sessions ends with its last place. A person who has not been told yet that somebody registered
    them is not told of this either. A second call changes nothing. Raises Refusal if the session is over.
    """
    now = timezone.now()
    session = Session.objects.select_for_update(no_key=True).select_related("series").get(pk=registration.session_id)
    untold = set() if _is_by_themselves(registration, by) else lock_untold([registration])
    row = Registration.objects.select_for_update(of=("self",)).select_related("person").get(pk=registration.pk)
    row.session = session
    if row.state == State.CANCELLED:
        return row
    rules.check_can_leave(session, now)
    entry = entry_of(row)
    cancel_place(row, by=by, now=now)
    end_empty_enrollment(row, now)
    if row.pk in untold:
        withdraw_without_places([row])
    else:
        facts = _facts_by_hub([row], by=by, note_en=note_en, note_fr=note_fr)
        write_messages([left_message(row.person, session.series, [row], entry=entry, due_at=due_at, **facts)])
    record(
        "leave-session",
        about=f"registration:{row.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"session": session.pk, "waited": row.was_waiting},
    )
    promote_waiting(session_id=session.pk)
    return row


@transaction.atomic
def leave_series(
    *,
    person: Person,
    series: Series,
    by: Person | None,
    note_en: str = "",
    note_fr: str = "",
    due_at: dt.datetime | None = None,
) -> list[Registration]:
    """End the person's enrollment, and cancel and return their registrations for sessions to come.

    Cancelled sessions are among them, but no email mentions those. If `by` is another person, the emails say that the
    hub did this, as in `leave_session`.

    One email names all the sessions. If there are several, each session that was added to the person's calendar by a
    REQUEST also gets an email with its CANCEL, because an email can contain only one CANCEL (RFC 5546).
    """
    now = timezone.now()
    Enrollment.objects.active().filter(person=person, series=series).update(left_at=now)
    to_come = Session.objects.filter(series=series).to_come(now)
    list(to_come.filter(capacity__isnull=False).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    rows = list(
        Registration.objects.active()
        .filter(person=person, session__in=to_come)
        .select_for_update(of=("self",))
        .select_related("session__series", "person")
        .order_by("session__starts_at", "pk")
    )
    untold = set() if by is not None and by.pk == person.pk else lock_untold(rows)
    told = [row for row in rows if row.pk not in untold and not row.session.is_cancelled]
    # if there are several sessions, each CANCEL of an invitation is in a separate email
    entry = entry_of(told[0]) if len(told) == 1 else IN_NO_CALENDAR
    for row in rows:
        cancel_place(row, by=by, now=now)
    if told:
        invited = invited_among(person.pk, {row.pk for row in told}) if len(told) > 1 else set()
        alone = [row for row in told if row.pk in invited and row.session.starts_at]
        facts = _facts_by_hub(told, by=by, note_en=note_en, note_fr=note_fr) | {"due_at": due_at}
        each = [left_message(person, series, [row], entry=BY_INVITATION, **facts) for row in alone]
        write_messages([left_message(person, series, told, entry=entry, alone=len(alone), **facts), *each])
    if untold:
        withdraw_without_places(rows)
    record(
        "leave-series",
        about=f"series:{series.pk}",
        by=by,
        scope_id=series.hub_id,
        details={"registrations": [row.pk for row in rows]},
    )
    for row in rows:
        if row.session.capacity is not None:  # only sessions with a capacity are locked above and have waiting lists
            promote_waiting(session_id=row.session_id)
    return rows


def _is_by_themselves(registration: Registration, by: Person | None) -> bool:
    return by is not None and by.pk == registration.person_id


def _facts_by_hub(rows: Sequence[Registration], *, by: Person | None, note_en: str, note_fr: str) -> dict[str, Any]:
    """Return additional facts for the email if another person gave back these places, else {}."""
    if by is None or _is_by_themselves(rows[0], by):
        return {}
    series = rows[0].session.series
    places = sum(not row.was_waiting for row in rows)
    why = hub_gave_back(series, places) if places else hub_took_off_list(series)
    return {"why": why, "by_hub": True, "note_en": note_en, "note_fr": note_fr}


@transaction.atomic
def swap_session(*, registration: Registration, to_session: Session, by: Person | None) -> Registration:
    """Exchange a place for another date with the same content, in one transaction, and return the new registration.

    Two emails are written that both name both dates: one contains the CANCEL of the old date, the other the REQUEST of
    the new one. Raises Refusal, and keeps the old place, if the other date is not open or does not have the same
    content.
    """
    now = timezone.now()
    ids = sorted([registration.session_id, to_session.pk])
    sessions = {row.pk: row for row in Session.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)}
    old, new = sessions[registration.session_id], sessions[to_session.pk]
    if not old.series.choose_one or old.series_id != new.series_id:
        raise Refusal(_("These dates do not have the same content."), code="not-equivalent")
    rules.check_session_open(new, now)
    row = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("person", "enrollment")
        .get(pk=registration.pk)
    )
    row.session = old
    rules.check_not_cancelled(row)
    rules.check_can_leave(old, now)
    entry = entry_of(row)
    cancel_place(row, by=by, now=now)
    changed = register_for(row.person, [new], row.enrollment, now, taken=places_taken([new]))
    taken = changed[0] if changed else Registration.objects.get(person=row.person, session=new)
    write_messages([left_message(row.person, old.series, [row], entry=entry, exchanged_for=taken.pk)])
    if changed:
        key = f"swap:{taken.pk}:{taken.revision}"
        message = message_about_series(CONFIRMATION, key, row.person, old.series, changed, instead_of=row.pk)
        write_messages([message])
    record(
        "swap-session",
        about=f"registration:{row.pk}",
        by=by,
        scope_id=old.series.hub_id,
        details={"from": old.pk, "to": new.pk},
    )
    promote_waiting(session_id=old.pk)
    return taken
