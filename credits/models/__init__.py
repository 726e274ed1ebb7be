"""What series are certified for, and the ledger of the credits that attendances earned."""

from .accreditation import Accreditation, AccreditationQuerySet, CertifiedSession
from .credit_entry import CreditEntry
from .ledger_state import LedgerState

__all__ = ["Accreditation", "AccreditationQuerySet", "CertifiedSession", "CreditEntry", "LedgerState"]
