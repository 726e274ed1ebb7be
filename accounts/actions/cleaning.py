"""Delete what has expired."""

import datetime as dt

from django.utils import timezone

from accounts.models import FormReceipt, SignInCode
from accounts.throttles import (
    delete_old_windows,
)

RECEIPTS_KEPT = dt.timedelta(days=7)  # SAFETY.md 7, goal 6


def delete_expired() -> dict[str, int]:
    """Delete codes an hour after they expire, form receipts after seven days, and counters of past windows.

    Return the number of deleted rows of each kind. A second call is safe.
    """
    now = timezone.now()
    return {
        "codes": SignInCode.objects.filter(expires_at__lt=now - dt.timedelta(hours=1)).delete()[0],
        "receipts": FormReceipt.objects.filter(created_at__lt=now - RECEIPTS_KEPT).delete()[0],
        "counters": delete_old_windows(now),
    }
