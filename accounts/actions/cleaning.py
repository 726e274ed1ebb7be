"""Delete expired rows of sign-in, forms and rate limits."""

import datetime as dt

from django.utils import timezone

from accounts.models import FormReceipt, SignInCode
from accounts.throttles import (
    delete_old_windows,
)

RECEIPTS_KEPT = dt.timedelta(days=7)  # SAFETY.md 7, goal 6


def delete_expired() -> dict[str, int]:
    """Delete expired sign-in codes, old form receipts and the counters of past rate-limit windows.

    Codes are deleted an hour after they expire, and form receipts after seven days. Return the number of deleted rows
    by kind. A second call has no further effect.
    """
    now = timezone.now()
    return {
        "codes": SignInCode.objects.filter(expires_at__lt=now - dt.timedelta(hours=1)).delete()[0],
        "receipts": FormReceipt.objects.filter(created_at__lt=now - RECEIPTS_KEPT).delete()[0],
        "counters": delete_old_windows(now),
    }
