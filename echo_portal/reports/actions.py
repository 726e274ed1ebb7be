"""Build the report of a period, and choose its comments."""

import datetime as dt
from typing import Any

from accounts.models import Person
from echo_portal.reports.comments import Candidate, candidates, chosen
from echo_portal.reports.rules import check_can_build, check_is_shortened, is_shortened
from echo_portal.reports.selection import Selection, days
from echo_portal.reports.snapshot import headlines_of, snapshot
from pages import actions
from pages.models import Report


def figures_of(first: dt.date, last: dt.date, *, now: dt.datetime) -> dict[str, Any]:
    """Return the data of a report about these days, compared with the previous published report.

    Raises Refusal in the cases of `check_can_build`.
    """
    selection = Selection(days(first, last))
    check_can_build(selection, now)
    before = Report.objects.current().filter(last_on__lt=first).first()
    return snapshot(selection, now, previous=headlines_of(before.figures, before.sha256) if before else None)


def build_report(*, first: dt.date, last: dt.date, by: Person | None, now: dt.datetime) -> Report:
    """Store the report as a draft, which replaces an earlier draft of the same period. Raises Refusal.

    Comments chosen for the earlier draft are kept if they may still be displayed.
    """
    figures = figures_of(first, last, now=now)
    allowed = {row.key for row in candidates(Selection(days(first, last)), now)}
    return actions.store_report(first_on=first, last_on=last, figures=figures, allowed=allowed, by=by)


def choose_comment(
    *, report: Report, candidate: Candidate, text: str, language: str, translation: str, by: Person
) -> None:
    """Add a comment to a draft, unchanged or shortened. Raises Refusal."""
    check_is_shortened(candidate.text, text)
    comment = chosen(candidate, text=text, language=language, translation=translation, is_shortened=is_shortened(text))
    actions.choose_comment(report=report, comment=comment, by=by)
