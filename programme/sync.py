"""Write values of a file into rows that people also edit. Edited values are left unchanged unless `force` is given."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import models

from accounts.models import Person
from programme.models import LoadedRow
from sessions.actions import save_session
from sessions.models import Session


@dataclasses.dataclass(slots=True)
class LoadReport:
    """How many rows had each result. `kept` rows differ from the file because people edited or removed them."""

    new: int = 0
    changed: int = 0
    kept: int = 0
    untouched: int = 0
    weeks: int = 0
    kept_rows: list[str] = dataclasses.field(default_factory=list)

    @property
    def wrote_something(self) -> bool:
        return bool(self.new or self.changed)


class LoadedRows:
    """The rows that are written from a file.

    Use it in one transaction: call `upsert` for each row, then `finish`.
    """

    def __init__(self, *, force: bool, by: Person | None) -> None:
        self.force = force
        self.by = by
        self.report = LoadReport()
        self._known = {row.about: row for row in LoadedRow.objects.all()}
        self._stale: list[LoadedRow] = []
        self._new: set[str] = set()

    def remembered(self, about: str) -> dict[str, Any] | None:
        row = self._known.get(about)
        return dict(row.values) if row else None

    def remember(self, about: str, values: dict[str, Any], row_id: int | None = None) -> None:
        row = self._known.setdefault(about, LoadedRow(about=about))
        if row._state.adding or row.values != values or row.row_id != row_id:
            row.values, row.row_id = values, row_id
            self._stale.append(row)

    def row_id(self, about: str) -> int | None:
        row = self._known.get(about)
        return row.row_id if row else None

    def is_new(self, about: str) -> bool:
        return about in self._new

    def upsert[Row: models.Model](
        self, model: type[Row], about: str, natural: dict[str, Any], values: dict[str, Any]
    ) -> Row | None:
        """Create or update a row and return it. Return None if the row was removed and `force` is not given.

        The row is found by its ID from an earlier load, because its slug or number may have been edited. Without one,
        it is found by `natural`, its natural key. A field is overwritten only if it still has the value of the earlier
        load, or if `force` is given.
        """
        before = self._known.get(about)
        row = self._find(model, before, natural)
        wanted = {**natural, **values}
        if row is None and before is not None and not self.force:
            self._count_kept(about)
            return None
        if row is None:
            row = model(**wanted)
            row.save()
            self._new.add(about)
            self.report.new += 1
            self.remember(about, _plain(wanted), row.pk)
            return row
        self._write(row, about, wanted, dict(before.values) if before else {})
        return row

    def _find[Row: models.Model](
        self, model: type[Row], before: LoadedRow | None, natural: dict[str, Any]
    ) -> Row | None:
        rows = model._default_manager
        found = rows.filter(pk=before.row_id).first() if before and before.row_id else None
        return found or rows.filter(**natural).first()

    def _write(self, row: models.Model, about: str, wanted: dict[str, Any], loaded: dict[str, Any]) -> None:
        kept, changed = [], []
        for name, value in _plain(wanted).items():
            current = _plain_value(getattr(row, name))
            if current == value:
                loaded[name] = value
            elif self.force or (name in loaded and current == loaded[name]):
                setattr(row, name, wanted[name])
                loaded[name] = value
                changed.append(name)
            else:
                kept.append(name)
        if changed:
            _save(row, self.by)
            self.report.changed += 1
        if kept:
            self._count_kept(f"{about} ({', '.join(kept)})", also_changed=bool(changed))
        elif not changed:
            self.report.untouched += 1
        self.remember(about, loaded, row.pk)

    def _count_kept(self, what: str, *, also_changed: bool = False) -> None:
        self.report.kept += not also_changed
        self.report.kept_rows.append(what)

    def finish(self, *, weeks: int) -> LoadReport:
        """Save the loaded values, with which the next load compares, and return the report."""
        new = [row for row in self._stale if row._state.adding]
        stored = [row for row in self._stale if not row._state.adding]
        LoadedRow.objects.bulk_create(new)
        LoadedRow.objects.bulk_update(stored, ["row_id", "values"])
        self.report.weeks = weeks
        return self.report


def _save(row: models.Model, by: Person | None) -> None:
    """Save a row. Saving a session also writes its audit event and increases its calendar revision if needed."""
    if isinstance(row, Session):
        save_session(session=row, by=by)
    else:
        row.save()


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in values.items()}


_PLAIN: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (bool, bool),
    (dt.date, lambda value: value.isoformat()),
    (dt.time, lambda value: value.isoformat()),
    (Decimal, lambda value: f"{value:.2f}"),
    (str, str),
    (list, list),
)


def _plain_value(value: Any) -> Any:
    """Return the value as JSON stores it, so that values of the file and of the database can be compared."""
    for kind, convert in _PLAIN:
        if isinstance(value, kind):
            return convert(value)
    return value
