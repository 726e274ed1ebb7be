"""What each registrant was told last of a session's day and hours (docs/adr/0009)."""

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import Q

from echo_portal.outbox.models import Message
from registrations.emails.announcing import ANNOUNCEMENT
from registrations.emails.changing import CANCELLED, RESCHEDULED
from registrations.emails.registering import CONFIRMATION, INVITATION, PLACE
from registrations.emails.reminding import REMINDER_OF_KIND
from registrations.models import Announcement, Registration, SessionChange
from registrations.standing import Values, as_it_stands, as_it_was, reads_the_same
from sessions.models import Session

TELLING = (CONFIRMATION, INVITATION, PLACE, RESCHEDULED, CANCELLED, ANNOUNCEMENT, *REMINDER_OF_KIND)
State = Message.State
AT_FIRST = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclasses.dataclass(frozen=True)
class Heard:
    """`surely`: its body went out for certain; else it may have."""

    moment: dt.datetime
    surely: bool


def told_last(session: Session, stands: Values, rows: Sequence[Registration]) -> dict[int, list[Values]]:
    """By registration: how the session stood when she last heard of it, newest first; the last of the list is certain.

    `stands` is how it stands until now. A letter says what is true as its body leaves, so that the moment says what
    was told; a letter in a worker's hands may be leaving now. Who registers sees the hours on the page, too.
    Without a change before this one there is one answer, and nothing is asked.
    """
    history = _history(session, stands)
    if len(history) == 1:
        return {row.pk: [stands] for row in rows}
    heard = _heard(session, rows, since=history[1][0])
    told: dict[int, list[Values]] = {}
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


def to_be_told(told: Sequence[Values], now: Values) -> Values | None:
    """What she was told last that is another thing than `now`; None where she knows."""
    return next((values for values in told if not reads_the_same(values, now)), None)


def _history(session: Session, stands: Values) -> list[tuple[dt.datetime, Values]]:
    """From when on it stood how; on the database's clock, as the letters."""
    changes = list(SessionChange.objects.filter(session=session.pk).order_by("pk"))
    if not changes:
        return [(AT_FIRST, stands)]
    moments = [(change.made_at, change.after) for change in changes]
    moments += [(change.recalled_at, change.before) for change in changes if change.recalled_at]
    moments.sort(key=lambda one: one[0])
    history = [(moment, _whole(session, values)) for moment, values in [(AT_FIRST, changes[0].before), *moments]]
    if not reads_the_same(history[-1][1], stands):
        history.append((max(session.last_modified_at, history[-1][0]), stands))
    return history


def _whole(session: Session, values: Values) -> Values:
    return values if "starts_at" in values else as_it_stands(as_it_was(session, values))


def _at(history: Sequence[tuple[dt.datetime, Values]], moment: dt.datetime) -> Values:
    return next(values for since, values in reversed(history) if since <= moment)


def _heard(session: Session, rows: Sequence[Registration], since: dt.datetime) -> dict[int, list[Heard]]:
    """One query. Of letters before the first change only confirmations count: they say that she had registered."""
    places = {row.pk for row in rows}
    named = _announcements_with_hours(session)
    left = Q(transmitting_at__gte=since) | Q(sent_at__gte=since) | Q(carried_by__transmitting_at__gte=since)
    letters = (
        Message.objects.filter(person_id__in={row.person_id for row in rows}, kind__in=TELLING)
        .filter(Q(kind=CONFIRMATION) | Q(state=State.CLAIMED) | left)
        .select_related("carried_by")
        .only(
            *("kind", "payload", "state", "transmitting_at", "sent_at", "created_at"),
            *("carried_by__state", "carried_by__transmitting_at", "carried_by__sent_at"),
        )
    )
    heard: dict[int, list[Heard]] = defaultdict(list)
    for letter in letters:
        if letter.kind == ANNOUNCEMENT and letter.payload["announcement"] not in named:
            continue
        about = letter.payload["registrations"] if letter.kind == CONFIRMATION else [letter.payload["registration"]]
        for place in places.intersection(about):
            heard[place] += _moments(letter)
    return heard


def _moments(letter: Message) -> Iterator[Heard]:
    if letter.kind == CONFIRMATION:
        yield Heard(letter.created_at, surely=True)  # the page that she registered on
    body = letter.carried_by or letter
    if letter.state == State.CLAIMED:
        yield Heard(dt.datetime.max.replace(tzinfo=dt.UTC), surely=False)
    elif moment := body.transmitting_at or body.sent_at:
        yield Heard(moment, surely=body.state == State.SENT)


def _announcements_with_hours(session: Session) -> set[int]:
    texts = Announcement.objects.filter(session=session.pk).values_list("pk", "text_en", "text_fr")
    return {pk for pk, *words in texts if any(name in text for text in words for name in ("{date}", "{hours}"))}
