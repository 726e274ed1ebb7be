"""What can still be taken back: a change or an announcement whose letters wait."""

import dataclasses
import datetime as dt

from echo_portal.outbox.models import Message
from registrations.models import Announcement, SessionChange
from registrations.standing import moved_by_rules
from sessions.models import Session

State = Message.State


@dataclasses.dataclass(frozen=True)
class Waiting:
    """`leaves_at`: when the letters leave (UTC); in the past while the queue has not come to them."""

    pk: int
    what: str
    letters: int
    leaves_at: dt.datetime


def waiting_change(session: Session) -> Waiting | None:
    """The last change that stands, while not one of its letters has left; those after it were taken back."""
    change = SessionChange.objects.filter(session=session, recalled_at=None).order_by("-pk").first()
    if change is None or moved_by_rules(change.before, change.after):
        return None
    states = list(Message.objects.filter(about=f"change:{change.pk}").values_list("state", flat=True))
    waiting = [state for state in states if state in (State.QUEUED, State.HELD)]
    if not waiting or any(state not in (State.QUEUED, State.HELD, State.CANCELLED) for state in states):
        return None
    return Waiting(change.pk, change.kind, len(waiting), change.send_at)


def waiting_announcement(session: Session) -> Waiting | None:
    """The last announcement that has letters waiting; those that have left stay sent."""
    for announcement in Announcement.objects.filter(session=session, recalled_at=None).order_by("-pk")[:5]:
        letters = Message.objects.filter(
            about=f"announcement:{announcement.pk}", state__in=[State.QUEUED, State.HELD, State.DEFERRED]
        ).count()
        if letters:
            return Waiting(announcement.pk, "announcement", letters, announcement.send_at)
    return None
