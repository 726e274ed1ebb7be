"""The values that reading a schedule gives."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How much a finding matters.

    ERROR: a value was left empty, because the text allows several or none. WARNING: a value is likely to be wrong.
    NOTE: a value was inferred, or something is still missing.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What looks wrong, as a code and the values of its sentence (`sentences.py`)."""

    code: str
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class LineKind(StrEnum):
    ROW = "row"
    HEADING = "heading"
    NOT_UNDERSTOOD = "not-understood"


@dataclasses.dataclass(slots=True)
class SourceLine:
    """A line of the text that is not empty, and what became of it. `number` counts from 1."""

    number: int
    text: str
    kind: LineKind = LineKind.NOT_UNDERSTOOD


@dataclasses.dataclass(slots=True)
class DraftRow:
    """A session as the text gives it. Dates and times are local to `zone`, which is empty if there is no hour.

    `beside` holds what was said with it and is none of the other values. `lines` are numbers of lines.
    """

    number: int | None = None
    title_en: str = ""
    title_fr: str = ""
    on_date: dt.date | None = None
    start_time: dt.time | None = None
    end_time: dt.time | None = None
    zone: str = ""
    presenters: list[str] = dataclasses.field(default_factory=list)
    links: list[str] = dataclasses.field(default_factory=list)
    beside: list[str] = dataclasses.field(default_factory=list)
    lines: list[int] = dataclasses.field(default_factory=list)
    findings: list[Finding] = dataclasses.field(default_factory=list)

    def find(self, code: str, **values: Any) -> None:
        """Add a finding. A code is added once."""
        if all(finding.code != code for finding in self.findings):
            self.findings.append(Finding(code, values))

    @property
    def codes(self) -> list[str]:
        return [finding.code for finding in self.findings]


@dataclasses.dataclass(slots=True)
class Reading:
    """All that a text gives. `credits` and `session_count` are what it announces for the whole series."""

    rows: list[DraftRow]
    lines: list[SourceLine]
    findings: list[Finding]
    credits: Decimal | None = None
    session_count: int | None = None

    def lines_of(self, kind: LineKind) -> list[SourceLine]:
        return [line for line in self.lines if line.kind == kind]
