"""Parse an uploaded report and save it as a dry run. It does not count as attendance until it is imported."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from attendance.actions.locking import lock_session
from attendance.models import AttendanceImport, AttendanceRow, HeaderMapping
from attendance.reading.report import read_report
from attendance.reading.values import LeftOut, Question, Reading, Stay
from attendance.rules import check_can_take_attendance
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import fold
from sessions.models import Session

COPY = (
    "COPY attendance_attendancerow (report_id, row, name, email, registrant, role, key, outcome, code, facts, "
    "joined_at, left_at, minutes, matched_by) FROM STDIN"
)


def upload_report(
    *, session: Session, file_name: str, data: bytes, zone: str, meeting: str = "", by: Person
) -> AttendanceImport:
    """Parse a report and save it as the session's only dry run.

    If the same file is already imported, return that import.

    Raises RefusedTableError if the file cannot be used, and Refusal if the session takes no attendance. The session is
    locked only after the file is parsed, because parsing can take a long time.
    """
    check_can_take_attendance(session, timezone.now())
    question = question_for(session, zone=zone, meeting=meeting)
    sha256 = hashlib.sha256(data).hexdigest()
    reading = read_report(data, question)
    with transaction.atomic():
        session = lock_session(session)
        now = timezone.now()
        _check_not_moved(session, question)
        same = {"session": session, "sha256": sha256, "zone": zone, "meeting": reading.meeting.key[:200]}
        if live := AttendanceImport.objects.live().filter(**same).first():
            return live
        AttendanceImport.objects.drafts().filter(session=session).delete()
        draft = AttendanceImport.objects.create(
            **same,
            file_name=file_name[-200:],
            size=len(data),
            file=data,
            layout=reading.layout[:40],
            window_start=dt.datetime.fromtimestamp(question.start, dt.UTC),
            window_end=dt.datetime.fromtimestamp(question.end, dt.UTC),
            first_joined_at=_moment(reading.first),
            last_left_at=_moment(reading.last),
            notes=[list(note) for note in reading.notes],
            counted=len(reading.stays),
            dropped=_count(reading, "dropped"),
            refused=_count(reading, "refused"),
            to_decide=_count(reading, "unmatched"),
            uploaded_at=now,
            uploaded_by=by,
        )
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            for values in _rows(reading, draft.pk):
                copy.write_row(values)
        record(
            "attendance-report-uploaded",
            about=f"session:{session.pk}",
            by=by,
            scope_id=session.series.hub_id,
            details={"report": draft.pk, "sha256": sha256, "rows": len(reading.stays) + len(reading.left_out)},
        )
    return draft


def question_for(session: Session, *, zone: str, meeting: str = "") -> Question:
    """Return the arguments of the parser for this session, including the columns that its hub has mapped by hand."""
    assert session.starts_at is not None
    assert session.ends_at is not None
    columns: dict[str, str] = {}
    for mapping in HeaderMapping.objects.filter(hub=session.series.hub_id).order_by("mapped_at"):
        columns |= dict(zip(mapping.columns, mapping.roles, strict=True))
    return Question(
        zone,
        int(session.starts_at.timestamp()),
        int(session.ends_at.timestamp()),
        meeting=meeting or _meeting_of(session.join_url),
        columns=columns,
    )


def _meeting_of(join_url: str) -> str:
    """Return the Zoom meeting ID in a joining link, or "". It selects the meeting in a file with several meetings."""
    found = re.search(r"/(?:j|w|s|my)/(\d{9,12})(?:\D|$)", join_url)
    return found[1] if found else ""


def _check_not_moved(session: Session, question: Question) -> None:
    """Raise Refusal if the session's date or times were changed while the file was being parsed."""
    if (_moment(question.start), _moment(question.end)) != (session.starts_at, session.ends_at):
        raise Refusal(_("The session was moved since. Upload the report again."), code="session-moved")


def _moment(seconds: int | None) -> dt.datetime | None:
    return None if seconds is None else dt.datetime.fromtimestamp(seconds, dt.UTC)


def _count(reading: Reading, outcome: str) -> int:
    return sum(one.outcome == outcome for one in reading.left_out)


def _rows(reading: Reading, report: int) -> Iterator[tuple[Any, ...]]:
    for stay in reading.stays:
        yield (
            *(report, stay.row, stay.name[:300], stay.email[:254], stay.registrant[:100], stay.role, alias_key(stay)),
            *(AttendanceRow.Outcome.COUNTED, "", "{}", _moment(stay.start), _moment(stay.end), None, ""),
        )
    for one in reading.left_out:
        yield (
            *(report, one.row, one.name[:300], one.email[:254], "", "attendee", alias_key(one)),
            *(one.outcome, one.code, json.dumps(one.facts), None, None, one.minutes, ""),
        )


def alias_key(row: Stay | LeftOut) -> str:
    """Return the key of a remembered match: the registrant ID, else the address, else the folded name, else ""."""
    if isinstance(row, Stay) and row.key:
        return row.key[:400]
    if row.email:
        return f"email:{row.email}"[:400]
    name = fold(row.name)
    return f"name:{name}"[:400] if name else ""
