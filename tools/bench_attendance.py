"""Measure the import of a large attendance report, compared with a plain COPY of its rows and with a loop over the ORM.

The report is uploaded (parsed in a child process and saved as a dry run) and imported (matched to people and added up);
at the end, the session is restored. For each row of a sample, the ORM loop finds the person by the indexed address,
saves the row, and saves the attendance with the added time.
"""

import datetime as dt
import os
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Person
from attendance.actions import import_report, upload_report
from attendance.models import Attendance, AttendanceImport, AttendanceRow
from registrations.models import Registration
from sessions.models import Session
from tools.bench_rows import registrations_for
from tools.bench_servers import cpu_seconds, postmaster

GOAL = "≥ 50"
PEOPLE = 5_000
SAMPLE = 2_000  # rows of the ORM loop
ZONE = "America/Toronto"
HEADER = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"
COPY = "COPY bench_rows (report_id, row, name, email, joined_at, left_at) FROM STDIN"
BARE = """
CREATE TEMPORARY TABLE bench_rows (
    report_id bigint, row integer, name varchar(300), email varchar(254), joined_at timestamptz, left_at timestamptz
) ON COMMIT DROP
"""


def attendance(session: Session, *, say: Callable[[str], None], number: int) -> None:
    """Print how many rows per second of CPU time the portal, a plain COPY and an ORM loop process."""
    with transaction.atomic():
        places = _held(session)
        stays = [_stay(session, index) for index in range(number)]
        report = _report(places, stays)
        by = Person.objects.order_by("pk")[0]
        bare = _timed(number, lambda: _copy(places, stays))
        ours = _timed(number, lambda: _import(session, report, by))
        attended = Attendance.objects.confirmed().filter(session=session).count()
        assert attended == min(number, len(places)), attended
        Attendance.objects.filter(session=session).delete()
        loop = _timed(SAMPLE, lambda: _loop(session, places, stays[:SAMPLE], by))
        transaction.set_rollback(True)
    say(
        f"\nAn attendance report of {number} rows of {len(places)} people; rows a second of CPU time, with the database"
    )
    say(f"  bare COPY of its rows      {bare:9.0f}")
    say(f"  the portal                 {ours:9.0f}   {bare / ours:6.1f} × the time of the bare COPY")
    say(f"  ORM loop, {SAMPLE} rows       {loop:9.0f}   {ours / loop:6.0f} × as many rows by the portal   {GOAL}")


def _timed(rows: int, work: Callable[[], None]) -> float:
    database = postmaster()
    before = cpu_seconds(os.getpid()) + cpu_seconds(database)
    work()
    return rows / (cpu_seconds(os.getpid()) + cpu_seconds(database) - before)


def _held(session: Session) -> list[Registration]:
    session.on_date, session.time_zone = timezone.localdate() - dt.timedelta(days=1), ZONE
    session.start_time, session.end_time = dt.time(12), dt.time(13)
    session.save()
    return registrations_for(session, PEOPLE)[:PEOPLE]


def _stay(session: Session, index: int) -> tuple[dt.datetime, dt.datetime]:
    """Return a stay of some minutes. The stays of a person overlap, touch each other, or have gaps between them."""
    assert session.starts_at is not None
    start = session.starts_at + dt.timedelta(seconds=index * 7 % 3000)
    return start, start + dt.timedelta(seconds=60 + index % 540)


def _report(places: list[Registration], stays: list[tuple[dt.datetime, dt.datetime]]) -> bytes:
    zone = ZoneInfo(ZONE)
    lines = []
    for index, (joined, left) in enumerate(stays):
        person = places[index % len(places)].person
        there = [moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") for moment in (joined, left)]
        lines.append(f'"{person.name}",{person.email},{there[0]},{there[1]},\n')
    return (HEADER + "".join(lines)).encode()


def _copy(places: list[Registration], stays: list[tuple[dt.datetime, dt.datetime]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE)
        with cursor.copy(COPY) as copy:
            for index, (joined, left) in enumerate(stays):
                person = places[index % len(places)].person
                copy.write_row((1, index, person.name, person.email, joined, left))


def _import(session: Session, report: bytes, by: Person) -> None:
    draft = upload_report(session=session, file_name="report.csv", data=report, zone=ZONE, by=by)
    import_report(report=draft, sha256=draft.sha256, by=by)


def _loop(
    session: Session, places: list[Registration], stays: list[tuple[dt.datetime, dt.datetime]], by: Person
) -> None:
    report = AttendanceImport.objects.get(session=session)
    for index, (joined, left) in enumerate(stays):
        address = places[index % len(places)].person.email
        person = Person.objects.get(email_key=address)
        place = Registration.objects.get(person=person, session=session)
        AttendanceRow.objects.create(
            report=report,
            row=index,
            name=person.name,
            email=address,
            key=f"email:{address}",
            outcome=AttendanceRow.Outcome.COUNTED,
            joined_at=joined,
            left_at=left,
            person=person,
            matched_by=AttendanceRow.MatchedBy.ADDRESS,
        )
        seconds = int((left - joined).total_seconds())
        row, is_new = Attendance.objects.get_or_create(
            person=person,
            session=session,
            defaults={
                "registration": place,
                "report": report,
                "window_seconds": 3600,
                "reported_seconds": seconds,
                "seconds": seconds,
                "source": Attendance.Source.REPORT,
                "confirmed_at": timezone.now(),
                "confirmed_by": by,
            },
        )
        if not is_new and row.seconds < seconds:
            row.seconds = row.reported_seconds = seconds
            row.save(update_fields=["seconds", "reported_seconds"])
