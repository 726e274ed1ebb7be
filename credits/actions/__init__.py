"""Every write about credits: the ledger and certificates. Files are made in `rendering`, in workers only."""

from .certificates import NO_CHARACTERS, NO_LICENCE, NO_NAME, Plan, plan_certificates
from .issuing import issue_certificates, revoke_certificate
from .ledger import LedgerChange, update_ledger, update_stale_ledgers

__all__ = [
    "NO_CHARACTERS",
    "NO_LICENCE",
    "NO_NAME",
    "LedgerChange",
    "Plan",
    "issue_certificates",
    "plan_certificates",
    "revoke_certificate",
    "update_ledger",
    "update_stale_ledgers",
]
