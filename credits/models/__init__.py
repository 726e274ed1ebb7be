"""Accreditations of series, the ledger of credits for attendances, and certificates."""

from .accreditation import Accreditation, AccreditationQuerySet, CertifiedSession
from .certificate import MOST_ATTEMPTS, About, Certificate, CertificateQuerySet
from .credit_entry import CreditEntry
from .ledger_state import LedgerState
from .reviewer import MOST_DAYS, Reviewer, ReviewerQuerySet
from .signature_image import SignatureImage

__all__ = [
    "MOST_ATTEMPTS",
    "MOST_DAYS",
    "About",
    "Accreditation",
    "AccreditationQuerySet",
    "Certificate",
    "CertificateQuerySet",
    "CertifiedSession",
    "CreditEntry",
    "LedgerState",
    "Reviewer",
    "ReviewerQuerySet",
    "SignatureImage",
]
