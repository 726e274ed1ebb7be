"""Entries as bytes, quickly: the library writes each session once, and what differs from person to person is put in.

What is put in is a moment, a number, a join link, an address and a name, each of a form that the library would write as
it is; anything else is written by the library. A block is kept under all it says, so it cannot be out of date.
`tests/calendar/test_quick_entries.py` holds the two against each other.
"""

import dataclasses
import functools
import re

from sessions.calendar_events import Attendee, Entry, as_event, one_line

LONGEST_LINE = 74  # octets, before the line break; as the library folds
JOIN, ADDRESS = "https://stand-in.invalid/JOIN-LINK", "stand-in-6c1d@stand-in.invalid"
NAME, NAME_IN_QUOTES = "STANDINNAME", "STANDIN NAME"  # a name with a space stands in quotation marks
PLAIN_LINK = re.compile(r"https?://[A-Za-z0-9._~:/-]+", re.ASCII)
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+", re.ASCII)
PLAIN_NAME = re.compile(r"[^\W_][^\W_]*(?:[ .'-]+[^\W_]+)*\.?")  # letters and digits of any script


def as_bytes(entry: Entry) -> bytes:
    """The VEVENT, from BEGIN to END with their line breaks."""
    if not _is_plain(entry):
        return bytes(as_event(entry).to_ical())
    name = one_line(entry.attendee.name) if entry.attendee else ""
    address = entry.attendee.address if entry.attendee else ""
    lines = []
    for line in _block(_as_kept(entry)):
        if isinstance(line, bytes):
            lines.append(line)
        elif line == "DTSTAMP":
            lines.append(f"DTSTAMP:{entry.written_at:%Y%m%dT%H%M%SZ}\r\n".encode())
        elif line == "LAST-MODIFIED":
            lines.append(f"LAST-MODIFIED:{entry.last_modified_at:%Y%m%dT%H%M%SZ}\r\n".encode())
        elif line == "SEQUENCE":
            lines.append(f"SEQUENCE:{entry.sequence}\r\n".encode())
        else:
            said = line.replace(JOIN, entry.join_url).replace(ADDRESS, address)
            lines.append(folded(said.replace(NAME, name).replace(NAME_IN_QUOTES, name)))
    return b"".join(lines)


def folded(line: str) -> bytes:
    """Between letters, never behind a backslash or a circumflex, which belong to what follows."""
    octets = line.encode()
    parts, start = [], 0
    while len(octets) - start > LONGEST_LINE:
        end = start + LONGEST_LINE
        while octets[end] & 0xC0 == 0x80:  # inside a letter
            end -= 1
        if octets[end - 1] in b"\\^":
            end -= 1
        parts.append(octets[start:end])
        start = end
    return b"\r\n ".join([*parts, octets[start:]]) + b"\r\n"


def _is_plain(entry: Entry) -> bool:
    guest = entry.attendee
    if guest and not (PLAIN_ADDRESS.fullmatch(guest.address) and PLAIN_NAME.fullmatch(one_line(guest.name))):
        return False
    return not entry.join_url or PLAIN_LINK.fullmatch(entry.join_url) is not None


def _as_kept(entry: Entry) -> Entry:
    """The entry without what is put in later: what is left is the key, and all that the block is made of."""
    guest = entry.attendee
    name = NAME_IN_QUOTES if guest and " " in one_line(guest.name) else NAME
    return dataclasses.replace(
        entry,
        written_at=entry.starts_at,
        last_modified_at=entry.starts_at,
        sequence=0,
        description=entry.description.replace(entry.join_url, JOIN) if entry.join_url else entry.description,
        join_url=JOIN if entry.join_url else "",
        attendee=Attendee(ADDRESS, name) if guest else None,
    )


@functools.lru_cache(maxsize=2000)
def _block(entry: Entry) -> tuple[bytes | str, ...]:
    """Lines as bytes where nothing is put in, neighbours joined; as text, not folded yet, where something is."""
    lines: list[bytes | str] = []
    for line in as_event(entry).to_ical().decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n"):
        if line.startswith(("DTSTAMP:", "LAST-MODIFIED:", "SEQUENCE:")):
            lines.append(line.partition(":")[0])
        elif any(stand_in in line for stand_in in (JOIN, NAME, NAME_IN_QUOTES, ADDRESS)):
            lines.append(line)
        elif lines and isinstance(before := lines[-1], bytes):
            lines[-1] = before + folded(line)
        else:
            lines.append(folded(line))
    return tuple(lines)
