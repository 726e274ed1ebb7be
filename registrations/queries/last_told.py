"""Find the time of a session that was in the last email to each registrant (docs/adr/0009)."""

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import Q

from echo_portal.outbox.models import Message
from registrations.message_kinds import (
    ADDED,
    ANNOUNCEMENT,
    CANCELLED,
    CONFIRMATION,
    INVITATION,
    MOVED,
    PLACE,
    REMINDERS,
    RESCHEDULED,
)
from registrations.models import Announcement, Registration, SessionChange
from registrations.snapshots import SessionSnapshot
from sessions.models import Session

KINDS_WITH_TIME = (
    *(CONFIRMATION, ADDED, MOVED, INVITATION, PLACE, RESCHEDULED, CANCELLED, ANNOUNCEMENT),
    *REMINDERS,
)
State = Message.State
BEGINNING = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclasses.dataclass(frozen=True)
class Told:
    """A time at which a person was sent or shown when the session takes place.

    `is_certain` is False if the email may not have been sent.
    """

    moment: dt.datetime
    is_certain: bool


def last_told(
    session: Session, current: SessionSnapshot, rows: Sequence[Registration]
) -> dict[int, list[SessionSnapshot]]:
    """Return snapshots of the session that each person may have seen last, by registration ID, the newest first.

    The last snapshot in each list is certain; the newer ones depend on emails that may not have been sent. `current` is
    the session before the change that is being made. An email is rendered when it is sent, so the time of sending
    determines which snapshot it displayed. A message that a worker has claimed may be in transmission. A person who
    registers sees the session's time on the page. If the session was never changed, `current` is the only snapshot, and
    one query is made.

    The list is empty for a person whom a coordinator registered, if they have not answered and no email has named the
    session (ADR 27), and for a person whose enrollment covers a session that was added, while the email about it is
    unsent. If there are unanswered registrations, or if the session was published with enrolled people, one more query
    is made.
    """
    changes = list(SessionChange.objects.filter(session=session.pk).order_by("pk"))
    untold = untold_among(rows)
    if any(change.kind == SessionChange.Kind.PUBLISHED for change in changes):
        untold |= _not_told_of_added(rows)
    told: dict[int, list[SessionSnapshot]] = {pk: [] for pk in untold}
    rows = [row for row in rows if row.pk not in untold]
    history = _history(session, current, changes)
    if len(history) == 1:
        return told | {row.pk: [current] for row in rows}
    told_at = _times_told(session, rows, since=history[1][0])
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
    """Return the newest of the snapshots that is not equivalent to `now`, or None if all are equivalent."""
    return next((snapshot for snapshot in told if not snapshot.is_equivalent_to(now)), None)


def untold_among(rows: Sequence[Registration]) -> set[int]:
    """Return the IDs of unanswered registrations (ADR 27) of which no email was sent, or may have been sent."""
    untold = {row.pk for row in rows if row.awaits_answer}
    if not untold:
        return untold
    left = Q(transmitting_at__isnull=False) | Q(sent_at__isnull=False) | Q(carried_by__transmitting_at__isnull=False)
    people = {row.person_id for row in rows if row.pk in untold}
    messages = Message.objects.filter(left | Q(state=State.CLAIMED), person_id__in=people, kind__in=KINDS_WITH_TIME)
    for payload in messages.values_list("payload", flat=True):
        untold.difference_update(payload.get("registrations") or [payload.get("registration")])
    return untold


def _not_told_of_added(rows: Sequence[Registration]) -> set[int]:
    """Return the IDs of registrations for an added session of which no email was sent, or may have been sent.

    The unsent email displays the time that the session has when it is sent.
    """
    people = {row.person_id for row in rows}
    messages = Message.objects.unsent().filter(person_id__in=people, kind=CONFIRMATION, payload__has_key="added")
    unsent = {pk for payload in messages.values_list("payload", flat=True) for pk in payload["registrations"]}
    return unsent & {row.pk for row in rows}


def _history(
    session: Session, current: SessionSnapshot, changes: Sequence[SessionChange]
) -> list[tuple[dt.datetime, SessionSnapshot]]:
    """Return pairs of a time and the session's snapshot that applied from this time on, the oldest first.

    The times are of the database's clock, as are those of messages.
    """
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
    """Return, by registration ID, when each person may have been sent the session's time, using two queries.

    Messages from before the first change are ignored, except confirmations, which show when the person registered.
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
        about = message.payload.get("registrations") or [message.payload.get("registration")]
        for place in places.intersection(about):
            told_at[place] += _times_told_by(message)
    return told_at


def _times_told_by(message: Message) -> Iterator[Told]:
    if message.kind == CONFIRMATION:
        yield Told(message.created_at, is_certain=True)  # the page that confirms the form displayed the time
    body = message.carried_by or message
    if message.state == State.CLAIMED:
        yield Told(dt.datetime.max.replace(tzinfo=dt.UTC), is_certain=False)
    elif moment := body.transmitting_at or body.sent_at:
        yield Told(moment, is_certain=body.state == State.SENT)


def _announcements_with_hours(session: Session) -> set[int]:
    texts = Announcement.objects.filter(session=session.pk).values_list("pk", "text_en", "text_fr")
    return {pk for pk, *words in texts if any(name in text for text in words for name in ("{date}", "{hours}"))}
