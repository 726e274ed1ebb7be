"""Build the values that a report's page and file display, from its stored data only, in the active language."""

import calendar
import dataclasses
import datetime as dt
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import MONTHS_EN, MONTHS_FR, date_plain, day_in
from pages.models import Report

TILES = ("sessions", "people", "attendances", "responses", "rural")
FUNNEL = ("registered-people", "people", "answered-people", "certified-people")
HALF_YEAR = range(180, 186)  # days
Data = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Headline:
    """A figure for the whole programme.

    If it is a percentage, `base` says of how many. `before` is the value in the previous period.
    """

    code: str
    name: str
    value: str
    base: str
    before: str


@dataclasses.dataclass(frozen=True)
class Line:
    """A row of a table with bars: its name, its numbers, and the widths of its bars in per cent."""

    name: str
    value: str
    percent: int | None
    widths: tuple[int, ...]


@dataclasses.dataclass(frozen=True)
class SeriesLine:
    title: str
    registrations: int
    attendances: int
    widths: tuple[int, int]


@dataclasses.dataclass(frozen=True)
class Answers:
    """The answers to a question about agreement, as percentages."""

    text: str
    answered: int
    in_agreement: int
    strongly: int
    widths: tuple[int, int]


@dataclasses.dataclass(frozen=True)
class Comment:
    """A comment from an evaluation. If `translated_from` is set, `text` is a translation."""

    question: str
    text: str
    language: str
    translated_from: str
    is_shortened: bool


@dataclasses.dataclass(frozen=True)
class ReportPage:
    title: str
    period: str
    first: str
    last: str
    tiles: list[Headline]
    headlines: list[Headline]
    previous: str
    sessions: list[tuple[str, int]]
    funnel: list[Line]
    series: list[SeriesLine]
    professions: list[Line]
    provinces: list[Line]
    languages: list[Line]
    feedback: list[Answers]
    comments: list[Comment]
    definitions: list[tuple[str, str, str]]
    made_on: str
    published_on: str
    published_day: str
    sha256: str


@dataclasses.dataclass(frozen=True)
class WithdrawnPage:
    title: str
    withdrawn_on: str
    notice: str


def withdrawn_page(report: Report) -> WithdrawnPage:
    assert report.withdrawn_at is not None
    day = day_in(report.withdrawn_at, None)
    return WithdrawnPage(title_of(report), date_plain(day, active_language()), report.notice)


def report_page(report: Report) -> ReportPage:
    data: Data = report.figures
    language = active_language()
    headlines = _headlines(data, language)
    by_code = {line.code: line for line in headlines}
    previous = data["previous"]
    made_on = day_in(report.made_at, None)
    published_on = day_in(report.published_at, None) if report.published_at else None
    return ReportPage(
        title=title_of(report),
        period=period_words(report.first_on, report.last_on),
        first=date_plain(report.first_on, language),
        last=date_plain(report.last_on, language),
        tiles=[by_code[code] for code in TILES],
        headlines=headlines,
        previous=period_words(_day(previous["first"]), _day(previous["last"])) if previous else "",
        sessions=_sessions(data["sessions"]),
        funnel=_funnel(data, by_code),
        series=_series(data["series"], language),
        professions=_groups(data["professions"], language),
        provinces=_groups(data["provinces"], language),
        languages=_groups(data["languages"], language),
        feedback=[_answers(one, language) for one in data["feedback"]],
        comments=[_comment(one, language) for one in report.comments],
        definitions=[(one["code"], one["name"][language], one["sentence"][language]) for one in data["definitions"]],
        made_on=date_plain(made_on, language),
        published_on=date_plain(published_on, language) if published_on else "",
        published_day=str(published_on or made_on),
        sha256=report.sha256,
    )


def title_of(report: Report) -> str:
    words = {"period": period_words(report.first_on, report.last_on)}
    if (report.last_on - report.first_on).days in HALF_YEAR:
        return _("Semi-annual report, %(period)s") % words
    return _("Report, %(period)s") % words


def period_words(first: dt.date, last: dt.date) -> str:
    """Return the period as text, such as "January to June 2026" or "December 2025 to May 2026".

    If it does not consist of whole months, return its first and its last date.
    """
    language = active_language()
    months = MONTHS_FR if language == "fr" else MONTHS_EN
    if first.day > 1 or last.day < calendar.monthrange(last.year, last.month)[1]:
        words = {"first": date_plain(first, language), "last": date_plain(last, language)}
        return pgettext("days", "%(first)s to %(last)s") % words
    if (first.year, first.month) == (last.year, last.month):
        return f"{months[last.month - 1]} {last.year}"
    since = months[first.month - 1] if first.year == last.year else f"{months[first.month - 1]} {first.year}"
    return _("%(first)s to %(last)s") % {"first": since, "last": f"{months[last.month - 1]} {last.year}"}


def _headlines(data: Data, language: str) -> list[Headline]:
    names = {one["code"]: one["name"][language] for one in data["definitions"]}
    before = data["previous"]["values"] if data["previous"] else {}
    return [
        Headline(
            code=line["code"],
            name=names[line["code"]],
            value=_value(line["kind"], line["value"]) if line["value"] is not None else _not_displayed(line),
            base=_base(line),
            before=_value(line["kind"], before.get(line["code"])) if before else "",
        )
        for line in data["headlines"]
    ]


def _value(kind: str, value: Any) -> str:
    if value is None:
        return "–"
    if kind == "percent":
        return _("%(percent)s%%") % {"percent": value}
    return floatformat(value, "-2g") if kind == "credits" else intcomma(value)


def _not_displayed(line: Data) -> str:
    """Return why there is no value: it would be a count of one to four people, or a percentage of nothing."""
    is_few = line["kind"] == "count" or (line["base"] and line["part"] is None)
    return _("fewer than five") if is_few else "–"


def _base(line: Data) -> str:
    if line["kind"] != "percent" or not line["base"] or line["part"] is None:
        return ""
    return _("%(part)s of %(base)s") % {"part": intcomma(line["part"]), "base": intcomma(line["base"])}


def _sessions(counts: Data) -> list[tuple[str, int]]:
    return [
        (_("of the national hub"), counts["national"]),
        (_("of other hubs"), counts["hub"]),
        (_("joint"), counts["joint"]),
        (_("standalone"), counts["standalone"]),
        (_("in a series"), counts["in_series"]),
    ]


def _funnel(data: Data, by_code: dict[str, Headline]) -> list[Line]:
    values = {line["code"]: line["value"] or 0 for line in data["headlines"]}
    most = max(values[code] for code in FUNNEL) or 1
    return [Line(by_code[code].name, by_code[code].value, None, (100 * values[code] // most,)) for code in FUNNEL]


def _series(lines: list[Data], language: str) -> list[SeriesLine]:
    most = max((max(line["registrations"], line["attendances"]) for line in lines), default=0) or 1
    return [
        SeriesLine(
            line["title"][language],
            line["registrations"],
            line["attendances"],
            (100 * line["registrations"] // most, 100 * line["attendances"] // most),
        )
        for line in lines
    ]


def _groups(groups: list[Data], language: str) -> list[Line]:
    return [Line(one["label"][language], intcomma(one["count"]), one["percent"], (one["percent"],)) for one in groups]


def _answers(one: Data, language: str) -> Answers:
    answered = sum(one["counts"])
    strongly = round(100 * one["counts"][4] / answered)
    agree = round(100 * sum(one["counts"][3:]) / answered)
    return Answers(one["text"][language], answered, agree, strongly, (agree, strongly))


def _comment(one: Data, language: str) -> Comment:
    translated = language != one["language"] and bool(one["translation"])
    return Comment(
        question=one["question"][language],
        text=one["translation"] if translated else one["text"],
        language=language if translated else one["language"],
        translated_from=one["language"] if translated else "",
        is_shortened=one["shortened"],
    )


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
