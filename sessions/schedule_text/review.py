"""Findings about draft rows that a person edited after the text was parsed."""

import datetime as dt
from collections.abc import Sequence

from sessions.schedule_text.checks import check_rows
from sessions.schedule_text.draft_rows import DraftRow

# The fields that each finding is about. The finding is dropped when one of them is edited.
_DAY, _HOURS, _TITLE = ("on_date",), ("start_time", "end_time", "zone"), ("title_en", "title_fr")
ABOUT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("date-impossible", "date-open", "date-ambiguous", "date-choice", "date-range", "dates-several", "date-rule"),
        _DAY,
    ),
    **dict.fromkeys(("year-missing", "year-broken", "year-short", "date-from-heading"), _DAY),
    **dict.fromkeys(("weekday-disagrees", "weekday-not-of-heading", "date-left", "date-unseen"), _DAY),
    **dict.fromkeys(
        ("times-several", "half-day-missing", "time-from-heading", "hour-impossible", "hour-left"),
        ("start_time", "end_time"),
    ),
    **dict.fromkeys(
        (
            "zone-unknown",
            "zone-converted",
            "zone-approximate",
            "zone-abbreviation",
            "zones-several",
            "zones-disagree",
            "zone-contradicted",
            "zone-left",
        ),
        _HOURS,
    ),
    "zone-missing": ("zone",),
    **dict.fromkeys(
        (
            "title-missing",
            "title-uncertain",
            "title-in-pieces",
            "title-sentence",
            "title-language",
            "title-halves",
            "title-bracket",
            "presenter-uncertain",
            "title-doubtful",
        ),
        _TITLE,
    ),
}
ALWAYS = frozenset(
    {
        "rows-from-list",
        "rows-joined",
        "cells-more",
        "words-left",
        "written-differently",
        "forms-vary",
        "rule-said",
        "other-date",
        "held-already",
        "cancelled-said",
        "to-be-confirmed",
    }
)


def review(read: Sequence[DraftRow | None], edited: Sequence[DraftRow], *, as_of: dt.date) -> None:
    """Add findings to the edited rows: those of the parser that still apply, and those about the edited values.

    `read` contains, for each edited row, the row that the parser returned, or None for a row that was added by hand.
    """
    for before, row in zip(read, edited, strict=True):
        for finding in before.findings if before else ():
            about = ABOUT.get(finding.code)
            if finding.code in ALWAYS or (about and all(getattr(before, name) == getattr(row, name) for name in about)):
                row.find(finding.code, **finding.values)
        if not row.title_en and not row.title_fr:
            row.find("title-missing")
    check_rows(edited, as_of=as_of)
