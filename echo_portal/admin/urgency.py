"""The rows of the to-do list, sorted by the day on which they are due (PRODUCT.md 9)."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_medium


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
    """Rows that need the same action, or the first few of them. `url` leads to the list of all.

    `count` is the number in the sentence. `in_all` is the number of rows, if that is another one.
    """

    sentence: str
    count: int
    url: str
    rows: list[ToDoRow]
    in_all: int | None = None

    @property
    def rows_and_rest(self) -> list[ToDoRow]:
        """The rows, followed by one that says how many more there are and leads to all, if there are more."""
        more = (self.count if self.in_all is None else self.in_all) - len(self.rows)
        if more <= 0:
            return self.rows
        said = ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}
        return [*self.rows, ToDoRow(said, _("See all"), self.url, self.sentence, self.rows[-1].act_by)]


@dataclasses.dataclass(frozen=True)
class DatedRow:
    """A row with the words that say when it is due. `presses` is true if that is today, tomorrow or past."""

    row: ToDoRow
    due: str
    presses: bool


def by_date(kinds: Iterable[ToDoKind], today: dt.date) -> list[DatedRow]:
    """Return the rows of all kinds in one list, sorted by the day on which they are due, so the most urgent first.

    Rows with the same day have the order of their kinds, and rows without a day are last. If only the first rows of a
    kind are displayed, the row that leads to all of them follows the last one.
    """
    rows = sorted((row for kind in kinds for row in kind.rows_and_rest), key=lambda row: row.act_by or dt.date.max)
    last = today + dt.timedelta(days=1)
    return [DatedRow(row, _due(row.act_by, today), row.act_by is not None and row.act_by <= last) for row in rows]


def _due(day: dt.date | None, today: dt.date) -> str:
    if day is None:
        return _("When there is time")
    if day == today:
        return _("Today")
    if day == today + dt.timedelta(days=1):
        return _("Tomorrow")
    said = _("Late since %(date)s") if day < today else _("By %(date)s")
    return said % {"date": date_medium(day, active_language())}
