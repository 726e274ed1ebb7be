"""Sample reports, with their session and the expected minutes."""

import datetime as dt
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from attendance.presenters import plain_reading, plain_refusal
from attendance.reading.report import read_here
from attendance.reading.values import Question
from echo_portal.lib.tables.refused import RefusedTableError

TORONTO = "America/Toronto"
SAMPLES = Path(__file__).parent / "samples"
EXPECTED: dict[str, Any] = {
    name: values
    for name, values in json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8")).items()
    if not name.startswith("_")
}
EXPECTED["ed01_nul_byte_and_blank_rows.csv"] = {
    "window": ["2026-02-10T12:00", "2026-02-10T13:00"],
    "by_email": {"a1@example.org": 60, "b2@example.org": 60},
    "unmatched": [],
}


def question(start: str, end: str, *, zone: str = TORONTO, **more: Any) -> Question:
    there = ZoneInfo(zone)
    first, last = (int(dt.datetime.fromisoformat(text).replace(tzinfo=there).timestamp()) for text in (start, end))
    return Question(zone, first, last, **more)


def window_of(sample: str) -> Question:
    return question(*EXPECTED[sample]["window"])


def answer(data: bytes | str, asked: Question) -> dict[str, Any]:
    """Parse the report in this process, and return the values that the command prints as JSON."""
    if isinstance(data, str):
        data = data.encode()
    try:
        return plain_reading(read_here(data, asked), asked)
    except RefusedTableError as refused:
        return plain_refusal(refused, zone=asked.zone)


def minutes(found: dict[str, Any]) -> dict[str, int]:
    return {person["key"].removeprefix("email:"): person["minutes"] for person in found["people"]}


def reasons(found: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(row["row"], row["outcome"], row["reason"]) for row in found["rows"]]
