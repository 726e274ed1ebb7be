"""Every write about credits: the ledger."""

from .ledger import LedgerChange, update_ledger, update_stale_ledgers

__all__ = ["LedgerChange", "update_ledger", "update_stale_ledgers"]
