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
    RECORD_NUMBER = "record-number", _("the number of a record")
    DEATH = "death", _("the day or place of a death")
    AGE = "age", _("the age of a person, with a day or a place")


_MONTH = r"(?:jan|feb|f[ée]v|mar|apr|avr|may|mai|jun|jui|jul|aug|ao[uû]|sep|oct|nov|dec|d[ée]c)[a-zéû]{0,9}\.?"
_DAY_EN = r"(?:last\s+(?:night|week|mon|tues|wednes|thurs|fri|satur|sun)\w*|yesterday|this\s+(?:morning|week))"
_WEEKDAY_FR = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
_DAY = rf"(?i:\b(?:{_DAY_EN}|hier|ce\s+matin|cette\s+semaine|{_WEEKDAY_FR}\s+dernier)\b)"
# A place with a name: a capitalized word before or after the word for it.
_PLACE = (
    r"(?:\b[A-ZÀ-Þ][\w’'.-]{0,60}\s+(?i:hospital|hospice|health\s+centre)\b"
    r"|\b(?i:hôpital|hospice|chsld|maison)\s+(?:(?:de|du|des)\s+)?(?:la\s+)?[A-ZÀ-Þ])"
)
_DIED = r"(?i:\b(?:died|passed\s+away|décédée?|morte?|s[’']est\s+éteinte?)\b)"
_AGE = (
    r"(?i:\baged\s+\d{2,3}\b|\b\d{2,3}[\s-]years?[\s-]old\b|\b\d{2,3}\s?y/?o\b"
    r"|\bâgée?\s+de\s+\d{2,3}\s+ans\b|\b(?:homme|femme|dame|patiente?|résidente?)\s+de\s+\d{2,3}\s+ans\b)"
)
# The order matters: text that a pattern matches is not searched with later patterns.
_PATTERNS: tuple[tuple[Identifier, re.Pattern[str]], ...] = (
    (Identifier.EMAIL, re.compile(r"[^\s@]{1,64}@[^\s@]{1,253}\.[^\s@]{2,}")),
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
    (
        Identifier.RECORD_NUMBER,
        re.compile(
            r"\b(?:MRN|(?:record|chart|file|patient|client)\s+(?:number|num\b|no\b|ID\b|#)"
            r"|(?:num[ée]ro|n[o°º])\.?\s+de\s+dossier|dossier\s+(?:num[ée]ro|n[o°º]|\#))"
            r"\.?\s*:?\s*(?:is\s+|est\s+(?:le\s+)?)?(?:[A-Z]{1,3}-?)?\d{3,6}\b",
            re.IGNORECASE,
        ),
    ),
    (Identifier.DEATH, re.compile(rf"{_DIED}[^!?\n]{{0,60}}?(?:{_DAY}|{_PLACE})")),
    (
        Identifier.AGE,
        re.compile(rf"{_AGE}[^!?\n]{{0,80}}?(?:{_DAY}|{_PLACE})|(?:{_DAY}|{_PLACE})[^!?\n]{{0,80}}?{_AGE}"),
    ),
    (Identifier.TELEPHONE, re.compile(r"(?<!\d)(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?!\d)")),
    (Identifier.HEALTH_NUMBER, re.compile(r"(?<!\d)\d(?:[\s-]?\d){6,}(?!\d)|\b[A-Z]{4}[\s-]?\d{4}[\s-]?\d{4}\b")),
    (Identifier.POSTAL_CODE, re.compile(r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z][\s-]?\d[A-Z]\d\b", re.IGNORECASE)),
    (
        Identifier.NAME,
        re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mme|Mlle|Monsieur|Madame|M)(?:\.|\b)\s*[A-ZÀ-Þ][\w’'-]{1,60}"),
    ),
)
_WEB_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
# The patterns look for spaces in many places, so long runs of them would take seconds.
_SPACES = re.compile(r"\s+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def identifiers_in(text: str, *, about_sessions: bool = False) -> list[Identifier]:
    """Return the kinds of words in the text that may identify a patient, each kind once, in a fixed order.

    If `about_sessions` is true, web addresses and dates of this year or later are left out, because a text about
    sessions contains them.
    """
    found: set[Identifier] = set()
    text = _SPACES.sub(lambda run: "\n" if "\n" in run[0] else " ", text)
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
