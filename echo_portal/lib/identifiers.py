"""Find words in a text that may identify a patient: numbers, dates of birth, addresses, and names of people.

Few patterns are used, because a person decides about each warning. No text is refused because of it (PRODUCT.md 10).
"""

import re
from collections.abc import Sequence

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _


class Identifier(TextChoices):
    EMAIL = "email", _("an email address")
    TELEPHONE = "telephone", _("a telephone number")
    HEALTH_NUMBER = "health-number", _("a long number, such as a health card or file number")
    DATE = "date", _("a date with its day, such as a date of birth")
    POSTAL_CODE = "postal-code", _("a postal code")
    NAME = "name", _("the name of a person")


_MONTH = r"(?:jan|feb|f[ée]v|mar|apr|avr|may|mai|jun|jui|jul|aug|ao[uû]|sep|oct|nov|dec|d[ée]c)[a-zéû]*\.?"
# The order matters: text that a pattern matches is not searched with later patterns.
_PATTERNS: tuple[tuple[Identifier, re.Pattern[str]], ...] = (
    (Identifier.EMAIL, re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]{2,}")),
    (
        Identifier.DATE,
        re.compile(r"\b(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}\b|\b\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d\b"),
    ),
    (
        Identifier.DATE,
        re.compile(
            rf"\b(?:\d{{1,2}}(?:er|st|nd|rd|th)?\s+{_MONTH}|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?),?\s+(?:19|20)\d\d\b",
            re.IGNORECASE,
        ),
    ),
    (Identifier.TELEPHONE, re.compile(r"(?<!\d)(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?!\d)")),
    (Identifier.HEALTH_NUMBER, re.compile(r"(?<!\d)\d(?:[\s-]?\d){6,}(?!\d)|\b[A-Z]{4}[\s-]?\d{4}[\s-]?\d{4}\b")),
    (Identifier.POSTAL_CODE, re.compile(r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z][\s-]?\d[A-Z]\d\b", re.IGNORECASE)),
    (
        Identifier.NAME,
        re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mme|Mlle|Monsieur|Madame|M)(?:\.|\b)\s*[A-ZÀ-Þ][\w’'-]+"),
    ),
)
_WEB_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def identifiers_in(text: str, *, about_sessions: bool = False) -> list[Identifier]:
    """Return the kinds of words in the text that may identify a patient, each kind once, in a fixed order.

    If `about_sessions` is true, web addresses and dates of this year or later are left out, because a text about
    sessions contains them.
    """
    found: set[Identifier] = set()
    if about_sessions:
        text = _WEB_ADDRESS.sub(" ", text)
    for kind, pattern in _PATTERNS:
        matches = pattern.findall(text)
        text = pattern.sub(" ", text)
        if kind == Identifier.DATE and about_sessions:
            matches = [one for one in matches if not _may_be_of_a_session(one)]
        if matches:
            found.add(kind)
    return [kind for kind in Identifier if kind in found]


def _may_be_of_a_session(date: str) -> bool:
    years = _YEAR.findall(date)
    return bool(years) and max(map(int, years)) >= timezone.localdate().year


def identifiers_warning(found: Sequence[Identifier]) -> str:
    """Return a sentence that asks the person to remove these words from the text, or to send it as it is."""
    words = get_text_list([str(one.label) for one in found], translate("and"))
    return translate(
        "This text may contain %(found)s. A patient could be recognized by it, and the hub reads this text. "
        "Take it out, or tick the box below."
    ) % {"found": words}


def emailed_identifiers_warning(found: Sequence[Identifier]) -> str:
    """Return the same sentence for a text that is part of an email."""
    words = get_text_list([str(one.label) for one in found], translate("and"))
    return translate(
        "This text may contain %(found)s. A patient could be recognized by it, and everybody who gets the email reads "
        "this text. Take it out, or tick the box below."
    ) % {"found": words}
