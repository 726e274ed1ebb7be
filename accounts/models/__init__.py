"""People, what they agreed to, how they sign in, and who did what."""

from .audit import AuditEvent
from .consent import Consent, ConsentKind
from .form_receipt import FormReceipt
from .person import Person, PersonQuerySet
from .rate_counter import RateCounter
from .sign_in import SignInCode

__all__ = [
    "AuditEvent",
    "Consent",
    "ConsentKind",
    "FormReceipt",
    "Person",
    "PersonQuerySet",
    "RateCounter",
    "SignInCode",
]
