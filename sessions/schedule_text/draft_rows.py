"""The types of the values that the parser returns."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """The severity of a finding.

    ERROR: a value is empty or impossible and must be corrected. WARNING: a value is probably wrong.
    NOTE: a value was inferred, or is still missing.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """A possible mistake: its code, and the values for the placeholders in its sentence (`sentences.py`)."""

    code: str
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class LineKind(StrEnum):
    ROW = "row"
    HEADING = "heading"
    NOT_UNDERSTOOD = "not-understood"


@dataclasses.dataclass(slots=True)
class SourceLine:
    """A line of the text that is not empty, and how the parser used it. The first line has the number 1."""

    number: int
    text: str
    kind: LineKind = LineKind.NOT_UNDERSTOOD


@dataclasses.dataclass(slots=True)
class DraftRow:
    """A session in the text. Its date and times are local to `zone`, which may be empty if it has no times.

    `beside` contains the texts of the session that belong to no other field. `lines` are the numbers of its lines.
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
        """Add a finding, unless the row already has a finding with this code."""
        if all(finding.code != code for finding in self.findings):
            self.findings.append(Finding(code, values))

    @property
    def codes(self) -> list[str]:
        return [finding.code for finding in self.findings]


@dataclasses.dataclass(slots=True)
class ParsedSchedule:
    """The result of the parser. `credits` and `session_count` are the totals that the text announces for the series.

    `needs_key` is true if the text says that people register with a key.
    """

    rows: list[DraftRow]
    lines: list[SourceLine]
    findings: list[Finding]
    credits: Decimal | None = None
    session_count: int | None = None
    needs_key: bool = False

    def lines_of(self, kind: LineKind) -> list[SourceLine]:
        return [line for line in self.lines if line.kind == kind]
