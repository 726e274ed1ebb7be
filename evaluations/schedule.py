"""Compute when the emails of an evaluation are due (PRODUCT.md 7)."""

import datetime as dt

from registrations.reminder_times import after_night

OPEN_FOR = dt.timedelta(days=14)  # after the end of the session
# Nobody is asked during the last hours, because they would have no time to answer.
LAST_INVITATIONS = dt.timedelta(days=1)
NUDGES_AFTER = (dt.timedelta(days=3), dt.timedelta(days=9))  # after the first email
# Nudges of one person share one email if they are due within this time.
NUDGES_TOGETHER = dt.timedelta(days=3)


def emails_due(asked_at: dt.datetime, closes_at: dt.datetime, zone: str | None) -> list[dt.datetime]:
    """Return when the first email and the reminders are due, for a person in `zone` (Eastern time if None).

    Emails due at night are moved to the next morning. Those that would be due after the evaluation closes are left out.
    """
    moments = [after_night(asked_at + after, zone) for after in (dt.timedelta(0), *NUDGES_AFTER)]
    return [moment for moment in moments if moment < closes_at]
