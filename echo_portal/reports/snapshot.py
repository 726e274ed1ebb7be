"""The figures of a period as data that a report stores: all numbers, with their names in both languages.

A report does not change when names, titles or definitions change later. The data does not depend on the active
language, nor on the time at which it is computed from the same rows.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils import translation

from accounts.vocabularies import Profession, Province
from echo_portal.lib.bilingual import LANGUAGES, in_language
from echo_portal.reports import definitions, figures
from echo_portal.reports.counts import Counts, load_counts
from echo_portal.reports.definitions import Definition
from echo_portal.reports.figures import Share
from echo_portal.reports.groups import Groups, load_groups
from echo_portal.reports.selection import Selection
from evaluations.models import AGREEMENT
from evaluations.queries.results import QuestionResult, code_of

FORMAT = 1
Data = dict[str, Any]


def snapshot(selection: Selection, now: dt.datetime, *, previous: Data | None = None) -> Data:
    """Return the figures. `previous` is the result of `headlines_of` for an earlier report."""
    with translation.override("en"):
        held = figures.sessions_held(selection)
        groups = load_groups(None, selection.period.first, selection.period.last)
        counts = load_counts(selection, groups.attended)
        lines = figures.by_series(counts)
        return {
            "format": FORMAT,
            "first": str(selection.period.first),
            "last": str(selection.period.last),
            "headlines": _headlines(selection, counts, held.total, groups),
            "sessions": {
                "national": held.national,
                "hub": held.hub,
                "joint": held.joint,
                "standalone": held.standalone,
                "in_series": held.in_series,
            },
            "series": [
                {
                    "title": {language: _title(line, language) for language in LANGUAGES},
                    "registrations": line.registrations,
                    "attendances": line.attendances,
                }
                for line in lines
            ],
            "professions": _groups(figures.by_profession(selection, groups), dict(Profession.choices)),
            "provinces": _groups(figures.by_province(selection, groups), dict(Province.choices)),
            "languages": _groups(figures.by_language(lines), figures.LANGUAGES_OF_SESSIONS),
            "feedback": [_answers(result) for result in figures.feedback(counts, now)],
            "definitions": [
                {"code": one.code, "name": both(one.name), "sentence": both(one.sentence)}
                for one in definitions.IN_REPORTS
            ],
            "previous": previous,
        }


def headlines_of(data: Data, sha256: str) -> Data:
    """Return what the next report contains about this one: its period, its hash, and the value of each headline."""
    values = {line["code"]: line["value"] for line in data["headlines"]}
    return {"first": data["first"], "last": data["last"], "sha256": sha256, "values": values}


def both(words: Any) -> dict[str, str]:
    """Return a translatable text as a dict with both languages."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = str(words)
    return found


def _headlines(selection: Selection, counts: Counts, sessions: int, groups: Groups) -> list[Data]:
    """Return the figures for the whole programme. Percentages include the two counts from which they are computed."""
    total = figures.totals(selection, counts)
    through = figures.funnel(selection)
    rural, serves = figures.rural(selection, groups), figures.serves_rural(selection, groups)
    return [
        _count(definitions.SESSIONS, sessions),
        _count(definitions.REGISTRATIONS, total.registrations),
        _count(definitions.ATTENDANCES, total.attendances),
        _share(definitions.CAME, total.came, total.attendances, total.registered_where_known),
        _share(definitions.NO_SHOWS, total.missed, total.no_shows, total.registered_where_known),
        _count(definitions.REGISTERED_PEOPLE, figures.shown(through.registered)),
        _count(definitions.PEOPLE, figures.shown(through.attended)),
        _count(definitions.NEW_PEOPLE, through.new_shown),
        _share(definitions.RURAL, rural.percent, rural.count, rural.known),
        _share(definitions.SERVES_RURAL, serves.percent, serves.count, serves.known),
        _share(definitions.RESPONSES, total.responses, figures.shown(total.answered), total.asked),
        _count(definitions.ANSWERED_PEOPLE, figures.shown(through.answered)),
        _count(definitions.CERTIFICATES, total.certificates),
        _count(definitions.CERTIFIED_PEOPLE, figures.shown(through.certified)),
        {
            "code": definitions.CREDITS.code,
            "kind": "credits",
            "value": format(figures.credits_earned(selection).normalize(), "f"),
        },
    ]


def _count(definition: Definition, value: int | None) -> Data:
    """Return a count. It is None if it stands for one to four people (ADR 43)."""
    return {"code": definition.code, "kind": "count", "value": value}


def _share(definition: Definition, value: int | None, part: int | None, base: int) -> Data:
    return {"code": definition.code, "kind": "percent", "value": value, "part": part, "base": base}


def _title(line: figures.SeriesLine, language: str) -> str:
    return in_language(line.series, "title", language)[0]


def _groups(shares: Iterable[Share], labels: dict[Any, Any]) -> list[Data]:
    return [
        {"code": share.code, "label": both(labels[share.code]), "count": share.count, "percent": share.percent}
        for share in shares
    ]


def _answers(result: QuestionResult) -> Data:
    """Return how often each value from 1 to 5 was the answer."""
    return {
        "code": code_of(result.question),
        "text": {language: in_language(result.question, "text", language)[0] for language in LANGUAGES},
        "counts": [int(result.counts.get(Decimal(value), 0)) for value in AGREEMENT],
    }
