"""Build the values about credits that pages display."""

import dataclasses
import datetime as dt
import itertools
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from credits import sentences
from credits.models import Certificate, CreditEntry
from credits.queries.certificates import is_being_corrected
from credits.words import credit_words
from echo_portal.lib.dates import date_plain

MOST_INITIALS = 6


def entry_sentence(entry: CreditEntry) -> str:
    """Return the sentence for an entry of the ledger, in the active language.

    This uses the entry's session and accreditation, so load both with the entry.
    """
    return sentences.sentence(
        entry.code,
        session=entry.session.number,
        minutes=entry.minutes,
        length=entry.session_minutes,
        credits=entry.credits,
        scheme=entry.accreditation.scheme,
        facts=entry.facts,
    )


def earned_words(values: Mapping[str, Any]) -> str:
    """Return the credits on a certificate or, for a series without accreditation, the number of attended sessions."""
    earned = [credit_words(Decimal(row["credits"]), row["scheme"], row["programme"]) for row in values["records"]]
    count = len(values["sessions"])
    return " · ".join(earned) or ngettext("%(count)d session attended", "%(count)d sessions attended", count) % {
        "count": count
    }


def title_of(values: Mapping[str, Any]) -> tuple[str, str]:
    """Return the title of a certificate and its language: the session's title if it has only one, else the series'."""
    if len(values["sessions"]) != 1:
        return values["series"], values["series_language"]
    (line,) = values["sessions"]
    return line["title"], line["title_language"]


@dataclasses.dataclass(frozen=True)
class Verified:
    """What the public page displays about a code: the state, and four facts about its certificate (PRODUCT.md 6).

    `state` is the state of the certificate, "correcting" (`is_being_corrected`) or "unknown". The facts about an
    unknown code are empty.
    """

    state: str
    initials: str = ""
    title: str = ""
    title_language: str = ""
    days: str = ""
    is_statement: bool = False
    is_specimen: bool = False


def verified(certificate: Certificate | None, language: str) -> Verified:
    """Return what the page displays about this certificate or, if it is None, about an unknown code."""
    if certificate is None:
        return Verified("unknown")
    values = certificate.values
    days = sorted(dt.date.fromisoformat(line["date"]) for line in values["sessions"])
    shown = [date_plain(day, language) for day in (days[0], days[-1])]
    return Verified(
        "correcting" if is_being_corrected(certificate) else certificate.state,
        initials_of(values["name"]),
        *title_of(certificate.values),
        shown[0]
        if days[0] == days[-1]
        else pgettext("days", "%(first)s to %(last)s") % {"first": shown[0], "last": shown[1]},
        values["is_statement"],
        values["is_specimen"],
    )


def file_name(values: Mapping[str, Any]) -> str:
    """Return the name of the file of a certificate or, for accredited pharmacy learning, of a statement."""
    return _("statement-of-attendance.pdf") if values["is_statement"] else _("certificate.pdf")


def initials_of(name: str) -> str:
    """Return the initials of a name, including combining marks, such as "A. O."."""
    initials = []
    for part in unicodedata.normalize("NFC", name).split():
        marks = itertools.takewhile(unicodedata.combining, part[1:])
        initials.append(f"{part[0]}{''.join(marks)}.")
    return " ".join(initials[:MOST_INITIALS])
