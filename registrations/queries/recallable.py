"""Find the change or announcement of a session that can still be recalled, because it has unsent emails."""

import dataclasses
import datetime as dt

from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from registrations.models import Announcement, SessionChange
from registrations.rules import check_can_recall
from sessions.models import Series, Session


@dataclasses.dataclass(frozen=True)
class Recallable:
    """A change or an announcement that can be recalled.

    `leaves_at` is when its emails are due (UTC). It is in the past if sending is delayed.
    """

    pk: int
    what: str
    emails: int
    leaves_at: dt.datetime


def recallable_change(session: Session) -> Recallable | None:
    """Return the last change that was not recalled, if it has unsent messages and none was sent, else None."""
    change = SessionChange.objects.filter(session=session, recalled_at=None).order_by("-pk").first()
    if change is None:
        return None
    states = states_of_emails(change)
    try:
        check_can_recall(change, session, states)
    except Refusal:
        return None
    waiting = sum(state in (Message.State.QUEUED, Message.State.HELD) for state in states)
    return Recallable(change.pk, change.kind, waiting, change.send_at) if waiting else None


def states_of_emails(change: SessionChange) -> list[str]:
    return list(Message.objects.about(change.about).values_list("state", flat=True))


def recallable_announcement(target: Session | Series) -> Recallable | None:
    """Return the last announcement with unsent messages, or None. Recalling it withdraws only these messages."""
    of_target = {"session": target} if isinstance(target, Session) else {"series": target}
    for announcement in Announcement.objects.filter(recalled_at=None, **of_target).order_by("-pk")[:5]:
        emails = Message.objects.about(f"announcement:{announcement.pk}").unsent().count()
        if emails:
            return Recallable(announcement.pk, "announcement", emails, announcement.send_at)
    return None
