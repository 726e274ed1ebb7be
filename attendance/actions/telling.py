"""Write the emails "You missed it, here is the recording" (PRODUCT.md 5)."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.time_zones import zone_of
from attendance.message_kinds import MISSED_RECORDING
from attendance.queries.missed import missed_and_untold
from echo_portal.outbox.actions import NewMessage, write_messages
from registrations.actions.messages import message_to
from registrations.models import Registration
from registrations.reminder_times import after_night

# Time for the hub to read, edit or hold the emails, and to take back a report or a recording that was a mistake.
FIRST = dt.timedelta(hours=2)
EXPIRES = dt.timedelta(days=14)


def tell_of_recordings(*, now: dt.datetime) -> int:
    """Write an email for each missed session whose recording is online, and return the number of emails.

    A second call writes no email twice, because the `dedupe_key` of each message contains the ID of the registration.
    """
    rows = missed_and_untold(now)
    write_messages(_email(row, now) for row in rows)
    return len(rows)


def _email(row: Registration, now: dt.datetime) -> NewMessage:
    return message_to(
        row.person,
        kind=MISSED_RECORDING,
        key=str(row.pk),
        series=row.session.series,
        about=f"registration:{row.pk}",
        why=lambda: _("You had a place in “%(session)s”.") % {"session": row.session.full_title},
        payload={"registration": row.pk, "session": row.session_id},
        due_at=after_night(now + FIRST, zone_of(row.person)),
        expires_at=now + EXPIRES,
    )
