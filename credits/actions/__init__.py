"""Actions on credits: the ledger and certificates. Only workers call `rendering`, which makes the PDF files."""

from .accrediting import Corrected, digest_of, follow_accreditation
from .certificates import NO_CHARACTERS, NO_EVALUATION, NO_LICENCE, NO_NAME, NO_SIGNATORY, Plan, plan_certificates
from .erasing import delete_certificates
from .evaluating import ask_for_evaluations
from .issuing import issue_certificates, revoke_certificate
from .ledger import LedgerChange, update_ledger, update_stale_ledgers
from .merging import Merged, merge_people
from .releasing import issue_answered
from .reviewing import end_review, give_review
from .signing import remove_signature, set_signature
from .undoing import CertificateChange, Loss, preview_import, preview_undo, undo_import

__all__ = [
    "NO_CHARACTERS",
    "NO_EVALUATION",
    "NO_LICENCE",
    "NO_NAME",
    "NO_SIGNATORY",
    "CertificateChange",
    "Corrected",
    "LedgerChange",
    "Loss",
    "Merged",
    "Plan",
    "ask_for_evaluations",
    "delete_certificates",
    "digest_of",
    "end_review",
    "follow_accreditation",
    "give_review",
    "issue_answered",
    "issue_certificates",
    "merge_people",
    "plan_certificates",
    "preview_import",
    "preview_undo",
    "remove_signature",
    "revoke_certificate",
    "set_signature",
    "undo_import",
    "update_ledger",
    "update_stale_ledgers",
]
