"""What series are certified for, the ledger of the credits that attendances earned, and certificates."""

from .accreditation import Accreditation, AccreditationQuerySet, CertifiedSession
from .certificate import MOST_ATTEMPTS, Certificate, CertificateQuerySet
from .credit_entry import CreditEntry
from .ledger_state import LedgerState

__all__ = [
    "MOST_ATTEMPTS",
    "Accreditation",
    "AccreditationQuerySet",
    "Certificate",
    "CertificateQuerySet",
    "CertifiedSession",
    "CreditEntry",
    "LedgerState",
]
