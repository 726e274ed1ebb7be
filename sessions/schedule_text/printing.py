"""Convert a parsed schedule to values for JSON, and to text for a terminal."""

import datetime as dt
from typing import Any

from echo_portal.lib.dates import date_long, is_french, time_of_day, time_range
from echo_portal.lib.zones import zone_label
from sessions.schedule_text.draft_rows import DraftRow, Finding, LineKind, ParsedSchedule, SourceLine
from sessions.schedule_text.sentences import common_findings, level_of, sentence

# Words in the text for a terminal. JSON has English keys instead.
_WORDS = {
    "en": {
        "found": "Sessions found: {count}",
        "number": "Session {number}",
        "unnumbered": "Session without a number",
        "no_title": "(no title)",
        "no_date": "no date",
        "lines": "lines {lines}",
        "presenters": "Presenters: {texts}",
        "links": "Links: {texts}",
        "beside": "Also said: {texts}",
        "whole": "Of the whole schedule:",
        "headings": "Headings:",
        "not_understood": "Not understood:",
        "levels": {"error": "ERROR", "warning": "WARNING", "note": "NOTE"},
    },
    "fr": {
        "found": "Séances trouvées\u00a0: {count}",
        "number": "Séance {number}",
        "unnumbered": "Séance sans numéro",
        "no_title": "(sans titre)",
        "no_date": "sans date",
        "lines": "lignes {lines}",
        "presenters": "Présentation\u00a0: {texts}",
        "links": "Liens\u00a0: {texts}",
        "beside": "Dit aussi\u00a0: {texts}",
        "whole": "Pour l’ensemble\u00a0:",
        "headings": "Titres et consignes\u00a0:",
        "not_understood": "Non compris\u00a0:",
        "levels": {"error": "ERREUR", "warning": "ATTENTION", "note": "NOTE"},
    },
}


def as_values(schedule: ParsedSchedule, language: str) -> dict[str, Any]:
    """Return the schedule as values for JSON.

    Each finding has its sentence in both languages, and again in `language` under the key "sentence".
    """
    return {
        "rows": [_row_values(row, language) for row in schedule.rows],
        "findings": [_finding_values(finding, language) for finding in schedule.findings],
        "announced": {
            "credits": None if schedule.credits is None else float(schedule.credits),
            "sessions": schedule.session_count,
        },
        "headings": [_line_values(line) for line in schedule.lines_of(LineKind.HEADING)],
        "not_understood": [_line_values(line) for line in schedule.lines_of(LineKind.NOT_UNDERSTOOD)],
    }


def _row_values(row: DraftRow, language: str) -> dict[str, Any]:
    titles = (row.title_fr, row.title_en) if is_french(language) else (row.title_en, row.title_fr)
    return {
        "number": row.number,
        "title": titles[0] or titles[1],
        "title_en": row.title_en,
        "title_fr": row.title_fr,
        "date": row.on_date.isoformat() if row.on_date else None,
        "start": _clock(row.start_time),
        "end": _clock(row.end_time),
        "zone": row.zone or None,
        "presenters": row.presenters,
        "links": row.links,
        "beside": row.beside,
        "lines": row.lines,
        "findings": [_finding_values(finding, language) for finding in row.findings],
    }


def _clock(time: dt.time | None) -> str | None:
    return f"{time:%H:%M}" if time else None


def _finding_values(finding: Finding, language: str) -> dict[str, str]:
    return {
        "code": finding.code,
        "level": str(level_of(finding)),
        "sentence": sentence(finding, language),
        "sentence_en": sentence(finding, "en"),
        "sentence_fr": sentence(finding, "fr"),
    }


def _line_values(line: SourceLine) -> dict[str, Any]:
    return {"line": line.number, "text": line.text.strip()}


def as_text(schedule: ParsedSchedule, language: str) -> str:
    """Return the schedule as text in `language`, to be printed in a terminal."""
    words: dict[str, Any] = _WORDS[language]
    parts = [words["found"].format(count=len(schedule.rows))]
    common = common_findings(schedule.rows)
    codes = {finding.code for finding in common}
    if whole := [*schedule.findings, *common]:
        parts += ["\n" + words["whole"], *_finding_lines(whole, words, language)]
    parts += ["\n" + _row_text(row, words, language, codes) for row in schedule.rows]
    for kind, heading in ((LineKind.HEADING, "headings"), (LineKind.NOT_UNDERSTOOD, "not_understood")):
        if lines := schedule.lines_of(kind):
            parts += ["\n" + words[heading], *(f"  {line.number}: {line.text.strip()}" for line in lines)]
    return "\n".join(parts)


def _row_text(row: DraftRow, words: dict[str, Any], language: str, common: set[str]) -> str:
    name = words["unnumbered"] if row.number is None else words["number"].format(number=row.number)
    title = " / ".join(filter(None, (row.title_en, row.title_fr))) or words["no_title"]
    lines = words["lines"].format(lines=", ".join(map(str, row.lines)))
    colon = "\u00a0:" if is_french(language) else ":"
    parts = [f"{name}{colon} {title} ({lines})", f"  {_when(row, words, language)}"]
    own = [finding for finding in row.findings if finding.code not in common]
    said = {"presenters": row.presenters, "links": row.links, "beside": row.beside}
    parts += ["  " + words[key].format(texts="; ".join(texts)) for key, texts in said.items() if texts]
    return "\n".join([*parts, *_finding_lines(own, words, language)])


def _when(row: DraftRow, words: dict[str, Any], language: str) -> str:
    parts = [date_long(row.on_date, language) if row.on_date else words["no_date"]]
    if row.start_time and row.end_time:
        parts.append(time_range(row.start_time, row.end_time, language))
    elif row.start_time:
        parts.append(time_of_day(row.start_time, language))
    if row.zone:
        parts.append(zone_label(row.zone, language))
    return ", ".join(parts)


def _finding_lines(findings: list[Finding], words: dict[str, Any], language: str) -> list[str]:
    return [
        f"  {words['levels'][level_of(finding)]} {finding.code}: {sentence(finding, language)}" for finding in findings
    ]
