"""Build a transcript: the sessions that a person attended in a period, and the credits for them (PRODUCT.md 6)."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import Person
from attendance.models import Attendance
from credits.models import Accreditation, CreditEntry
from credits.periods import Period
from credits.presenters import entry_sentence
from credits.queries.transcript import accreditations_of, attendances_between, entries_between, session_ids
from credits.words import category_words, credit_words
from echo_portal.lib.bilingual import in_language
from echo_portal.lib.dates import date_plain

Kind = tuple[str, str, str]  # scheme, programme, category


@dataclasses.dataclass(frozen=True)
class Earned:
    """The credits of one kind for a session. If there are none, `reason` is a sentence that says why, otherwise ""."""

    kind: Kind
    amount: Decimal
    words: str
    session_id: str
    reason: str


@dataclasses.dataclass(frozen=True)
class TranscriptLine:
    """A session of the transcript. If no kind of credits applies to it, `reason` is a sentence that says why."""

    on_date: dt.date
    date: str
    number: int
    title: str
    title_language: str
    series: str
    series_language: str
    minutes: int
    earned: Sequence[Earned]
    reason: str


@dataclasses.dataclass(frozen=True)
class Total:
    scheme: str
    programme: str
    category: str
    amount: Decimal
    words: str


@dataclasses.dataclass(frozen=True)
class Transcript:
    """The transcript of a period. `claim` says what to enter in the college's form, or is "".

    `specimen` is a sentence if one of the accreditations was invented for a demonstration.
    """

    period: Period
    lines: Sequence[TranscriptLine]
    totals: Sequence[Total]
    minutes: int
    claim: str
    specimen: str = ""


def transcript(person: Person, period: Period, language: str) -> Transcript:
    """Return the person's transcript of a period in the active language, using at most four queries."""
    attendances = attendances_between(person, period.first, period.last)
    if not attendances:
        return Transcript(period, [], [], 0, "")
    entries = entries_between(person, period.first, period.last)
    records = accreditations_of({row.session.series_id for row in attendances})
    ids = session_ids({row.session_id for row in attendances})
    lines = [
        _line(
            row,
            [_earned(entry, ids) for entry in entries.get(row.session_id, [])],
            _why_none(person, records.get(row.session.series_id, [])),
            language,
        )
        for row in attendances
    ]
    totals = _totals(lines)
    is_specimen = any(entry.accreditation.is_specimen for rows in entries.values() for entry in rows)
    return Transcript(
        period,
        lines,
        totals,
        minutes=sum(line.minutes for line in lines),
        claim=_claim(totals),
        specimen=_("Specimen: an invented certification, for a demonstration.") if is_specimen else "",
    )


def _line(row: Attendance, earned: list[Earned], why_none: str, language: str) -> TranscriptLine:
    session = row.session
    assert session.on_date is not None
    title, title_language = session.title_in(language)
    series, series_language = in_language(session.series, "title", language)
    return TranscriptLine(
        on_date=session.on_date,
        date=date_plain(session.on_date, language),
        number=session.number,
        title=title,
        title_language=title_language,
        series=series,
        series_language=series_language,
        minutes=row.minutes,
        earned=earned,
        reason="" if earned else why_none,
    )


def _earned(entry: CreditEntry, ids: dict[tuple[int, int], str]) -> Earned:
    record = entry.accreditation
    return Earned(
        kind=(record.scheme, record.programme, record.category),
        amount=entry.credits,
        words=credit_words(entry.credits, record.scheme, record.programme),
        session_id=ids.get((record.pk, entry.session_id), ""),
        reason="" if entry.credits else entry_sentence(entry),
    )


def _why_none(person: Person, records: Sequence[Accreditation]) -> str:
    if not records:
        return _("No credits: the series is not accredited.")
    if not any(record.is_for(person) for record in records):
        return _("No credits: the accreditation is not for your profession.")
    return _("The credits are being computed.")


def _totals(lines: Sequence[TranscriptLine]) -> list[Total]:
    sums: dict[Kind, Decimal] = {}
    for line in lines:
        for one in line.earned:
            sums[one.kind] = sums.get(one.kind, Decimal(0)) + one.amount
    return [
        Total(scheme, programme, category_words(category), amount, credit_words(amount, scheme, programme))
        for (scheme, programme, category), amount in sorted(sums.items())
    ]


def _claim(totals: Sequence[Total]) -> str:
    """Return a sentence that says how to enter Mainpro+ credits in the college's form, or "" (DOMAIN.md MP-7)."""
    kinds = [row.category for row in totals if row.scheme == Accreditation.Scheme.MAINPRO and row.amount]
    if not kinds:
        return ""
    return _(
        "At www.cfpc.ca/login, choose “%(category)s”, live online. Find each session by its ID, title or date, and "
        "enter its credits."
    ) % {"category": " / ".join(kinds)}


def transcript_rows(found: Transcript) -> list[list[object]]:
    """Return the rows of a CSV file: the column names, then a row for each session and kind of credits."""
    names = (
        _("Date"),
        _("Series title"),
        _("No."),
        _("Session"),
        _("Minutes"),
        _("Credits"),
        _("Kind"),
        _("Category"),
        _("Session ID"),
        _("Reason"),
    )
    rows: list[list[object]] = [list(names)]
    for line in found.lines:
        start = [line.on_date.isoformat(), line.series, line.number, line.title, line.minutes]
        for one in line.earned:
            _scheme, programme, category = one.kind
            rows.append([*start, one.amount, programme, category_words(category), one.session_id, one.reason])
        if not line.earned:
            rows.append([*start, Decimal(0), "", "", "", line.reason])
    return rows
