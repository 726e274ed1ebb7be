"""Build a draft row from the lines of one session."""

import dataclasses
import re

from sessions.schedule_text.dates import DateMention, Day
from sessions.schedule_text.draft_rows import DraftRow
from sessions.schedule_text.layout import Segment
from sessions.schedule_text.plain_text import plain
from sessions.schedule_text.tables import cells_of
from sessions.schedule_text.texts import set_texts
from sessions.schedule_text.times import TimeMention, is_approximate, offset_of, start_and_end, with_length
from sessions.schedule_text.titles import language_of_facts
from sessions.schedule_text.words import COUNTED


@dataclasses.dataclass(slots=True)
class Draft:
    """A draft row whose year is not decided yet. `years` are the years in the headings above the session.

    `day` is None if the text does not give exactly one day. `heading_weekday` is the day of the week in a heading.
    """

    row: DraftRow
    day: Day | None = None
    times: list[TimeMention] = dataclasses.field(default_factory=list)
    years: list[int] = dataclasses.field(default_factory=list)
    heading_weekday: int | None = None

    @property
    def weekday(self) -> int | None:
        """The day of the week beside the date or, if there is none, in the heading."""
        return self.heading_weekday if self.day is None or self.day.weekday is None else self.day.weekday


def drafts_of(segment: Segment, *, language: str) -> list[Draft]:
    """Return the draft of a segment, or one draft for each date if it lists several dates and has no number."""
    row = DraftRow(number=_number_of(segment), lines=[line.number for line in segment.lines])
    _add_remarks(row, segment)
    said = " ".join(line.text for line in segment.lines if line.dates or line.times)
    set_texts(row, segment, language_of_facts(said) or language)
    times = _set_times(row, segment)
    days = _days_of(row, segment)
    if not days:
        return [Draft(row, None, times, segment.years)]
    if len(days) == 1:
        return [Draft(row, days[0], times, segment.years)]
    row.find("rows-from-list", count=len(days))
    if not any(line.dates and line.pieces for line in segment.lines):
        _move_title_beside(row)
    return [
        Draft(
            dataclasses.replace(
                row,
                presenters=list(row.presenters),
                links=list(row.links),
                beside=list(row.beside),
                lines=list(row.lines),
                findings=list(row.findings),
            ),
            day,
            times,
            segment.years,
        )
        for day in days
    ]


def _move_title_beside(row: DraftRow) -> None:
    """Move the title to `beside`, because words above a list of dates are the title of the series, not of a session."""
    row.beside = [title for title in (row.title_en, row.title_fr) if title] + row.beside
    row.title_en = row.title_fr = ""
    row.find("title-missing")


def _number_of(segment: Segment) -> int | None:
    if segment.roles and "number" in segment.roles:
        cell = "".join(cells_of(segment.lines[0].text)[segment.roles.index("number") :][:1])
        if figures := re.fullmatch(r"\D*(\d{1,3})\D*", cell):
            return int(figures[1])
        if plain(cell) in COUNTED:
            return COUNTED[plain(cell)]
    return segment.number


def _add_remarks(row: DraftRow, segment: Segment) -> None:
    """Add the links and presenters of the lines, and a finding for each remark such as "cancelled" or "was held"."""
    for line in segment.lines:
        if line.says_held:
            row.find("held-already")
        if line.says_cancelled:
            row.find("cancelled-said")
        if line.says_unconfirmed:
            row.find("to-be-confirmed")
        if line.says_rule and line.dates and line.dates[0].kind == "one":
            row.find("rule-said")
        if line.is_date_from_heading:
            row.find("date-from-heading")
        if line.dates and (line.is_other_date or segment.is_prose(line)):
            row.find("other-date")
        if line.suffix:
            row.beside.append(f"{line.session_number}{line.suffix.upper()}")
        row.links += line.links
        row.beside += line.remarks
        row.presenters += line.presenters
    if segment.day is not None:
        row.find("date-from-heading")
    if segment.has_more_cells:
        row.find("cells-more")


# --- times


def _set_times(row: DraftRow, segment: Segment) -> list[TimeMention]:
    """Set the times of the row if all lines agree on them. Return all times in the lines."""
    times = [time for line in segment.lines for time in line.times]
    length = next((line.duration for line in segment.lines if line.duration), None)
    named = next((line.zone for line in segment.lines if line.zone), None)
    times = _with_ends(segment, times)
    if len(times) == 2 and len(segment.lines[0].times) == 2 and cells_of(segment.lines[0].text):
        times = start_and_end(*times)
    for written in (text for line in segment.lines for text in line.impossible_times):
        row.find("hour-impossible", written=written)
        row.beside.append(written)
    for unknown in (line.unknown_zone for line in segment.lines if line.unknown_zone):
        row.find("zone-unknown", written=unknown)
        row.beside += [] if unknown in row.beside else [unknown]
    if named:
        contradicted = next((time for time in times if time.zone not in ("", named[0])), None)
        if contradicted:
            row.find("zone-contradicted", zone=contradicted.zone, other=named[0])
        times = [time if time.zone else dataclasses.replace(time, zone=named[0], zone_text=named[1]) for time in times]
    if length:
        times = [with_length(time, length) for time in times]
    if not times:
        if named:
            row.zone = named[0]
        return []
    apply_times(row, times, named)
    return times


def _with_ends(segment: Segment, times: list[TimeMention]) -> list[TimeMention]:
    """Return the times, with the time of a line such as "End: 1:00 pm" as the end of the time before it."""
    ends = [line.times[0] for line in segment.lines if line.label == "end" and len(line.times) == 1]
    if len(ends) != 1 or ends[0] not in times[1:]:
        return times
    at = times.index(ends[0])
    return [*times[: at - 1], *start_and_end(times[at - 1], ends[0]), *times[at + 1 :]]


def apply_times(row: DraftRow, times: list[TimeMention], named: tuple[str, str] | None) -> None:
    """Set the times and the zone of the row. If the times disagree, set only the zone and add a finding.

    `named` is a zone with its text, which applies to times without a zone.
    """
    if named:
        times = [time if time.zone else dataclasses.replace(time, zone=named[0], zone_text=named[1]) for time in times]
    main = next((time for time in times if time.zone), times[0])
    hours = {(time.start_time, time.end_time) for time in times if time.zone in ("", main.zone)}
    if len({start for start, _end in hours}) > 1 or len({end for _start, end in hours if end}) > 1:
        row.find("times-several")
        row.zone = main.zone
        return
    row.start_time = main.start_time
    row.end_time = next((end for _start, end in hours if end), None)
    row.zone = main.zone
    if any(time.half_guessed for time in times) and all(time.half_guessed for time in times if time.zone == main.zone):
        row.find("half-day-missing", start=row.start_time)
    unknown = next((time.zone_text for time in times if time.zone_text and not time.zone), "")
    if unknown and offset_of(unknown) is None:
        row.find("zone-unknown", written=unknown)
    if main.zone and is_approximate(main.zone_text):
        row.find("zone-approximate", zone=main.zone)


# --- days


def _days_of(row: DraftRow, segment: Segment) -> list[Day]:
    """Return the day of the session, or the days of a list of sessions.

    If the text gives a choice, a range or a rule, return no day and add a finding.
    """
    mentions = [
        date for line in segment.lines if not line.is_other_date and not segment.is_prose(line) for date in line.dates
    ]
    if not mentions and segment.day is not None:
        mentions = [segment.day]
    if any(line.says_rule for line in segment.lines) and (not mentions or mentions[0].kind == "range"):
        row.find("date-rule")
        return []
    if impossible := [text for line in segment.lines for text in line.impossible_dates]:
        row.find("date-impossible", day=impossible[0].strip(" ,"))
        row.beside += impossible
        return []
    if mentions and all(mention.kind == "open" for mention in mentions):
        written = [text for line in segment.lines for text in line.open_dates]
        row.find("date-open", written=written[0])
        row.beside += written
        return []
    mentions = _distinct([mention for mention in mentions if mention.kind != "open"])
    if not mentions:
        return []
    if len(mentions) > 1:
        row.find("date-choice" if _remove_or(row) else "dates-several", days=_all_days(mentions))
        return []
    mention = mentions[0]
    if mention.kind == "list":
        if row.number is None:
            return list(mention.days)
        row.find("dates-several", days=mention.days)
        return []
    if mention.kind != "one":
        code = {"range": "date-range", "choice": "date-choice", "ambiguous": "date-ambiguous"}[mention.kind]
        row.find(code, days=mention.days)
        return []
    return list(mention.days[:1])


def _distinct(mentions: list[DateMention]) -> list[DateMention]:
    """Return the mentions without repeated days, such as the same date in the other language."""
    found: dict[tuple[tuple[int, int], ...], DateMention] = {}
    for mention in mentions:
        key = tuple((day.month, day.day) for day in mention.days)
        known = found.get(key)
        years = {day.year for one in (known, mention) if one for day in one.days} - {None}
        if known and len(years) > 1:
            key = (*key, (0, mention.days[0].year or 0))
        elif known and known.days[0].year is not None:
            continue
        elif known:
            weekdays = [day.weekday for one in (mention, known) for day in one.days if day.weekday is not None]
            days = (dataclasses.replace(mention.days[0], weekday=weekdays[0] if weekdays else None), *mention.days[1:])
            found[key] = dataclasses.replace(mention, days=days)
            continue
        found[key] = mention
    return list(found.values())


def _remove_or(row: DraftRow) -> bool:
    """Remove an "or" from `beside`, where it was put if it separated two dates. Return whether there was one."""
    words = [text for text in row.beside if plain(text) in ("or", "ou")]
    row.beside = [text for text in row.beside if text not in words]
    return bool(words)


def _all_days(mentions: list[DateMention]) -> tuple[Day, ...]:
    return tuple(day for mention in mentions for day in mention.days)
