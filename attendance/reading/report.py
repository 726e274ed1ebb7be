"""Parse a report in this process (`read_here`) or in a child process with limits (`read_report`)."""

import dataclasses
from typing import Any

from attendance.reading.events import paired
from attendance.reading.layouts import Walk, score_of
from attendance.reading.moments import duration_seconds, parse_moment
from attendance.reading.stays import address_of, collect
from attendance.reading.values import LeftOut, Meeting, ParticipantRow, Question, Reading, Stay
from echo_portal.lib.tables.child import parse_in_child
from echo_portal.lib.tables.files import open_table
from echo_portal.lib.tables.limits import check_bytes

NOTED_ROWS = 20


def read_here(data: bytes, question: Question) -> Reading:
    """Parse the report in this process, without limits of time and memory.

    Only the child process and tests may call this.
    """
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
    """Return the people of a Teams summary who have no activities and attended in one continuous stay.

    A stay is continuous if the time from the first join to the last leave equals the duration. All other people without
    activities are appended to `left_out`, because it is not known when they were away.
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

    Raises RefusedTableError if the file cannot be used.
    """
    check_bytes(data)
    return from_plain(parse_in_child("attendance.reading.child", dataclasses.asdict(question), data))


def to_plain(reading: Reading) -> dict[str, Any]:
    """Return the parsed report as values for JSON. Rows are lists, because they are shorter than objects."""
    plain = {field.name: getattr(reading, field.name) for field in dataclasses.fields(reading)}
    plain["meeting"] = dataclasses.astuple(reading.meeting)
    plain["stays"] = [dataclasses.astuple(stay) for stay in reading.stays]
    plain["left_out"] = [dataclasses.astuple(one) for one in reading.left_out]
    return plain


def from_plain(plain: dict[str, Any]) -> Reading:
    """Return the parsed report from values of `to_plain`, which the child process sent."""
    return Reading(
        **{
            **plain,
            "meeting": Meeting(*plain["meeting"]),
            "stays": [Stay(*values) for values in plain["stays"]],
            "left_out": [LeftOut(*values) for values in plain["left_out"]],
            "notes": [(code, facts) for code, facts in plain["notes"]],
        }
    )
