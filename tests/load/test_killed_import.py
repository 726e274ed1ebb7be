"""If a process is killed while it imports a report, nothing is imported (SAFETY.md F24)."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from attendance import actions
from attendance.models import AttendanceImport
from echo_portal.lib.tables.child import PROJECT
from tests.attendance.held_session import HeldSession, register, report
from tests.builders import Programme
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = 20
# A trigger that sleeps when row number {row} is inserted, so that the process can be killed during the insert.
WAIT = """
    CREATE SEQUENCE kill_rows;
    CREATE FUNCTION kill_wait() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('kill_rows') = {row} THEN PERFORM pg_sleep(60); END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER kill_wait BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION kill_wait();
"""
FREE = "DROP TRIGGER kill_wait ON {table}; DROP FUNCTION kill_wait; DROP SEQUENCE kill_rows"
SLEEPING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
IN_CHILD = """
import sys
from pathlib import Path
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from accounts.models import Person
from attendance import actions
from attendance.models import AttendanceImport
from sessions.models import Session
by = Person.objects.get(pk=int(sys.argv[3]))
if sys.argv[2] == "upload":
    data = Path(sys.argv[4]).read_bytes()
    actions.upload_report(
        session=Session.objects.get(), file_name="r.csv", data=data, zone="America/Toronto", by=by
    )
else:
    draft = AttendanceImport.objects.get()
    actions.import_report(report=draft, sha256=draft.sha256, by=by)
"""


@pytest.fixture
def held(programme: Programme, people: People) -> HeldSession:
    return HeldSession(programme, people)


def kill_at(row: int, table: str, *arguments: str) -> None:
    """Run the action in a separate process, and kill the process while it inserts this row of the table."""
    name = str(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(WAIT.format(row=row, table=table))
        child = subprocess.Popen([sys.executable, "-c", IN_CHILD, name, *arguments], cwd=PROJECT, env=dict(os.environ))
        try:
            backend = _wait_for_sleeper(cursor, child)
            child.send_signal(signal.SIGKILL)
            assert child.wait() == -signal.SIGKILL
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
        finally:
            child.kill()
            child.wait()
            cursor.execute(FREE.format(table=table))


def _wait_for_sleeper(cursor: Any, child: "subprocess.Popen[bytes]") -> int:
    for _try in range(600):
        cursor.execute(SLEEPING)
        if found := cursor.fetchone():
            return int(found[0])
        assert child.poll() is None, "the action ended before it was killed"
        time.sleep(0.1)
    raise AssertionError("the action never wrote the row")


def a_long_report(held: HeldSession) -> bytes:
    people = [held.people.make(f"p{number}@example.org", f"P {number}") for number in range(ROWS)]
    for person in people:
        register(person, held.session)
    return report(*((person.name, person.email, "12:00", "13:00") for person in people))


@pytest.mark.parametrize("row", [1, ROWS // 2, ROWS])
def test_import_killed_at_a_row_saves_no_attendance(held: HeldSession, row: int) -> None:
    draft = held.upload(a_long_report(held))
    before = checksums()
    kill_at(row, "attendance_attendance", "import", str(held.by.pk))
    assert checksums() == before
    actions.import_report(report=draft, sha256=draft.sha256, by=held.by)
    assert len(held.minutes()) == ROWS


def test_upload_killed_at_a_row_saves_no_dry_run(held: HeldSession, tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(a_long_report(held))
    before = checksums()
    kill_at(ROWS // 2, "attendance_attendancerow", "upload", str(held.by.pk), str(path))
    assert checksums() == before
    assert not AttendanceImport.objects.exists()
