"""Build what "my sessions" shows of attendance, credits and certificates."""

import dataclasses
from collections.abc import Collection, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from attendance.models import Attendance
from credits.links import own_file_path
from credits.models import Certificate, CreditEntry
from credits.presenters import entry_sentence
from credits.queries.own import own_attendances, own_certificates, own_entries, sessions_with_report
from credits.words import credit_words, number
from echo_portal.lib.bilingual import in_language
from sessions.models import Series

MOST_PIPS = 20


@dataclasses.dataclass(frozen=True)
class OwnSession:
    """What is known of a past session: whether attendance is confirmed, and why it earned what it earned."""

    attended: bool
    sentences: Sequence[str] = ()


@dataclasses.dataclass(frozen=True)
class OwnSeries:
    """What was earned in a series. `pips` are marks of whole credits, empty if there are too many to draw.

    `certificate_url` is empty until the file is made; `is_coming`: one was issued and its file is being made.
    """

    title: str
    title_language: str
    words: str
    pips: Sequence[bool]
    certificate_url: str
    is_coming: bool


@dataclasses.dataclass(frozen=True)
class OwnCredits:
    series: Sequence[OwnSeries]
    by_session: dict[int, OwnSession]


def own_credits(person: Person, past_sessions: Collection[int], language: str) -> OwnCredits:
    """Return what the person earned, in at most four statements; one if they attended nothing yet."""
    attendances = own_attendances(person)
    with_report = sessions_with_report(past_sessions) if past_sessions else set()
    missed = {
        pk: OwnSession(attended=False, sentences=[_("You are not in the attendance report.")])
        for pk in past_sessions
        if pk in with_report
    }
    if not attendances:
        return OwnCredits([], missed)
    entries, certificates = own_entries(person), own_certificates(person)
    by_session = missed | {
        row.session_id: OwnSession(
            attended=True,
            sentences=[entry_sentence(entry) for entry in entries if entry.session_id == row.session_id],
        )
        for row in attendances
    }
    series = []
    for one, rows in groupby(attendances, key=lambda row: row.session.series):
        mine = [entry for entry in entries if entry.session.series_id == one.pk]
        series += _of_series(one, list(rows), mine, certificates.get(one.pk), language)
    return OwnCredits(series, by_session)


def _of_series(
    series: Series,
    attendances: Sequence[Attendance],
    entries: Sequence[CreditEntry],
    certificate: Certificate | None,
    language: str,
) -> list[OwnSeries]:
    """Return one row per record of the series; without a record, one that counts the sessions."""
    title, title_language = in_language(series, "title", language)
    has_file = certificate is not None and certificate.rendered_at is not None
    common: dict[str, Any] = {
        "title": title,
        "title_language": title_language,
        "certificate_url": own_file_path(certificate) if certificate is not None and has_file else "",
        "is_coming": certificate is not None and not has_file,
    }
    if not entries:
        count = len(attendances)
        words = ngettext("%(count)d session attended", "%(count)d sessions attended", count) % {"count": count}
        return [OwnSeries(words=words, pips=(), **common)]
    found = []
    for record, rows in groupby(entries, key=lambda entry: entry.accreditation):
        earned = sum((row.credits for row in rows), Decimal(0))
        words = _("%(earned)s, of up to %(most)s") % {
            "earned": credit_words(earned, record.scheme, record.programme),
            "most": number(record.max_credits),
        }
        most = int(record.max_credits)
        pips = tuple(place <= earned for place in range(1, most + 1)) if most <= MOST_PIPS else ()
        found.append(OwnSeries(words=words, pips=pips, **common))
    return found
