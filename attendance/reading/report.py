"""Parse a report in this process (`read_here`) or in a child process with limits (`read_report`)."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from attendance.reading.events import paired
from attendance.reading.files import open_table
from attendance.reading.layouts import Walk, score_of
from attendance.reading.limits import check_bytes
from attendance.reading.moments import duration_seconds, parse_moment
from attendance.reading.stays import address_of, collect
from attendance.reading.values import (
    LeftOut,
    Meeting,
    ParticipantRow,
    Question,
    Reading,
    RefusedReportError,
    Stay,
)

PROJECT = Path(__file__).resolve().parents[2]
WALL_SECONDS = 60  # high enough for a busy machine; a thread of the web server waits meanwhile
CPU_SECONDS = 15
MEMORY = 512 * 1024 * 1024
NOTED_ROWS = 20


def read_here(data: bytes, question: Question) -> Reading:
    """Parse the report without limits of time and memory. Only for the child process and for tests."""
    table = open_table(data, fits=score_of(question.columns))
    walk = Walk(question.columns)
    rows = list(walk.participants(table.rows()))
    reading = Reading(encoding=table.encoding, separator=table.separator, left_out=walk.left_out)
    rows += paired(walk.events, walk.left_out)
    rows += _single_stays(walk.summaries, rows, walk.left_out)
    collect(rows, question, reading)
    reading.layout = ", ".join(walk.layouts)
    reading.left_out.sort(key=lambda one: one.row)
    if table.cleaned:
        shown = ", ".join(str(row) for row in sorted(table.cleaned)[:NOTED_ROWS])
        reading.notes.append(("cleaned", {"rows": shown}))
    if table.encoding == "cp1252":
        reading.notes.append(("guessed-encoding", {}))
    return reading


def _single_stays(
    summaries: list[ParticipantRow], rows: list[ParticipantRow], left_out: list[LeftOut]
) -> list[ParticipantRow]:
    """Return the people of a Teams summary who have no activities and were there in one continuous stay.

    Their time between first join and last leave equals the duration. All other people without activities are appended
    to `left_out`, because it is not known when they were away.
    """
    listed = {(address_of(row.email) or row.name) for row in rows}
    found = []
    for row in summaries:
        if (address_of(row.email) or row.name) in listed:
            continue
        join, leave, stay = parse_moment(row.join), parse_moment(row.leave), duration_seconds(row.duration)
        if join and leave and stay is not None and join.wall and leave.wall:
            between = int((leave.wall - join.wall).total_seconds())
            if abs(between - stay) <= 1:
                found.append(row)
                continue
        minutes = stay // 60 if stay is not None else None
        code = "summary-only" if minutes is not None else "no-times"
        outcome = "unmatched" if minutes is not None else "refused"
        facts = {"minutes": minutes or 0}
        left_out.append(LeftOut(row.row, row.name, outcome, code, facts, address_of(row.email), minutes))
    return found


def read_report(data: bytes, question: Question) -> Reading:
    """Parse the report in a child process with limits of time and memory.

    Raises RefusedReportError if the file cannot be used.
    """
    check_bytes(data)
    asked = json.dumps(dataclasses.asdict(question)).encode() + b"\n"
    # The child gets no environment variables, because they contain the portal's secrets.
    with subprocess.Popen(
        [sys.executable, "-m", "attendance.reading.child", str(MEMORY), str(CPU_SECONDS)],
        cwd=PROJECT,
        env={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        try:
            answer, _errors = child.communicate(asked + data, timeout=WALL_SECONDS)
        except subprocess.TimeoutExpired:
            answer = b""
            child.kill()
    if child.returncode != 0 or not answer:
        raise RefusedReportError("stopped")
    return from_plain(json.loads(answer))


def to_plain(reading: Reading) -> dict[str, Any]:
    """Return the parsed report as values for JSON. Rows are lists, which are shorter than objects."""
    plain = {field.name: getattr(reading, field.name) for field in dataclasses.fields(reading)}
    plain["meeting"] = dataclasses.astuple(reading.meeting)
    plain["stays"] = [dataclasses.astuple(stay) for stay in reading.stays]
    plain["left_out"] = [dataclasses.astuple(one) for one in reading.left_out]
    return plain


def from_plain(plain: dict[str, Any]) -> Reading:
    """Return the parsed report from the child's values, or raise the RefusedReportError in them."""
    if "refused" in plain:
        raise RefusedReportError(plain["refused"], found=plain["found"], **plain["facts"])
    return Reading(
        **{
            **plain,
            "meeting": Meeting(*plain["meeting"]),
            "stays": [Stay(*values) for values in plain["stays"]],
            "left_out": [LeftOut(*values) for values in plain["left_out"]],
            "notes": [(code, facts) for code, facts in plain["notes"]],
        }
    )
