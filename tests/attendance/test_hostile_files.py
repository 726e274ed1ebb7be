"""Files that would need too much time or memory are refused quickly, with the reason (SAFETY.md F26)."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from attendance.reading.report import read_report
from echo_portal.lib.tables import limits
from echo_portal.lib.tables.child import PROJECT
from echo_portal.lib.tables.refused import RefusedTableError
from tests.attendance.reports import answer, minutes, question
from tests.attendance.workbooks import archive, with_member, workbook, workbook_of

ASKED = question("2026-02-10T12:00", "2026-02-10T13:00")
HEADER = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"
ROW = "Aya,aya@example.org,02/10/2026 12:00:00 PM,02/10/2026 01:00:00 PM,60\n"
REPORT = HEADER + ROW
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]><worksheet><sheetData><row><c t='inlineStr'><is><t>&j;</t></is></c></row></sheetData></worksheet>"
)
MEBIBYTE = 1024 * 1024


def hostile() -> dict[str, tuple[bytes, str]]:
    """Return files with the code of their refusal, by a name for what is wrong with them."""
    book = workbook_of(REPORT)
    return {
        "100 MB in one line": (b"x" * (100 * MEBIBYTE), "too-large"),
        "30 MB in one line": (b"x" * (30 * MEBIBYTE), "line-too-long"),
        "a million columns": (HEADER.encode() + b"," * 1_000_000, "line-too-long"),
        "sixty thousand columns": (HEADER.encode() + b"," * 60_000, "too-many-columns"),
        "too many rows": (HEADER.encode() + b"a,b\n" * (limits.MAX_ROWS + 5), "too-many-rows"),
        "a quotation mark that is never closed": ((HEADER + '"' + ROW * 1000).encode(), "quote-open"),
        "a record over many lines": ((HEADER + '"\n",' * 2000).encode(), "quote-open"),
        "nothing but NUL": (b"\0" * MEBIBYTE, "empty"),
        "UTF-32": (REPORT.encode("utf-32"), "encoding"),
        "half of UTF-16": (REPORT.encode("utf-16")[:-1], "encoding"),
        "PDF": (b"%PDF-1.7\n" + REPORT.encode(), "not-a-table"),
        "old Excel": (b"\xd0\xcf\x11\xe0" + b"\0" * 512, "not-a-table"),
        "HTML": (b"<html><table><tr><td>x", "not-a-table"),
        "ZIP": (archive({"report.csv": REPORT.encode()}), "not-a-table"),
        "a cut workbook": (book[:-200], "damaged-workbook"),
        "a workbook of 1 GiB": (claiming(book, 1024 * MEBIBYTE), "unpacks-too-large"),
        "a workbook packed 1,000 times": (with_member(book, SHEET, b" " * (50 * MEBIBYTE)), "packed-too-tightly"),
        "a workbook with too many parts": (archive_of(600), "archive-members"),
        "a workbook of two sheets": (workbook([["a"]], [["b"]]), "several-sheets"),
        "a billion laughs": (with_member(book, SHEET, LAUGHS), "damaged-workbook"),
        "a sheet that is no XML": (with_member(book, SHEET, b"<worksheet><sheetData><row"), "damaged-workbook"),
    }


def claiming(book: bytes, size: int) -> bytes:
    """Return the workbook with a directory that declares `size` bytes for the sheet, without really packing them."""
    packed = with_member(book, SHEET, b" " * 1000)
    at = packed.rindex(SHEET.encode()) - 46  # the sheet's entry in the directory, which is at the end
    return packed[: at + 24] + size.to_bytes(4, "little") + packed[at + 28 :]


def archive_of(count: int) -> bytes:
    return archive(dict.fromkeys((f"xl/extra{number}.xml" for number in range(count)), b"<x/>"))


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
    """Parse files in a separate process. Return for each the code, the seconds and the largest child so far in MiB."""
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
