"""Files that would require too much time or memory are refused quickly, with the reason (SAFETY.md F26)."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from attendance.reading.report import read_report
from echo_portal.lib.tables.child import PROJECT
from echo_portal.lib.tables.refused import RefusedTableError
from tests.attendance.hostile_files import HEADER, MEBIBYTE, REPORT, ROW, hostile
from tests.attendance.reports import answer, minutes, question
from tests.attendance.workbooks import workbook_of

ASKED = question("2026-02-10T12:00", "2026-02-10T13:00")
MEASURED = """
import json, resource, sys
from pathlib import Path
from attendance.reading.report import read_report
from attendance.reading.values import Question
from echo_portal.lib.tables.refused import RefusedTableError
def used():
    \"\"\"Return the seconds of CPU of this process and its children: the machine may be busy.\"\"\"
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)
for path in sorted(Path(sys.argv[1]).iterdir()):
    data = path.read_bytes()
    started = used()
    try:
        read_report(data, Question(**json.loads(sys.argv[2])))
        code = "read"
    except RefusedTableError as refused:
        code = refused.code
    del data  # what this process holds when it starts a child counts as the child's
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps([path.name, code, used() - started, child / 1024]))
"""


def measured(files: dict[str, bytes], folder: Path) -> list[tuple[str, str, float, float]]:
    """Parse files in a separate process.

    Return, for each, its name, the code of the refusal, the seconds, and the memory of the largest child so far in MiB.
    """
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    asked = json.dumps({"zone": ASKED.zone, "start": ASKED.start, "end": ASKED.end})
    command = [sys.executable, "-c", MEASURED, str(folder), asked]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True, env=dict(os.environ))
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def test_hostile_file_is_refused_quickly_and_with_little_memory(tmp_path: Path) -> None:
    files = hostile()
    usual = measured({"usual": REPORT.encode()}, tmp_path / "usual")[0][3]
    found = measured({name: data for name, (data, _code) in files.items()}, tmp_path / "hostile")
    assert {name: code for name, code, _seconds, _memory in found} == {name: code for name, (_, code) in files.items()}
    assert [name for name, _code, seconds, _memory in found if seconds > 2] == []
    assert max(memory for _name, _code, _seconds, memory in found) < usual + 100


def test_refusal_contains_the_number_of_the_row() -> None:
    data = HEADER.encode() + ROW.encode() * 3 + b"," * 60_000
    assert answer(data, ASKED)["sentence"] == "Row 5 has 60001 columns; at most 256 are read."


def test_workbook_has_the_same_result_as_the_csv_file() -> None:
    assert minutes(answer(workbook_of(REPORT), ASKED)) == {"aya@example.org": 60}


def test_formula_in_a_name_stays_text() -> None:
    found = answer(HEADER + ROW.replace("Aya", "=cmd|' /C calc'!A0"), ASKED)
    assert found["people"][0]["name"] == "=cmd|' /C calc'!A0"


def test_child_process_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("echo_portal.lib.tables.child.WALL_SECONDS", 0.01)
    started = time.monotonic()
    with pytest.raises(RefusedTableError, match="stopped"):
        read_report(REPORT.encode(), ASKED)
    assert time.monotonic() - started < 2


def test_child_process_has_a_memory_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_report(REPORT.encode(), ASKED).stays
    monkeypatch.setattr("echo_portal.lib.tables.child.MEMORY", 12 * MEBIBYTE)
    with pytest.raises(RefusedTableError, match="stopped"):
        read_report(REPORT.encode(), ASKED)
