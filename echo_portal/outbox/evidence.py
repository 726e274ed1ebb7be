"""Find out whether the mail server accepted a message whose answer was lost (SAFETY.md 2).

MAIL_EVIDENCE is the source of evidence. `log:PATH` is the log of a local mail server, with the Message-ID of each
accepted message on a line. `events` are the reports of an email provider (`MailEvent`). If it is empty, there is none.
"""

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Protocol

from django.conf import settings

from echo_portal.outbox.models import MailEvent, Message


class Evidence(Protocol):
    wait: dt.timedelta
    """How long an acceptance may take to appear; before that, its absence means nothing."""

    def accepted(self, message: Message) -> bool | None:
        """Return True if the message was accepted, False if it was not found, and None if the source is unavailable."""


class NoEvidence:
    wait = dt.timedelta(seconds=30)

    def accepted(self, message: Message) -> bool | None:
        return None


@dataclasses.dataclass
class LogEvidence:
    """Evidence from a growing log. Reading continues at the last position, or at the start if the file was replaced."""

    path: Path
    wait: dt.timedelta = dt.timedelta(seconds=30)
    _seen: set[str] = dataclasses.field(default_factory=set)
    _offset: int = 0

    def accepted(self, message: Message) -> bool | None:
        try:
            self._read_on()
        except OSError:
            return None
        return message.message_id in self._seen

    def _read_on(self) -> None:
        with self.path.open("rb") as log:
            if self.path.stat().st_size < self._offset:
                self._seen, self._offset = set(), 0
            log.seek(self._offset)
            for line in log:
                if not line.endswith(b"\n"):
                    break  # an incomplete line: the mail server is still writing it
                self._offset += len(line)
                start, end = line.find(b"<"), line.find(b">")
                if 0 <= start < end:
                    self._seen.add(line[start : end + 1].decode("ascii", "replace"))


class EventEvidence:
    """Evidence from reports of an email provider. Any report about a message proves that the provider accepted it."""

    wait = dt.timedelta(minutes=10)

    def accepted(self, message: Message) -> bool | None:
        return MailEvent.objects.filter(message_public_id=message.public_id).exists()


def configured_evidence() -> Evidence:
    kind, _separator, where = settings.MAIL_EVIDENCE.partition(":")
    feed: Evidence = NoEvidence()
    if kind == "log":
        feed = LogEvidence(Path(where))
    elif kind == "events":
        feed = EventEvidence()
    if settings.MAIL_EVIDENCE_WAIT_SECONDS:
        feed.wait = dt.timedelta(seconds=settings.MAIL_EVIDENCE_WAIT_SECONDS)
    return feed
