"""The values of a calendar entry, and the icalendar event built from them.

`sessions/cached_events.py` must return the same bytes.
"""

import dataclasses
import datetime as dt

from icalendar import Alarm, Event, vCalAddress, vText, vUri

REMIND_BEFORE = dt.timedelta(minutes=15)
LINE_ENDS = dict.fromkeys(map(ord, "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"), "\n") | {0xFEFF: None}


@dataclasses.dataclass(frozen=True, slots=True)
class Attendee:
    """The person who is invited."""

    address: str
    name: str


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """The values of a session's calendar entry. All times are UTC. Public entries have no attendee or joining link."""

    uid: str
    written_at: dt.datetime
    last_modified_at: dt.datetime
    sequence: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str
    title_language: str
    organiser_name: str
    organiser_address: str
    page_url: str
    description: str
    join_url: str
    attendee: Attendee | None
    cancelled: bool


def as_event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.written_at)
    event.add("last-modified", entry.last_modified_at)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", without_control_characters(entry.title), parameters={"LANGUAGE": f"{entry.title_language}-CA"})
    event.add("description", without_control_characters(entry.description))
    event.add("url", vUri(entry.page_url))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    event.add("class", "PUBLIC" if entry.attendee is None and not entry.join_url else "PRIVATE")
    organiser = vCalAddress(f"mailto:{entry.organiser_address}")
    organiser.params["CN"] = vText(one_line(entry.organiser_name))
    event.add("organizer", organiser)
    if entry.attendee is not None:
        guest = vCalAddress(f"mailto:{entry.attendee.address}")
        guest.params.update({"CN": vText(one_line(entry.attendee.name)), "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
        event.add("attendee", guest)
    if entry.join_url:
        event.add("location", entry.join_url)
        conference = vUri(entry.join_url)
        conference.params.update({"VALUE": "URI", "FEATURE": ["AUDIO", "VIDEO"], "LABEL": "ECHO"})
        event.add("conference", conference)
        if not entry.cancelled:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", without_control_characters(entry.title))
            alarm.add("trigger", -REMIND_BEFORE)
            event.add_component(alarm)
    return event


def without_control_characters(text: str) -> str:
    """Return the text with LF line endings and without control characters except tabs (RFC 5545, section 3.3.11)."""
    lines = text.replace("\r\n", "\n").translate(LINE_ENDS)
    return "".join(char for char in lines if (char >= " " and not "\x7f" <= char <= "\x9f") or char in "\t\n")


def one_line(text: str) -> str:
    """Return a name as one line. Unprintable characters become spaces, and backslashes become slashes.

    RFC 5545 has no backslash escapes in parameters, but some parsers treat a backslash before a semicolon as an escape.
    The zero-width joiner is kept because emoji sequences need it.
    """
    kept = "".join(character if character.isprintable() or character == "\u200d" else " " for character in text)
    return " ".join(kept.replace("\\", "/").split())
