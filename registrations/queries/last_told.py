"""What each registrant was told last of a session's date and time (docs/adr/0009)."""

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import Q

from echo_portal.outbox.models import Message
from registrations.message_kinds import (
    ANNOUNCEMENT,
    CANCELLED,
    CONFIRMATION,
    INVITATION,
    PLACE,
    REMINDERS,
    RESCHEDULED,
)
from registrations.models import Announcement, Registration, SessionChange
from registrations.snapshots import SessionSnapshot
from sessions.models import Session

KINDS_WITH_TIME = (CONFIRMATION, INVITATION, PLACE, RESCHEDULED, CANCELLED, ANNOUNCEMENT, *REMINDERS)
State = Message.State
BEGINNING = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclasses.dataclass(frozen=True)
class Told:
    """When a person may have been told. `surely`: the email was sent for certain; else it may have been."""

    moment: dt.datetime
    is_certain: bool


def last_told(
    session: Session, current: SessionSnapshot, rows: Sequence[Registration]
) -> dict[int, list[SessionSnapshot]]:
    """Return, per registration, the times this person may have been told, newest first. The last one is certain.

    `current` is the session until now. An email says what is true when it is sent, so the moment of sending tells what
    it said; a message that a worker has claimed may be in transmission. A person who registers sees the time on the
    page, too. Without an earlier change there is one answer, and no query is made.
    """
    history = _history(session, current)
    if len(history) == 1:
        return {row.pk: [current] for row in rows}
    told_at = _times_told(session, rows, since=history[1][0])
    told: dict[int, list[SessionSnapshot]] = {}
    for row in rows:
        moments = told_at[row.pk] or [Told(row.registered_at, is_certain=True)]
        told[row.pk] = []
        for one in sorted(moments, key=lambda one: one.moment, reverse=True):
            told[row.pk].append(_at(history, one.moment))
            if one.is_certain:
                break
        else:
            told[row.pk].append(history[0][1])
    return told


def outdated(told: Sequence[SessionSnapshot], now: SessionSnapshot) -> SessionSnapshot | None:
    """Return the newest time the person was told that differs from `now`, or None if they know it already."""
    return next((snapshot for snapshot in told if not snapshot.is_equivalent_to(now)), None)


def _history(session: Session, current: SessionSnapshot) -> list[tuple[dt.datetime, SessionSnapshot]]:
    """Return the session's past values with the moments they took effect, by the database's clock like messages."""
    changes = list(SessionChange.objects.filter(session=session.pk).order_by("pk"))
    if not changes:
        return [(BEGINNING, current)]
    moments = [(change.made_at, change.after) for change in changes]
    moments += [(change.recalled_at, change.before) for change in changes if change.recalled_at]
    moments.sort(key=lambda one: one[0])
    stored = [(BEGINNING, changes[0].before), *moments]
    history = [(moment, SessionSnapshot.read(values, session)) for moment, values in stored]
    if not history[-1][1].is_equivalent_to(current):
        history.append((max(session.last_modified_at, history[-1][0]), current))
    return history


def _at(history: Sequence[tuple[dt.datetime, SessionSnapshot]], moment: dt.datetime) -> SessionSnapshot:
    return next(snapshot for since, snapshot in reversed(history) if since <= moment)


def _times_told(session: Session, rows: Sequence[Registration], since: dt.datetime) -> dict[int, list[Told]]:
    """Return when each registrant may have been told; one query.

    Of messages before the first change only confirmations count: they show when the person registered.
    """
    places = {row.pk for row in rows}
    named = _announcements_with_hours(session)
    left = Q(transmitting_at__gte=since) | Q(sent_at__gte=since) | Q(carried_by__transmitting_at__gte=since)
    messages = (
        Message.objects.filter(person_id__in={row.person_id for row in rows}, kind__in=KINDS_WITH_TIME)
        .filter(Q(kind=CONFIRMATION) | Q(state=State.CLAIMED) | left)
        .select_related("carried_by")
        .only(
            *("kind", "payload", "state", "transmitting_at", "sent_at", "created_at"),
            *("carried_by__state", "carried_by__transmitting_at", "carried_by__sent_at"),
        )
    )
    told_at: dict[int, list[Told]] = defaultdict(list)
    for message in messages:
        if message.kind == ANNOUNCEMENT and message.payload["announcement"] not in named:
            continue
        about = message.payload["registrations"] if message.kind == CONFIRMATION else [message.payload["registration"]]
        for place in places.intersection(about):
            told_at[place] += _times_told_by(message)
    return told_at


def _times_told_by(message: Message) -> Iterator[Told]:
    if message.kind == CONFIRMATION:
        yield Told(message.created_at, is_certain=True)  # the page on which they registered
    body = message.carried_by or message
    if message.state == State.CLAIMED:
        yield Told(dt.datetime.max.replace(tzinfo=dt.UTC), is_certain=False)
    elif moment := body.transmitting_at or body.sent_at:
        yield Told(moment, is_certain=body.state == State.SENT)


def _announcements_with_hours(session: Session) -> set[int]:
    texts = Announcement.objects.filter(session=session.pk).values_list("pk", "text_en", "text_fr")
    return {pk for pk, *words in texts if any(name in text for text in words for name in ("{date}", "{hours}"))}
