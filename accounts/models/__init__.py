"""People, consent, privacy policies, sign-in codes, form receipts, rate counters and audit events."""

from .audit import AuditEvent
from .consent import Consent, ConsentKind
from .form_receipt import FormReceipt
from .person import Person, PersonQuerySet
from .policy_version import PolicyVersion
from .rate_counter import RateCounter
from .sign_in import SignInCode

__all__ = [
    "AuditEvent",
    "Consent",
    "ConsentKind",
    "FormReceipt",
    "Person",
    "PersonQuerySet",
    "PolicyVersion",
    "RateCounter",
    "SignInCode",
]
