"""The lock on the ledger and the certificates of a series."""

from django.db.models import QuerySet
from django.utils import timezone

from credits.models import LedgerState
from sessions.models import Session


def lock_ledger(series_id: int) -> LedgerState:
    """Lock the ledger and the attendances of a series until the end of the transaction, and return the ledger's state.

    Actions on attendance lock the row of their session, so they wait until the ledger and the certificates are
    computed. To avoid deadlocks, a transaction that has already locked a session must not call this function.
    """
    LedgerState.objects.get_or_create(series_id=series_id)
    state = LedgerState.objects.select_for_update().get(series_id=series_id)
    list(sessions_with_attendance(series_id).select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return state


def sessions_with_attendance(series_id: int) -> QuerySet[Session]:
    """Return the sessions of the series that can have attendance: those that have started."""
    return Session.objects.filter(series=series_id, starts_at__lte=timezone.now())
