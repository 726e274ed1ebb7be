"""Build the values that pages show about credits."""

from credits import sentences
from credits.models import CreditEntry


def entry_sentence(entry: CreditEntry) -> str:
    """Return what a line of the ledger says, in the active language; loads session and accreditation."""
    return sentences.sentence(
        entry.code,
        session=entry.session.number,
        minutes=entry.minutes,
        length=entry.session_minutes,
        credits=entry.credits,
        scheme=entry.accreditation.scheme,
        facts=entry.facts,
    )
