"""The rows of the to-do list, sorted by urgency (PRODUCT.md 9)."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _


@dataclasses.dataclass(frozen=True)
class ToDoRow:
    """A sentence about something to do, with a button for it. `act_by` is the last day to do it in time, or None."""

    sentence: str
    button: str
    url: str
    detail: str = ""
    act_by: dt.date | None = None


@dataclasses.dataclass(frozen=True)
class ToDoKind:
    """Rows that need the same action: their number and the first few of them. `url` leads to the list of all."""

    sentence: str
    count: int
    url: str
    rows: list[ToDoRow]


@dataclasses.dataclass(frozen=True)
class Section:
    title: str
    rows: list[ToDoRow]


def by_urgency(kinds: Iterable[ToDoKind], today: dt.date) -> list[Section]:
    """Return the rows of all kinds in sections: due today or tomorrow, late, due later, and without a day.

    Rows that are due today or tomorrow come before late ones, because they can still be done in time. Rows with the
    same day have the order of their kinds. Empty sections are left out.
    """
    tomorrow = today + dt.timedelta(days=1)
    rows = sorted((row for kind in kinds for row in kind.rows), key=lambda row: row.act_by or dt.date.max)
    dated = [(row, row.act_by) for row in rows if row.act_by is not None]
    sections = [
        Section(_("Today and tomorrow"), [row for row, day in dated if today <= day <= tomorrow]),
        Section(_("Late"), [row for row, day in dated if day < today]),
        Section(_("Next"), [row for row, day in dated if day > tomorrow]),
        Section(_("When there is time"), [row for row in rows if row.act_by is None]),
    ]
    return [section for section in sections if section.rows]
