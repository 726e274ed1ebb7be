"""What registering writes, rendered when it is sent (ARCHITECTURE P3): one function per occasion."""

from echo_portal.outbox.reasons import register_reasons
from registrations.drop_reasons import DropReason
from registrations.emails import announcing, changing, leaving, registering, reminding
from registrations.emails.announcing import ANNOUNCEMENT
from registrations.emails.changing import CANCELLED, RESCHEDULED
from registrations.emails.leaving import LEFT
from registrations.emails.registering import CONFIRMATION, INVITATION, PLACE, UNCHANGED
from registrations.emails.reminding import REMINDER_KINDS, REMINDER_OF_KIND
from registrations.emails.requests import invited_among
from registrations.emails.told import to_be_told, told_last

__all__ = [
    "ANNOUNCEMENT",
    "CANCELLED",
    "CONFIRMATION",
    "INVITATION",
    "LEFT",
    "PLACE",
    "REMINDER_KINDS",
    "REMINDER_OF_KIND",
    "RESCHEDULED",
    "UNCHANGED",
    "invited_among",
    "register_renderers",
    "to_be_told",
    "told_last",
]


def register_renderers() -> None:
    register_reasons(DropReason)
    registering.register_renderers()
    leaving.register_renderers()
    reminding.register_renderers()
    changing.register_renderers()
    announcing.register_renderers()
