"""Moving and cancelling a session: one commit with everybody's letter, reminders and calendar entry (PRODUCT.md 4)."""

import dataclasses
import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from echo_portal.lib.database_clock import database_now
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import NewMessage
from echo_portal.outbox.models import Message
from registrations.actions.reminding import write_reminders
from registrations.actions.telling import (
    hold_still,
    letter_of_change,
    letters_of,
    registrants,
    send_what_was_dropped,
    write_letters,
)
from registrations.drop_reasons import DropReason
from registrations.emails import to_be_told, told_last
from registrations.models import Registration, SessionChange
from registrations.rules import check_can_change
from registrations.standing import WALL, Values, as_it_stands, as_it_was, moved_by_rules, set_back
from sessions.actions import save_session
from sessions.models import Session

RECALL_FOR = dt.timedelta(minutes=5)
TOO_CLOSE_TO_WAIT = dt.timedelta(hours=2)
# One letter that somebody cancelled by hand keeps nobody from taking the change back.
NOT_LEFT = (Message.State.QUEUED, Message.State.HELD, Message.State.CANCELLED)


@dataclasses.dataclass(frozen=True)
class NewTime:
    """Where a session moves: wall clock and zone. Without an hour only the date is known."""

    on_date: dt.date | None
    start_time: dt.time | None
    end_time: dt.time | None
    time_zone: str


@transaction.atomic
def reschedule_session(
    *,
    session: Session,
    new_time: NewTime,
    by: Person | None,
    note_en: str = "",
    note_fr: str = "",
    seen_revision: int | None = None,
) -> SessionChange:
    """Moves the session and writes to every registrant who was told another time last.

    The letters leave in five minutes, or at once when it is soon.

    `seen_revision`: the session's revision when its preview was shown. Raises Refusal for a session that is over,
    cancelled, already there, or changed since it was seen; WallTimeError for an hour clocks skip.
    """
    locked = _locked(session, seen_revision)
    before = as_it_stands(locked)
    for name in WALL:
        setattr(locked, name, getattr(new_time, name))
    locked.derive_moments()
    if as_it_stands(locked) == before:
        raise Refusal(_("The session stands at this time already."), code="unchanged")
    if locked.state == Session.State.PUBLISHED:
        locked.state = Session.State.RESCHEDULED
    return _change(locked, SessionChange.Kind.RESCHEDULED, before, by=by, note_en=note_en, note_fr=note_fr)


@transaction.atomic
def cancel_session(
    *,
    session: Session,
    by: Person | None,
    note_en: str = "",
    note_fr: str = "",
    seen_revision: int | None = None,
) -> SessionChange:
    """Cancels the session; every registrant gets one letter with the CANCEL of the entry. Refusals as for moving."""
    locked = _locked(session, seen_revision)
    before = as_it_stands(locked)
    locked.state = Session.State.CANCELLED
    return _change(locked, SessionChange.Kind.CANCELLED, before, by=by, note_en=note_en, note_fr=note_fr)


@transaction.atomic
def recall_change(*, change: SessionChange, by: Person | None) -> int:
    """Takes a change back while its letters wait: the session is as before. Returns how many letters that needs.

    Nobody hears of the change but whoever was told of it since by another letter: she is told that it is as before.
    Whoever was to hear of the change before it gets that letter anew, at its moment. A second call writes nothing.
    Raises Refusal once a letter has left, or the session was changed again since.
    """
    row = SessionChange.objects.select_for_update().get(pk=change.pk)
    session = Session.objects.select_for_update(no_key=True).select_related("series").get(pk=row.session_id)
    if row.recalled_at is not None:
        return 0
    if Message.objects.filter(about=f"change:{row.pk}").exclude(state__in=NOT_LEFT).exists():
        raise Refusal(_("The first letters have left; make another change instead."), code="too-late")
    stands = as_it_stands(session)
    if any(stands[name] != row.after[name] for name in (*WALL, "state")):
        raise Refusal(_("The session was changed again since; make another change instead."), code="changed-since")
    if moved_by_rules(row.before, row.after):
        raise Refusal(_("Nobody moved this session: the rules of its clock changed. Move it by hand."), code="by-rules")
    rows = registrants(session)
    held = hold_still(session, rows, because=DropReason.RECALLED)
    told = told_last(session, stands, rows)
    set_back(session, row.before)
    save_session(session=session, by=by)
    now = database_now()
    row.recalled_at, row.recalled_by = now, by
    row.save(update_fields=["recalled_at", "recalled_by"])
    write_reminders(rows)
    if row.kind == SessionChange.Kind.CANCELLED:
        send_what_was_dropped(rows)
    letters = _letters_after_recall(row, rows, told, now)
    write_letters(letters, held=held)
    record(
        "recall-change",
        about=f"session:{session.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"change": row.pk, "letters": len(letters)},
    )
    return len(letters)


def _letters_after_recall(
    recalled: SessionChange, rows: list[Registration], told: dict[int, list[Values]], now: dt.datetime
) -> list[NewMessage]:
    """The change before, where its letter had not left; else that it is as before. What a hand cancelled stays so."""
    before = SessionChange.objects.filter(session=recalled.session_id, recalled_at=None).order_by("pk").last()
    earlier = letters_of(before)
    letters = []
    for row in rows:
        was = to_be_told(told[row.pk], as_it_stands(row.session))
        if was is None:
            continue
        letter = earlier.get(row.pk)
        if before is None or letter is None:
            letters.append(letter_of_change(row, was, change=recalled, about=recalled, due_at=now))
        elif letter.reason in (DropReason.CHANGED_AGAIN, DropReason.RECALLED):
            due_at = max(before.send_at, now)
            letters.append(letter_of_change(row, was, change=before, about=before, due_at=due_at))
        elif letter.state != Message.State.CANCELLED or letter.payload["was"] != was:
            letters.append(letter_of_change(row, was, change=recalled, about=recalled, due_at=now))
    return letters


def _locked(session: Session, seen_revision: int | None = None) -> Session:
    locked = Session.objects.select_for_update(no_key=True).select_related("series__hub").get(pk=session.pk)
    check_can_change(locked, timezone.now())
    if seen_revision is not None and locked.revision != seen_revision:
        raise Refusal(
            _("The session was changed since you looked. This is how it stands now; look once more."), code="seen"
        )
    return locked


def _change(
    session: Session, kind: SessionChange.Kind, before: Values, *, by: Person | None, note_en: str, note_fr: str
) -> SessionChange:
    made_at = database_now()
    rows = registrants(session)
    held = hold_still(session, rows, because=DropReason.CHANGED_AGAIN)
    told = told_last(session, before, rows)
    save_session(session=session, by=by)
    after = as_it_stands(session)
    change = SessionChange.objects.create(
        session=session,
        kind=kind,
        before=before,
        after=after,
        note_en=note_en,
        note_fr=note_fr,
        made_at=made_at,
        made_by=by,
        send_at=made_at if _is_soon(session, before) else made_at + RECALL_FOR,
    )
    write_reminders(rows)
    letters = [
        letter_of_change(row, was, change=change, about=change, due_at=change.send_at)
        for row in rows
        if (was := to_be_told(told[row.pk], after)) is not None
    ]
    write_letters(letters, held=held)
    record(
        f"session-{kind}",
        about=f"session:{session.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"change": change.pk, "letters": len(letters)},
    )
    return change


def _is_soon(session: Session, before: Values) -> bool:
    """At its new time or at the one before."""
    moments = [moment for moment in (session.starts_at, as_it_was(session, before).starts_at) if moment]
    return bool(moments) and min(moments) - timezone.now() <= TOO_CLOSE_TO_WAIT
