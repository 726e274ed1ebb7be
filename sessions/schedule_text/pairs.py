"""Titles in both languages: on one line with a slash, or on two lines of which each states the whole session."""

from collections.abc import Sequence

from sessions.schedule_text.build import Draft
from sessions.schedule_text.draft_rows import DraftRow
from sessions.schedule_text.titles import halves_of, language_of, language_of_facts


def split_titles(drafts: Sequence[Draft], lines: Sequence[str]) -> None:
    """Add a finding to titles such as "Hope / Espoir", whose halves may be in two languages.

    Set both titles if the halves are equal, another row has both languages, or the dates are written in both.
    """
    open_rows = [(draft.row, halves) for draft in drafts if (halves := _halves(draft.row))]
    order = _order(drafts, lines)
    for row, (first, second) in open_rows:
        row.find("title-halves")
        if first.casefold() == second.casefold():
            row.title_en, row.title_fr = first, second
        elif order:
            said = _order_said(first, second) or order
            row.title_en, row.title_fr = (first, second) if said == "en" else (second, first)


def join_pairs(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts, with one draft for two neighbours that state the same session, one in each language."""
    joined: list[Draft] = []
    for draft in drafts:
        before = joined[-1] if joined else None
        if before and _is_translation(before.row, draft.row):
            _join(before, draft)
        else:
            joined.append(draft)
    return joined


def _halves(row: DraftRow) -> tuple[str, str] | None:
    if row.title_en and row.title_fr:
        return None
    halves = halves_of(row.title_en or row.title_fr)
    languages = [language_of(half) for half in halves or ()]
    return None if len(set(languages)) == 1 and languages[0] else halves


def _order_said(first: str, second: str) -> str:
    """Return the language of the first half, or "" if neither half has a certain language."""
    other = {"en": "fr", "fr": "en", "": ""}
    return language_of(first) or other[language_of(second)]


def _order(drafts: Sequence[Draft], lines: Sequence[str]) -> str:
    """Return which language the schedule writes first, or "" if no line with both languages says it."""
    for draft in drafts:
        row, text = draft.row, lines[draft.row.lines[0] - 1]
        if row.title_en and row.title_fr and row.title_en in text and row.title_fr in text:
            return "en" if text.index(row.title_en) < text.index(row.title_fr) else "fr"
    for draft in drafts:
        spoken = [language for word in lines[draft.row.lines[0] - 1].split() if (language := language_of_facts(word))]
        if len(set(spoken)) == 2:
            return spoken[0]
    return ""


def _is_translation(first: DraftRow, second: DraftRow) -> bool:
    titles = {(bool(row.title_en), bool(row.title_fr)) for row in (first, second)}
    return (
        titles == {(True, False), (False, True)}
        and first.on_date is not None
        and (first.number, first.on_date, first.start_time) == (second.number, second.on_date, second.start_time)
        and (first.zone == second.zone or "zone-missing" in (*first.codes, *second.codes))
        and (first.end_time == second.end_time or None in (first.end_time, second.end_time))
    )


def _join(first: Draft, second: Draft) -> None:
    row, other = first.row, second.row
    row.title_en, row.title_fr = row.title_en or other.title_en, row.title_fr or other.title_fr
    row.end_time = row.end_time or other.end_time
    for name in ("presenters", "links", "beside", "lines"):
        texts = getattr(row, name)
        texts += [text for text in getattr(other, name) if text not in texts]
    first.times = [*first.times, *second.times]
    for finding in other.findings:
        row.find(finding.code, **finding.values)
    row.find("rows-joined")
