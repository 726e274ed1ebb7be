"""Group the lines of a schedule by session."""

import dataclasses
import re
from collections.abc import Sequence

from sessions.schedule_text.dates import DateMention, month_heading, names_weekdays, years_named
from sessions.schedule_text.facts import Facts
from sessions.schedule_text.pieces import EDGES
from sessions.schedule_text.plain_text import plain
from sessions.schedule_text.tables import cells_of, heading_roles, is_rule
from sessions.schedule_text.titles import TitleSide, title_lines
from sessions.schedule_text.words import MONTHS, RULE, WEEKDAYS, any_of

# A heading above some of the sessions, such as "Winter 2027"
_PERIOD = re.compile(
    r"(?:spring|summer|fall|autumn|winter|printemps|ete|automne|hiver)(?: (?:session|term|semester|trimestre))?"
    r"\s*-?\s*20\d\d(?:\s*[-/]\s*(?:20)?\d\d)?"
)


@dataclasses.dataclass(slots=True)
class Segment:
    """The lines of one session.

    `day` is the date in a heading above it, and `years` are the years there. `roles` are those of its table's columns.
    `has_more_cells` is true if its row has more cells than the table has headings.
    """

    lines: list[Facts]
    day: DateMention | None = None
    roles: list[str] = dataclasses.field(default_factory=list)
    is_title_uncertain: bool = False
    has_more_cells: bool = False
    years: list[int] = dataclasses.field(default_factory=list)

    @property
    def dated(self) -> bool:
        return self.day is not None or any(line.dates and not line.is_other_date for line in self.lines)

    @property
    def timed(self) -> bool:
        return any(line.times for line in self.lines)

    @property
    def number(self) -> int | None:
        return next((line.session_number for line in self.lines if line.session_number is not None), None)

    def is_prose(self, line: Facts) -> bool:
        """Return whether a line is a sentence that follows the line with the session's date."""
        at = self.lines.index(line)
        return (
            at > 0
            and line.is_sentence
            and not line.times
            and not line.says_held
            and any(before.dates for before in self.lines[:at])
        )


@dataclasses.dataclass(slots=True)
class Layout:
    """The segments in order, the headings, and in `left` the remaining lines, which belong to no session."""

    segments: list[Segment]
    headings: list[Facts]
    left: list[Facts]


def lay_out(lines: Sequence[Facts | None]) -> Layout:
    """Return the layout of the lines. An empty line is None."""
    return _LayoutParser(lines).parse()


class _LayoutParser:
    """A parser that goes through the lines in order, and starts a segment at each new number, date or title."""

    def __init__(self, lines: Sequence[Facts | None]) -> None:
        self.lines = list(lines)
        self.has_numbers = any(line and line.session_number is not None for line in lines)
        self.titles: TitleSide = title_lines(self.lines, has_numbers=self.has_numbers)
        self.result = Layout([], [], [])
        self.segment: Segment | None = None
        self.day: DateMention | None = None
        self.roles: list[str] = []
        self.is_below_month = False
        self.years: list[int] = []

    def parse(self) -> Layout:
        after_gap = True
        for index, line in enumerate(self.lines):
            if line is None:
                after_gap = True
                continue
            self._place(index, line, after_gap=after_gap)
            after_gap = False
        self._release_last_hour()
        return self.result

    def _release_last_hour(self) -> None:
        """Make a time on the last line apply to all sessions.

        This is done only if the line contains nothing else and no other session has a time.
        """
        segments = self.result.segments
        if len(segments) < 2 or any(segment.timed for segment in segments[:-1]):
            return
        lines = segments[-1].lines
        last = lines[-1]
        if len(lines) > 1 and last.times and not last.dates and not last.has_text and last.session_number is None:
            lines.remove(last)
            self.result.headings.append(last)

    def _place(self, index: int, line: Facts, *, after_gap: bool) -> None:
        if self._is_heading(line) or self._is_table(line):
            return
        if (line.says_no_session or line.is_pause) and line.dates:
            self.segment = None
            self.result.left.append(line)
        elif self._is_about_all(line):
            self.result.headings.append(line)
        elif line.session_number is not None:
            self._numbered(index, line)
        elif (
            line.dates
            and line.dates[0].is_long_range
            and not (self.segment and self.segment.number and not self.segment.dated)
        ):
            self.result.left.append(line)
        elif self._is_day_of_blocks(index, line):
            self.day, self.segment = line.dates[0], None
            self.result.headings.append(line)
        elif line.dates and not line.is_other_date:
            self._dated(index, line, after_gap=after_gap)
        elif (line.is_other_date and not line.dates and after_gap) or (
            line.says_rule and not line.says_all and self.result.segments and self._starts_with_rule(line)
        ):
            self.result.left.append(line)
        elif line.times and names_weekdays(plain(line.text)) and (self.segment is None or self.segment.dated):
            self.segment = None
            self.result.headings.append(line)
        elif line.times or line.impossible_times:
            self._timed(line, after_gap=after_gap)
        else:
            self._worded(index, line, after_gap=after_gap)

    # --- headings and tables

    def _is_heading(self, line: Facts) -> bool:
        if is_rule(line.text):
            self.result.headings.append(line)
            return True
        if period := _PERIOD.fullmatch(plain(line.text).strip(EDGES)):
            self.segment, self.day, self.roles = None, None, []
            self.years = years_named(period.group())
            self.result.headings.append(line)
            return True
        month = month_heading(plain(line.text))
        if month is None:
            return False
        self.segment, self.day, self.roles, self.is_below_month = None, None, [], True
        self.years = [month[1]] if month[1] else self.years
        self.result.headings.append(line)
        return True

    def _is_table(self, line: Facts) -> bool:
        cells = cells_of(line.text)
        if len(cells) < 2 or line.label or cells[0].endswith(":"):
            self.roles = self.roles if len(cells) >= 2 else []
            return False
        if roles := heading_roles(["date", *cells[1:]] if month_heading(plain(cells[0])) else cells):
            self.roles, self.segment = roles, None
            self.result.headings.append(line)
            return True
        if line.is_pause and line.dates:
            return False
        if self.roles or (line.dates and not line.is_other_date and not line.says_no_session):
            self._start(line)
            if self.segment:
                self.segment.roles = self.roles if len(self.roles) >= len(cells) else []
                self.segment.has_more_cells = 0 < len(self.roles) < len(cells)
            return True
        return False

    # --- lines

    def _numbered(self, index: int, line: Facts) -> None:
        segment = self.segment
        same = segment and (segment.number, segment.lines[0].suffix) == (line.session_number, line.suffix)
        if segment and same and not segment.dated and self._follows(index):
            segment.lines.append(line)
            return
        if segment and segment.number is None and self._is_bare_day(segment) and not line.dates:
            if self._hours_until_next_date(index) > 1:
                self._become_heading(segment)
            elif self._follows(index) or not self._date_before_next_number(index):
                segment.lines.append(line)
                return
        self._start(line)

    def _dated(self, index: int, line: Facts, *, after_gap: bool) -> None:
        segment = self.segment
        inherits = segment is not None and segment.day is not None
        bare = not line.has_text
        if (
            (
                segment
                and segment.dated
                and line.is_sentence
                and not line.times
                and not after_gap
                and segment.lines[-1].number == line.number - 1
            )
            or (
                segment and not segment.dated and not inherits and (bare or segment.number is not None or not after_gap)
            )
            or (segment and not after_gap and bare and self._same_dates(segment, line))
            or (segment and not after_gap and bare and segment.number is not None and self.has_numbers)
        ):
            segment.lines.append(line)
        else:
            self._start(line)

    def _timed(self, line: Facts, *, after_gap: bool) -> None:
        segment = self.segment
        if segment and self._is_bare_day(segment) and line.has_text:
            if self._hours_until_next_date(self.lines.index(line)) > 1:
                self._become_heading(segment)
                self._start(line)
            else:
                segment.lines.append(line)
        elif self.day is not None and (line.has_text or after_gap):
            self._start(line)
        elif (
            segment
            and (not segment.timed or not after_gap)
            and not (after_gap and segment.number is None and line.has_text)
        ):
            segment.lines.append(line)
        else:
            (self.result.left if self._may_be_a_date(line) else self.result.headings).append(line)
            self.segment = None if after_gap else segment

    def _worded(self, index: int, line: Facts, *, after_gap: bool) -> None:
        segment = self.segment
        if index in self.titles.first_lines or self._is_next_title(line):
            self._start(line)
            if self.segment:
                self.segment.is_title_uncertain = self.titles.is_uncertain
        elif line.says_rule and self._starts_with_rule(line):
            self.result.left.append(line)
        elif segment and (not after_gap or (not line.is_other_date and self._belongs_after_gap(index, segment))):
            segment.lines.append(line)
        elif self._names_context(line) or (not self.result.segments and not line.is_sentence):
            (self.result.left if self._may_be_a_date(line) else self.result.headings).append(line)
            self.years = years_named(plain(line.text)) or self.years
        else:
            self.result.left.append(line)

    # --- helpers

    def _starts_with_rule(self, line: Facts) -> bool:
        """Return whether a line starts with a rule and a month or day, as "Every Tuesday in June: Book club"."""
        text = plain(line.text)
        return bool(RULE.match(text) and re.search(rf"\b(?:{any_of(MONTHS)}|{any_of(WEEKDAYS)})s?\b", text))

    def _may_be_a_date(self, line: Facts) -> bool:
        """Return whether the line may have a date that was not read: a number beside a month, or below its heading."""
        text = plain(line.text)
        beside = re.search(rf"\b(?:{any_of(MONTHS)})\b.*(?<!\d)\d{{1,2}}(?!\d)", text)
        below = self.is_below_month and re.match(rf"(?:(?:{any_of(WEEKDAYS)})\.?,?\s+)?\d{{1,2}}(?!\d)", text)
        return bool(beside or below)

    def _start(self, line: Facts) -> None:
        own = bool(line.dates) and not line.is_other_date
        if own:
            self.day = None
        self.segment = Segment([line], day=None if own else self.day, years=self.years)
        if own and not line.has_text and self.titles.is_uncertain:
            self.segment.is_title_uncertain = True
        self.result.segments.append(self.segment)

    def _become_heading(self, segment: Segment) -> None:
        self.day = segment.lines[0].dates[0]
        self.result.segments.remove(segment)
        self.result.headings.append(segment.lines[0])
        self.segment = None

    def _is_day_of_blocks(self, index: int, line: Facts) -> bool:
        """Return whether a line is only a date, and an hour starts at least two blocks before the next date."""
        if not line.dates or line.times or line.has_text or line.is_other_date or line.dates[0].kind != "one":
            return False
        count = 0
        for before, after in zip(self.lines[index:], self.lines[index + 1 :], strict=False):
            if after and after.dates:
                break
            count += before is None and bool(after and after.times and not after.has_text)
        return count > 1

    def _is_bare_day(self, segment: Segment) -> bool:
        """Return whether the segment consists of one line with only a date, which may be the heading of a day."""
        line = segment.lines[0]
        return (
            len(segment.lines) == 1
            and bool(line.dates)
            and line.dates[0].kind != "open"
            and not line.times
            and not line.has_text
            and not segment.roles
        )

    def _hours_until_next_date(self, index: int) -> int:
        """Return how many lines before the next date have a time together with words or a session number."""
        count = 0
        for line in self.lines[index:]:
            if line and line.dates:
                break
            count += bool(line and line.times and (line.has_text or line.session_number is not None))
        return count

    def _is_next_title(self, line: Facts) -> bool:
        """Return whether the line is labelled as a title ("Topic: …") and starts the next session."""
        if line.label != "title":
            return False
        titled = self.segment and any(before.label == "title" for before in self.segment.lines)
        return self.segment is None or bool(titled)

    def _follows(self, index: int) -> bool:
        return index > 0 and self.lines[index - 1] is not None

    def _date_before_next_number(self, index: int) -> bool:
        """Return whether a date follows the numbered line before the next numbered line."""
        for line in self.lines[index + 1 :]:
            if line and line.session_number is not None:
                return False
            if line and line.dates:
                return True
        return False

    def _same_dates(self, segment: Segment, line: Facts) -> bool:
        days = {(day.month, day.day) for facts in segment.lines for date in facts.dates for day in date.days}
        named = {(day.month, day.day) for date in line.dates for day in date.days}
        return bool(named) and named <= days

    def _belongs_after_gap(self, index: int, segment: Segment) -> bool:
        """Return whether the words after an empty line belong to the session above it."""
        if index in self.titles.later_lines:
            return True
        if segment.number is None:
            return False
        return not segment.dated or any(line and line.session_number is not None for line in self.lines[index + 1 :])

    def _is_about_all(self, line: Facts) -> bool:
        about = bool(line.times or line.zone or line.duration)
        return line.says_all and about and not line.dates and line.session_number is None

    def _names_context(self, line: Facts) -> bool:
        return bool(line.zone or line.credits is not None or line.announced or years_named(plain(line.text)))
