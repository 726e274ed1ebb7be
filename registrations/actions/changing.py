"""Moving and cancelling a session: one commit with everybody's letter, reminders and calendar entry (PRODUCT.md 4)."""

import dataclasses
import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import NewMessage, cancel_messages, write_messages
from echo_portal.outbox.models import Message
from registrations.actions.reminding import REMINDERS, write_reminders
from registrations.emails import CANCELLED, INVITATION, PLACE, RESCHEDULED
from registrations.models import Registration, SessionChange
from registrations.reasons import registered_for
from registrations.rules import check_can_change
from sessions.actions import save_session
from sessions.models import Session

RECALL_FOR = dt.timedelta(minutes=5)
TOO_CLOSE_TO_WAIT = dt.timedelta(hours=2)
# One letter that somebody cancelled by hand keeps nobody from taking the change back.
NOT_LEFT = (Message.State.QUEUED, Message.State.HELD, Message.State.CANCELLED)
FIELDS = ("on_date", "start_time", "end_time", "time_zone", "state")


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
    """Moves the session and writes one letter a registrant; they leave in five minutes, or at once when it is soon.

    `seen_revision`: the session's revision when its preview was shown. Raises Refusal for a session that is over,
    cancelled, already there, or changed since it was seen; WallTimeError for an hour clocks skip.
    """
    locked = _locked(session, seen_revision)
    before = _values(locked)
    utc_before = (locked.starts_at, locked.ends_at)
    for name in ("on_date", "start_time", "end_time", "time_zone"):
        setattr(locked, name, getattr(new_time, name))
    locked.derive_moments()
    if _values(locked) == before and (locked.starts_at, locked.ends_at) == utc_before:
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
    before = _values(locked)
    locked.state = Session.State.CANCELLED
    return _change(locked, SessionChange.Kind.CANCELLED, before, by=by, note_en=note_en, note_fr=note_fr)


@transaction.atomic
def recall_change(*, change: SessionChange, by: Person | None) -> None:
    """Takes a change back while its letters wait: the session is as before, and nobody hears of it.

    Raises Refusal once a letter has left, or the session was changed again since.
    """
    row = SessionChange.objects.select_for_update().get(pk=change.pk)
    session = Session.objects.select_for_update(no_key=True).select_related("series").get(pk=row.session_id)
    if row.recalled_at is not None:
        return
    letters = Message.objects.select_for_update().filter(about=f"change:{row.pk}")
    if letters.exclude(state__in=NOT_LEFT).exists():
        raise Refusal(_("The first letters have left; make another change instead."), code="too-late")
    if _values(session) != row.after:
        raise Refusal(_("The session was changed again since; make another change instead."), code="changed-since")
    letters.update(state=Message.State.CANCELLED)
    _apply(session, row.before)
    save_session(session=session, by=by)
    row.recalled_at, row.recalled_by = timezone.now(), by
    row.save(update_fields=["recalled_at", "recalled_by"])
    for registration in _registrants(session):
        cancel_messages(about=f"registration:{registration.pk}", kinds=list(REMINDERS))
        write_reminders(person=registration.person, registrations=[registration])
    record(
        "recall-change",
        about=f"session:{session.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"change": row.pk},
    )


def _locked(session: Session, seen_revision: int | None = None) -> Session:
    locked = Session.objects.select_for_update(no_key=True).select_related("series__hub").get(pk=session.pk)
    check_can_change(locked, timezone.now())
    if seen_revision is not None and locked.revision != seen_revision:
        raise Refusal(
            _("The session was changed since you looked. This is how it stands now; look once more."), code="seen"
        )
    return locked


def _values(session: Session) -> dict[str, Any]:
    values = {name: getattr(session, name) for name in FIELDS}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def _apply(session: Session, values: dict[str, Any]) -> None:
    session.on_date = dt.date.fromisoformat(values["on_date"]) if values["on_date"] else None
    session.start_time = dt.time.fromisoformat(values["start_time"]) if values["start_time"] else None
    session.end_time = dt.time.fromisoformat(values["end_time"]) if values["end_time"] else None
    session.time_zone, session.state = values["time_zone"], values["state"]


def _registrants(session: Session) -> list[Registration]:
    """Everybody with a place or on the waiting list, each with the session as it stands in this transaction."""
    rows = list(
        Registration.objects.standing().filter(session=session).select_related("person").order_by("registered_at", "pk")
    )
    for row in rows:
        row.session = session
    return rows


def _change(
    session: Session, kind: SessionChange.Kind, before: dict[str, Any], *, by: Person | None, note_en: str, note_fr: str
) -> SessionChange:
    now = timezone.now()
    soonest = min((moment for moment in (session.starts_at, _start_of(before)) if moment), default=None)
    at_once = soonest is not None and soonest - now <= TOO_CLOSE_TO_WAIT
    save_session(session=session, by=by)
    change = SessionChange.objects.create(
        session=session,
        kind=kind,
        before=before,
        after=_values(session),
        note_en=note_en,
        note_fr=note_fr,
        made_at=now,
        made_by=by,
        send_at=now if at_once else now + RECALL_FOR,
    )
    letters: list[NewMessage] = []
    for row in _registrants(session):
        cancel_messages(about=f"registration:{row.pk}", kinds=[*REMINDERS, PLACE, INVITATION])
        if kind == SessionChange.Kind.RESCHEDULED:
            write_reminders(person=row.person, registrations=[row])
        letters.append(_letter(row, change))
    write_messages(letters)
    record(
        f"session-{kind}",
        about=f"session:{session.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"change": change.pk, "letters": len(letters)},
    )
    return change


def _start_of(before: dict[str, Any]) -> dt.datetime | None:
    old = Session()
    _apply(old, before)
    old.derive_moments()
    return old.starts_at


def _letter(row: Registration, change: SessionChange) -> NewMessage:
    kind = RESCHEDULED if change.kind == SessionChange.Kind.RESCHEDULED else CANCELLED
    return NewMessage(
        kind=kind,
        dedupe_key=f"{kind}:{row.pk}:{row.sequence}",
        address=row.person.email,
        language=row.person.language,
        person_id=row.person_id,
        scope_id=row.session.series.hub_id,
        about=f"change:{change.pk}",
        why=registered_for(row.session),
        payload={"registration": row.pk, "sequence": row.sequence, "change": change.pk},
        due_at=change.send_at,
    )
