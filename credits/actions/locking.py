"""The lock for the ledger and the certificates of a series."""

from credits.models import LedgerState


def lock_ledger(series_id: int) -> LedgerState:
    """Lock the ledger of a series until the end of the transaction, and return its state."""
    LedgerState.objects.get_or_create(series_id=series_id)
    return LedgerState.objects.select_for_update().get(series_id=series_id)
