"""Parse calendar files with the library `ical`, because `icalendar` wrote them."""

import datetime as dt
from dataclasses import dataclass
from email.message import EmailMessage

from ical.calendar_stream import IcsCalendarStream


@dataclass(frozen=True)
class Entry:
    """One VEVENT; `start` and `end` are UTC."""

    uid: str
    sequence: int
    start: dt.datetime
    end: dt.datetime
    summary: str
    status: str
    attendees: tuple[str, ...]
    location: str


@dataclass(frozen=True)
class CalendarFile:
    method: str
    entries: tuple[Entry, ...]


def read(content: str) -> CalendarFile:
    """Return the parsed file. Fail the test if the parser fails or a time is not in UTC."""
    (calendar,) = IcsCalendarStream.from_ics(content).calendars
    entries = []
    for event in calendar.events:
        start, end = event.dtstart, event.dtend
        assert isinstance(start, dt.datetime), start
        assert isinstance(end, dt.datetime), end
        assert start.utcoffset() == end.utcoffset() == dt.timedelta(), "times are in UTC"
        entries.append(
            Entry(
                uid=event.uid or "",
                sequence=event.sequence or 0,
                start=start.astimezone(dt.UTC),
                end=end.astimezone(dt.UTC),
                summary=event.summary or "",
                status=str(event.status.value) if event.status else "",
                attendees=tuple(str(person.uri).removeprefix("mailto:") for person in event.attendees),
                location=event.location or "",
            )
        )
    return CalendarFile(calendar.method or "", tuple(sorted(entries, key=lambda entry: entry.start)))


def read_email(email: EmailMessage) -> CalendarFile:
    """Return the parsed calendar of an email.

    Fail the test if its two copies differ, or the methods of the file and of the MIME part (IC-3).
    """
    parts = [part for part in email.walk() if part.get_content_type() == "text/calendar"]
    assert parts, email["Subject"]
    files = [read(part.get_content()) for part in parts]
    assert all(file == files[0] for file in files)
    assert {part.get_param("method") for part in parts} == {files[0].method}
    return files[0]
