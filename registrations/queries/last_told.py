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

TELLING = (CONFIRMATION, INVITATION, PLACE, RESCHEDULED, CANCELLED, ANNOUNCEMENT, *REMINDERS)
State = Message.State
AT_FIRST = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclasses.dataclass(frozen=True)
class Heard:
    """When a person may have been told. `surely`: the email was sent for certain; else it may have been."""

    moment: dt.datetime
    surely: bool


def last_told(
    session: Session, stands: SessionSnapshot, rows: Sequence[Registration]
) -> dict[int, list[SessionSnapshot]]:
    """Return, per registration, the times this person may have been told, newest first. The last one is certain.

    `stands` is the session until now. An email says what is true when it is sent, so the moment of sending tells what
    it said; a message that a worker has claimed may be in transmission. A person who registers sees the time on the
    page, too. Without an earlier change there is one answer, and no query is made.
    """
    history = _history(session, stands)
    if len(history) == 1:
        return {row.pk: [stands] for row in rows}
    heard = _heard(session, rows, since=history[1][0])
    told: dict[int, list[SessionSnapshot]] = {}
    for row in rows:
        moments = heard[row.pk] or [Heard(row.registered_at, surely=True)]
        told[row.pk] = []
        for one in sorted(moments, key=lambda one: one.moment, reverse=True):
            told[row.pk].append(_at(history, one.moment))
            if one.surely:
                break
        else:
            told[row.pk].append(history[0][1])
    return told


def outdated(told: Sequence[SessionSnapshot], now: SessionSnapshot) -> SessionSnapshot | None:
    """Return the newest time the person was told that differs from `now`, or None if they know it already."""
    return next((snapshot for snapshot in told if not snapshot.reads_like(now)), None)


def _history(session: Session, stands: SessionSnapshot) -> list[tuple[dt.datetime, SessionSnapshot]]:
    """Return the session's past values with the moments they took effect, by the database's clock like messages."""
    changes = list(SessionChange.objects.filter(session=session.pk).order_by("pk"))
    if not changes:
        return [(AT_FIRST, stands)]
    moments = [(change.made_at, change.after) for change in changes]
    moments += [(change.recalled_at, change.before) for change in changes if change.recalled_at]
    moments.sort(key=lambda one: one[0])
    stored = [(AT_FIRST, changes[0].before), *moments]
    history = [(moment, SessionSnapshot.read(values, session)) for moment, values in stored]
    if not history[-1][1].reads_like(stands):
        history.append((max(session.last_modified_at, history[-1][0]), stands))
    return history


def _at(history: Sequence[tuple[dt.datetime, SessionSnapshot]], moment: dt.datetime) -> SessionSnapshot:
    return next(snapshot for since, snapshot in reversed(history) if since <= moment)


def _heard(session: Session, rows: Sequence[Registration], since: dt.datetime) -> dict[int, list[Heard]]:
    """Return when each registrant may have been told; one query.

    Of messages before the first change only confirmations count: they show when the person registered.
    """
    places = {row.pk for row in rows}
    named = _announcements_with_hours(session)
    left = Q(transmitting_at__gte=since) | Q(sent_at__gte=since) | Q(carried_by__transmitting_at__gte=since)
    messages = (
        Message.objects.filter(person_id__in={row.person_id for row in rows}, kind__in=TELLING)
        .filter(Q(kind=CONFIRMATION) | Q(state=State.CLAIMED) | left)
        .select_related("carried_by")
        .only(
            *("kind", "payload", "state", "transmitting_at", "sent_at", "created_at"),
            *("carried_by__state", "carried_by__transmitting_at", "carried_by__sent_at"),
        )
    )
    heard: dict[int, list[Heard]] = defaultdict(list)
    for message in messages:
        if message.kind == ANNOUNCEMENT and message.payload["announcement"] not in named:
            continue
        about = message.payload["registrations"] if message.kind == CONFIRMATION else [message.payload["registration"]]
        for place in places.intersection(about):
            heard[place] += _moments(message)
    return heard


def _moments(message: Message) -> Iterator[Heard]:
    if message.kind == CONFIRMATION:
        yield Heard(message.created_at, surely=True)  # the page on which they registered
    body = message.carried_by or message
    if message.state == State.CLAIMED:
        yield Heard(dt.datetime.max.replace(tzinfo=dt.UTC), surely=False)
    elif moment := body.transmitting_at or body.sent_at:
        yield Heard(moment, surely=body.state == State.SENT)


def _announcements_with_hours(session: Session) -> set[int]:
    texts = Announcement.objects.filter(session=session.pk).values_list("pk", "text_en", "text_fr")
    return {pk for pk, *words in texts if any(name in text for text in words for name in ("{date}", "{hours}"))}
