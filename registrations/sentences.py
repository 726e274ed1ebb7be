"""Sentences about a list of people, for the codes of `registrations.reading`, in the active language."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from registrations.reading.checks import Fault

ROWS_NAMED = 20
FILES = {
    "empty": _("The file is empty."),
    "too-large": _("The file is larger than %(megabytes)s MB."),
    "not-a-table": _("This is a %(kind)s file. Save the list as CSV or XLSX."),
    "damaged-workbook": _("This workbook is damaged. Save the list again."),
    "archive-members": _("This workbook has %(count)s parts; at most %(most)s are read."),
    "unpacks-too-large": _("This workbook would unpack to %(megabytes)s MB; at most %(most)s MB are read."),
    "packed-too-tightly": _("A part of this workbook is packed more than %(most)s times (%(name)s)."),
    "several-sheets": _("This workbook has %(count)s sheets with content. Save the list of people alone."),
    "encoding": _("The characters of this file cannot be read. Save it as UTF-8."),
    "too-many-rows": _("The file has more than %(most)s rows (row %(row)s)."),
    "too-many-people": _("The list has more than %(most)s people (row %(row)s). Divide it."),
    "too-many-columns": _("Row %(row)s has %(count)s columns; at most %(most)s are read."),
    "line-too-long": _("Row %(row)s is longer than %(most)s characters."),
    "cell-too-long": _("Row %(row)s has a cell that is too long."),
    "quote-open": _("In row %(row)s a quotation mark is never closed."),
    "quote-broken": _("In row %(row)s the quotation marks are not right."),
    "rows-before-header": _("Row %(row)s stands before the header in row %(header)s."),
    "no-header": _("No row names the columns, such as “Name” and “Email”."),
    "nobody": _("The list has no row below its header."),
    "stopped": _("Reading this file took too much time or memory."),
}

ROWS = {
    "more-cells": _("has more cells than the header has columns (%(most)s)."),
    "no-name": _("the name is missing."),
    "name-too-long": _("the name is longer than %(most)s characters."),
    "no-address": _("the email address is missing."),
    "no-valid-address": _("“%(value)s” is not an email address."),
    "repeated": _("“%(value)s” is in row %(row)s already."),
    "same-person": _("“%(value)s” is in row %(row)s already, with the same name: registered once."),
    "unknown-language": _("“%(value)s” is neither English nor French."),
    "unknown-profession": _("“%(value)s” is not a profession of the portal’s list."),
    "unknown-province": _("“%(value)s” is not a province or territory."),
    "doubtful": _("“%(value)s” may be mistyped: is it %(meant)s?"),
}

ROLES = {
    "name": _("Name"),
    "first": _("First name"),
    "last": _("Last name"),
    "email": _("Email address"),
    "language": _("Language"),
    "profession": _("Profession"),
    "province": _("Province or territory"),
    "ignored": _("Do not read it"),
}


def file_sentence(code: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence that explains why a file is refused."""
    return str(FILES[code]) % facts


def fault_sentence(fault: Fault, *, sheet: str, header: list[str]) -> str:
    """Return the sentence about a cell or a row, which begins with its place in the file."""
    facts = {
        "sheet": sheet,
        "row": fault.row,
        "column": _column(fault, header),
        "fault": str(ROWS[fault.code]) % fault.facts,
    }
    if sheet and fault.column is not None:
        return translate("Sheet “%(sheet)s”, row %(row)s, column %(column)s: %(fault)s") % facts
    if sheet:
        return translate("Sheet “%(sheet)s”, row %(row)s: %(fault)s") % facts
    if fault.column is not None:
        return translate("Row %(row)s, column %(column)s: %(fault)s") % facts
    return translate("Row %(row)s: %(fault)s") % facts


def fault_sentences(faults: Iterable[Fault], *, sheet: str, header: list[str]) -> list[str]:
    """Return a sentence for each different fault. One that several cells of a column share names their rows."""
    alike: dict[tuple[Any, ...], list[Fault]] = {}
    for at, fault in enumerate(faults):
        facts = fault.facts.get("word") or tuple(sorted(fault.facts.items()))
        alike.setdefault((fault.code, fault.column, facts if fault.column is not None else at), []).append(fault)
    return [
        fault_sentence(same[0], sheet=sheet, header=header) if len(same) == 1 else _together(same, sheet, header)
        for same in alike.values()
    ]


def _together(faults: list[Fault], sheet: str, header: list[str]) -> str:
    first = faults[0]
    facts = {
        "sheet": sheet,
        "count": len(faults),
        "rows": _rows_named([fault.row for fault in faults]),
        "column": _column(first, header),
        "fault": str(ROWS[first.code]) % first.facts,
    }
    if sheet:
        return translate("Sheet “%(sheet)s”, %(count)s rows (%(rows)s), column %(column)s: %(fault)s") % facts
    return translate("%(count)s rows (%(rows)s), column %(column)s: %(fault)s") % facts


def _column(fault: Fault, header: list[str]) -> str:
    return "" if fault.column is None else f"{header[fault.column]} ({column_name(fault.column)})"


def _rows_named(rows: Sequence[int]) -> str:
    return ", ".join(map(str, rows[:ROWS_NAMED])) + ("…" if len(rows) > ROWS_NAMED else "")


def cleaned_sentence(rows: Sequence[int]) -> str:
    """Return the sentence that names the rows from which invisible characters were removed, or "" if there is none."""
    if not rows:
        return ""
    return translate("Invisible characters were removed in these rows: %(rows)s.") % {"rows": _rows_named(rows)}


def column_name(position: int) -> str:
    """Return the name of a column in spreadsheets: A, B … Z, AA. The first position is 0."""
    name, rest = "", position + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        name = chr(ord("A") + digit) + name
    return name
