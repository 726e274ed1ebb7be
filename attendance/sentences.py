"""Sentences for the codes of `attendance.reading`, in the active language."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import instant
from echo_portal.lib.zones import canonical

OTHER_REPORTS = {
    "registration": _("a registration report"),
    "poll": _("a poll report"),
    "questions": _("a report of questions and answers"),
    "survey": _("a survey report"),
    "performance": _("a performance report"),
}

FILES = {
    "empty": _("The file is empty."),
    "too-large": _("The file is larger than %(megabytes)s MB."),
    "not-a-table": _("This is a %(kind)s file. Export the report again, as CSV or XLSX."),
    "damaged-workbook": _("This workbook is damaged. Export the report again."),
    "archive-members": _("This workbook has %(count)s parts; at most %(most)s are read."),
    "unpacks-too-large": _("This workbook would unpack to %(megabytes)s MB; at most %(most)s MB are read."),
    "packed-too-tightly": _("A part of this workbook is packed more than %(most)s times (%(name)s)."),
    "several-sheets": _("This workbook has %(count)s sheets with content. Save the attendance report alone."),
    "encoding": _("The characters of this file cannot be read. Export the report again, or save it as UTF-8."),
    "too-many-rows": _("The file has more than %(most)s rows (row %(row)s)."),
    "too-many-columns": _("Row %(row)s has %(count)s columns; at most %(most)s are read."),
    "line-too-long": _("Row %(row)s is longer than %(most)s characters."),
    "cell-too-long": _("Row %(row)s has a cell that is too long."),
    "quote-open": _("In row %(row)s a quotation mark is never closed."),
    "quote-broken": _("In row %(row)s the quotation marks are not right."),
    "unknown-header": _("These columns are not known. Say once what each of them is."),
    "rows-before-header": _("Row %(row)s stands before the header in row %(header)s."),
    "other-report": _("This is %(kind)s, not an attendance report."),
    "other-day": _("This report is of another day: row %(row)s says %(value)s. The session started %(start)s."),
    "day-and-month": _("Day and month cannot be told apart: row %(row)s says %(value)s."),
    "several-meetings": _("Several meetings of this file took place during the session: %(meetings)s. Choose one."),
    "meeting-missing": _("Meeting %(meeting)s did not take place during the session; these did: %(meetings)s."),
    "no-rows": _("The report lists nobody."),
    "all-outside": _(
        "Nobody was there during the session: the first person joined %(first)s, the last one left %(last)s. "
        "The session started %(start)s and ended %(end)s. Check the time zone and the session."
    ),
    "nobody-counts": _("No row of this report can be counted (%(count)s rows). Row %(row)s: %(reason)s"),
    "stopped": _("Reading this file took too much time or memory."),
}

ROWS = {
    "blank": _("Blank row."),
    "no-show": _("Did not attend."),
    "waiting-room": _("Time in the waiting room."),
    "other-meeting": _("Belongs to another meeting: %(meeting)s."),
    "outside-window": _("Joined and left outside the session."),
    "more-cells": _("Has more cells than the header has columns (%(most)s)."),
    "line-break": _("The name has a line break; a quotation mark may be missing."),
    "no-times": _("Has no time of joining or leaving."),
    "attended-unclear": _("“Attended” is neither yes nor no: %(value)s."),
    "waiting-unclear": _("“In waiting room” is neither yes nor no: %(value)s."),
    "time-unreadable": _("This is not a date and time: %(value)s."),
    "time-shape": _("This time is written differently from the others: %(value)s."),
    "skipped-hour": _("The clocks skipped this time: %(value)s."),
    "leaves-before": _("Left before joining."),
    "duration-differs": _("The times make %(times)s minutes, but the report says %(written)s."),
    "too-long-stay": _("Stayed for more than a day."),
    "joined-twice": _("Joined twice without leaving."),
    "left-without-joining": _("Left without joining."),
    "joined-without-leaving": _("Joined and never left."),
    "unknown-action": _("This is neither joining nor leaving: %(action)s."),
    "no-key": _("Has no email address: a person decides who it is."),
    "unknown-address": _("Nobody of the series has this address: a person decides who it is."),
    "joined-later": _("The person with this address joined the series after the import: a person decides who it is."),
    "set-aside": _("Was set aside by hand."),
    "taken-back": _("What was decided about it was taken back: a person decides who it is."),
    "erased": _("Was not matched; its name and address were erased after 90 days."),
    "total-only": _("Lists %(minutes)s minutes without times, which may lie outside the session: a person decides."),
    "summary-only": _("Lists %(minutes)s minutes with the first and last time only: a person decides."),
}

NOTES = {
    "cleaned": _("Invisible characters were removed in these rows: %(rows)s."),
    "guessed-encoding": _("The file does not say how its characters are written; it was read as Windows-1252."),
}

LAYOUTS = {
    "Z-M": _("Zoom meeting"),
    "Z-W": _("Zoom webinar"),
    "T-": _("Teams meeting"),
    "map": _("columns mapped by hand"),
}

OUTCOMES = {
    "dropped": _("dropped"),
    "refused": _("refused"),
    "unmatched": _("unmatched"),
}


def file_sentence(code: str, facts: Mapping[str, Any], *, zone: str) -> str:
    """Return the sentence that explains why a file is refused, with times in `zone` and in Eastern time."""
    shown = dict(facts)
    for name in ("first", "last", "start", "end"):
        if name in shown:
            shown[name] = instant(
                dt.datetime.fromtimestamp(shown[name] or 0, dt.UTC), canonical(zone), active_language()
            )
    if "kind" in shown:
        shown["kind"] = OTHER_REPORTS.get(shown["kind"], shown["kind"])
    if "reason" in shown:
        shown["reason"] = row_sentence(shown["reason"], facts)
    return str(FILES[code]) % shown


def row_sentence(code: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence that explains why a row is dropped or refused, or must be decided by hand."""
    return str(ROWS[code]) % facts


def note_sentence(code: str, facts: Mapping[str, Any]) -> str:
    return str(NOTES[code]) % facts


def layout_name(layout: str) -> str:
    """Return the layout's ID in DOMAIN.md 2, followed by the name of the program that writes it."""
    program = str(LAYOUTS[layout[:2] if layout.startswith("T") else layout[:3]])
    return program if layout == "mapped" else f"{layout} ({program})"
