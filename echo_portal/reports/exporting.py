"""Request a long export, write it in a worker, record each download, and delete expired exports (ADR 37)."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

import structlog
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from echo_portal.lib.database import only_worker
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.xlsx_file import xlsx_file
from echo_portal.reports.models import KEPT, MOST_ATTEMPTS, LongExport, LongExportPart
from echo_portal.reports.row_copy import copied_header, copied_lines
from echo_portal.reports.row_exports import row_count, rows_codebook, rows_table
from echo_portal.reports.selection import Period, Selection

log = structlog.get_logger(__name__)

LONG = 20_000  # exports with more rows are written by a worker
MOST_UNFINISHED = 3
SESSIONS_AT_ONCE = 100
ROWS_AT_ONCE = 5000
PART_BYTES = 1024 * 1024
LEASE = dt.timedelta(minutes=5)  # each part renews it
XLSX_ROWS = 1_048_575  # the most that a sheet can have below its header


class LostError(Exception):
    """Raised if another worker has claimed the export, or if the export was deleted."""


@transaction.atomic
def ask_for_export(
    *, kind: str, file_format: str, selection: Selection, language: str, by: Person, french_header: bool = False
) -> LongExport:
    """Save an export for a worker to write, and return it. The selection is that of one hub, or of all hubs.

    Raises Refusal if the person has too many unfinished exports, or the file would have too many rows. Locks the
    person.
    """
    assert selection.hubs is None or len(selection.hubs) == 1
    person = Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    if LongExport.objects.unfinished().filter(owner=person).count() >= MOST_UNFINISHED:
        raise Refusal(_("Three of your files are not finished yet. Wait for one of them."), code="too-many-exports")
    total = row_count(kind, selection)
    if file_format == LongExport.Format.XLSX and total > XLSX_ROWS:
        raise Refusal(_("An Excel sheet cannot have so many rows. Download them as CSV."), code="too-many-rows")
    now = timezone.now()
    hubs = selection.hubs
    row = LongExport.objects.create(
        owner=person,
        kind=kind,
        format=file_format,
        language=language,
        french_header=french_header,
        first_on=selection.period.first,
        last_on=selection.period.last,
        period_code=selection.period.code,
        hub_id=next(iter(hubs)) if hubs else None,
        series_id=selection.series,
        asked_at=now,
        expires_at=now + KEPT,
        rows_total=total,
    )
    record(
        "long-export-asked",
        about=f"long-export:{row.pk}",
        by=person,
        scope_id=row.hub_id,
        details={"kind": kind, "lines": total, "period": row.period_code, "series": selection.series},
    )
    return row


def selection_of(export: LongExport) -> Selection:
    period = Period(export.period_code, export.first_on, export.last_on)
    hubs = None if export.hub_id is None else frozenset({export.hub_id})
    return Selection(period, hubs, export.series_id)


def write_exports() -> int:
    """Write the file of one export that is due, and return how many were written. Each is tried up to three times.

    Only one worker writes an export at a time, so that other processes can send emails, and each file has the whole
    time limit of a task.
    """
    with only_worker("reports.long_export") as is_alone:
        export = _claim() if is_alone else None
        if export is None:
            return 0
        try:
            _write(export)
        except LostError:
            return 0
        except Exception as problem:  # noqa: BLE001 (a file that cannot be written must not stop the others)
            log.warning("export_not_written", export=export.pk, error=type(problem).__name__)
            _give_back(export)
            return 0
        return 1


@transaction.atomic
def _claim() -> LongExport | None:
    now = timezone.now()
    row = LongExport.objects.due(now).select_for_update(skip_locked=True).first()
    if row is None:
        return None
    if row.attempts >= MOST_ATTEMPTS:  # the workers that tried it were killed
        LongExport.objects.filter(pk=row.pk).update(failed_at=now, claimed_until=None)
        row.parts.all().delete()
        return _claim()
    row.attempts, row.rows_done, row.claimed_until = row.attempts + 1, 0, now + LEASE
    row.save(update_fields=["attempts", "rows_done", "claimed_until"])
    row.parts.all().delete()
    return row


def _give_back(export: LongExport) -> None:
    """Let a worker try the export again later. After the third failed attempt, mark the export as failed."""
    now = timezone.now()
    own = LongExport.objects.unfinished().filter(pk=export.pk, attempts=export.attempts)
    if export.attempts >= MOST_ATTEMPTS:
        own.update(failed_at=now, claimed_until=None)
        export.parts.all().delete()
    else:
        own.update(claimed_until=now + LEASE)


def _write(export: LongExport) -> None:
    pieces = _csv_pieces(export) if export.format == LongExport.Format.CSV else _xlsx_pieces(export)
    waiting, number, done = bytearray(), 0, 0
    for content, lines in pieces:
        waiting += content
        done += lines
        if len(waiting) >= PART_BYTES:
            _save_part(export, number, bytes(waiting), done)
            waiting, number = bytearray(), number + 1
    with transaction.atomic():
        _save_part(export, number, bytes(waiting), done)
        LongExport.objects.filter(pk=export.pk).update(finished_at=timezone.now(), claimed_until=None)


@transaction.atomic
def _save_part(export: LongExport, number: int, content: bytes, done: int) -> None:
    """Save a part of the file and the progress. Raises LostError if another worker has claimed the export."""
    _save_progress(export, done)
    LongExportPart.objects.create(export=export, number=number, content=content)


def _save_progress(export: LongExport, done: int) -> None:
    own = LongExport.objects.unfinished().filter(pk=export.pk, attempts=export.attempts)
    if not own.update(rows_done=done, claimed_until=timezone.now() + LEASE):
        raise LostError


def _csv_pieces(export: LongExport) -> Iterator[tuple[bytes, int]]:
    """Yield parts of the file, each with its number of rows, for one hundred sessions at a time."""
    selection = selection_of(export)
    sessions = list(selection.sessions().order_by("on_date", "pk").values_list("pk", flat=True))
    yield copied_header(export.kind, export.language, french_header=export.french_header), 0
    for first in range(0, len(sessions), SESSIONS_AT_ONCE):
        chosen = sessions[first : first + SESSIONS_AT_ONCE]
        # COPY occupies the connection, so that nothing can be saved before its last piece.
        yield from list(copied_lines(export.kind, selection, chosen, export.language))


def _xlsx_pieces(export: LongExport) -> Iterator[tuple[bytes, int]]:
    """Yield parts of the file, of which the first one has the number of rows.

    Raises ValueError if there are more rows than a sheet can contain.
    """
    written = 0

    def counted(rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
        nonlocal written
        for written, row in enumerate(rows):
            if written > XLSX_ROWS:
                raise ValueError("too many rows for a sheet")
            if written and written % ROWS_AT_ONCE == 0:
                _save_progress(export, written)
            yield row

    with translation.override(export.language):
        rows = counted(rows_table(export.kind, selection_of(export), french_header=export.french_header))
        codebook = rows_codebook(export.kind, french_header=export.french_header)
        content = xlsx_file(rows, sheet=_("Data"), codebook=codebook, codebook_sheet=_("Columns"))
    for start in range(0, len(content), PART_BYTES):
        yield content[start : start + PART_BYTES], written if start == 0 else 0


def record_download(*, export: LongExport, by: Person) -> None:
    record(
        "long-export-downloaded",
        about=f"long-export:{export.pk}",
        by=by,
        scope_id=export.hub_id,
        details={"kind": export.kind, "lines": export.rows_done},
    )


@transaction.atomic
def delete_export(*, export: LongExport, by: Person) -> None:
    """Delete the export with its file. A worker that is writing it stops. A second call changes nothing."""
    row = LongExport.objects.select_for_update(of=("self",)).filter(pk=export.pk).first()
    if row is not None:
        record("long-export-deleted", about=f"long-export:{row.pk}", by=by, scope_id=row.hub_id)
        row.delete()


def delete_expired_exports() -> int:
    """Delete expired exports with their files, and return how many were deleted. A second call is safe."""
    rows = LongExport.objects.filter(expires_at__lte=timezone.now())
    found = rows.count()
    rows.delete()
    return found
