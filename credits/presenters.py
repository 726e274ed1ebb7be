"""Build the values that pages show about credits."""

import dataclasses
import datetime as dt
import itertools
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import ngettext, pgettext

from credits import sentences
from credits.models import Certificate, CreditEntry
from credits.words import credit_words
from echo_portal.lib.dates import date_plain

MOST_INITIALS = 6


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


def earned_words(values: Mapping[str, Any]) -> str:
    """Return what a certificate says was earned, or how many sessions were attended where nothing is certified."""
    earned = [credit_words(Decimal(row["credits"]), row["scheme"], row["programme"]) for row in values["records"]]
    count = len(values["sessions"])
    return " · ".join(earned) or ngettext("%(count)d session attended", "%(count)d sessions attended", count) % {
        "count": count
    }


@dataclasses.dataclass(frozen=True)
class Verified:
    """What the public page says about a code: four facts, the same ones whatever the state (PRODUCT.md 6).

    `state` is a state of certificates, or "unknown"; facts of an unknown code are empty.
    """

    state: str
    initials: str = ""
    title: str = ""
    title_language: str = ""
    days: str = ""


def verified(certificate: Certificate | None, language: str) -> Verified:
    """Return what may be said of a certificate; of none, that the code is unknown."""
    if certificate is None:
        return Verified("unknown")
    values = certificate.values
    days = sorted(dt.date.fromisoformat(line["date"]) for line in values["sessions"])
    shown = [date_plain(day, language) for day in (days[0], days[-1])]
    return Verified(
        certificate.state,
        initials_of(values["name"]),
        values["series"],
        values["series_language"],
        shown[0]
        if days[0] == days[-1]
        else pgettext("days", "%(first)s to %(last)s") % {"first": shown[0], "last": shown[1]},
    )


def initials_of(name: str) -> str:
    """Return the first character of each part of a name, with the marks that belong to it: "A. O."."""
    initials = []
    for part in unicodedata.normalize("NFC", name).split():
        marks = itertools.takewhile(unicodedata.combining, part[1:])
        initials.append(f"{part[0]}{''.join(marks)}.")
    return " ".join(initials[:MOST_INITIALS])
