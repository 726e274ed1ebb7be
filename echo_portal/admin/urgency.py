"""The rows of the to-do list, and their order: the most urgent first (PRODUCT.md 9)."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _


@dataclasses.dataclass(frozen=True)
class ToDoRow:
    """A sentence with the one button that does it. `act_by` is the last day on which that is in time, or None."""

    sentence: str
    button: str
    url: str
    detail: str = ""
    act_by: dt.date | None = None


@dataclasses.dataclass(frozen=True)
class ToDoKind:
    """Rows that need the same action: how many there are, and the first few. `url` is the list of all of them."""

    sentence: str
    count: int
    url: str
    rows: list[ToDoRow]


@dataclasses.dataclass(frozen=True)
class Section:
    title: str
    rows: list[ToDoRow]


def by_urgency(kinds: Iterable[ToDoKind], today: dt.date) -> list[Section]:
    """Return the rows of all kinds in one order: due today or tomorrow, late, due later, without a day.

    What is due today or tomorrow comes before what is late: it can still be done in time. Rows of one day are in the
    order of their kinds. Empty sections are left out.
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
