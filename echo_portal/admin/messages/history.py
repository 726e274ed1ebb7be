"""The history of a message: its times, the reports of the email provider, and actions of staff."""

import dataclasses
import datetime as dt

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AuditEvent, Person
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import eastern_time
from echo_portal.outbox.models import MailEvent, Message
from echo_portal.outbox.server_answers import explained

BY_HAND = {
    "message-edited": gettext_lazy("Edited by %(who)s"),
    "message-held": gettext_lazy("Held by %(who)s"),
    "message-released": gettext_lazy("Released by %(who)s"),
    "message-cancelled": gettext_lazy("Cancelled by %(who)s"),
    "message-resent": gettext_lazy("Sent again by %(who)s"),
}


@dataclasses.dataclass(frozen=True)
class Step:
    at: dt.datetime
    words: str
    detail: str = ""

    @property
    def when(self) -> str:
        return eastern_time(self.at, active_language())


def steps_of(message: Message) -> list[Step]:
    """Return the steps in chronological order."""
    steps = [Step(message.created_at, _("Written"))]
    if message.transmitting_at is not None:
        steps.append(Step(message.transmitting_at, _("Handed to the mail server")))
    if message.sent_at is not None:
        steps.append(Step(message.sent_at, _("Sent"), answer_shown(message.reason)))
    reports = MailEvent.objects.filter(message_public_id=message.public_id)
    steps += [Step(report.happened_at, report.get_event_display(), answer_shown(report.detail)) for report in reports]
    steps += _by_hand(message)
    return sorted(steps, key=lambda step: step.at)


def _by_hand(message: Message) -> list[Step]:
    lines = list(AuditEvent.objects.filter(about=f"message:{message.pk}", verb__in=BY_HAND))
    names = {person.pk: str(person) for person in Person.objects.filter(pk__in={line.actor_id for line in lines})}
    nobody = _("somebody who is gone")
    return [Step(line.at, str(BY_HAND[line.verb]) % {"who": names.get(line.actor_id or 0, nobody)}) for line in lines]


def answer_shown(answer: str) -> SafeString | str:
    """Return a sentence that explains the answer of a mail server, followed by the answer in quotation marks."""
    sentence, quoted = explained(answer)
    if not quoted:
        return sentence
    return format_html('{} <q class="quiet" lang="en">{}</q>', sentence, quoted)


def in_eastern_time(at: dt.datetime | None) -> str:
    """Return a datetime in Eastern time as text, or "–" for None.

    The time zone is not included, because it is in the heading of the table.
    """
    return eastern_time(at, active_language()) if at else "–"
