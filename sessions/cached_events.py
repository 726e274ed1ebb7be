"""Fast serialization of calendar entries from cached lines.

icalendar builds the lines of a session once, with placeholders for the timestamps, SEQUENCE, joining link, address and
name. `as_bytes` replaces the placeholders if icalendar would write these values unchanged. Otherwise icalendar builds
the whole entry. The cache key contains every value in the lines, so a cached line is never out of date.
`tests/calendar/test_cached_events.py` checks that both methods return the same bytes.
"""

import dataclasses
import functools
import re
import secrets

from sessions.calendar_events import Attendee, Entry, as_event, one_line

LONGEST_LINE = 74  # octets without the line break, the length at which icalendar folds
# Nobody can type a placeholder into a title to get a person's link or address in its place: each process has its own.
SECRET = secrets.token_hex(16)
JOIN, ADDRESS = f"https://{SECRET}.invalid/", f"{SECRET}@{SECRET}.invalid"
NAME, NAME_IN_QUOTES = f"N{SECRET}", f"N {SECRET}"  # icalendar quotes a name that contains a space
PLAIN_LINK = re.compile(r"https?://[A-Za-z0-9._~:/-]+", re.ASCII)
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+", re.ASCII)
PLAIN_NAME = re.compile(r"[^\W_][^\W_]*(?:[ .'-]+[^\W_]+)*\.?")  # letters and digits of any script


def as_bytes(entry: Entry) -> bytes:
    """Return the VEVENT component, with CRLF line endings."""
    if not _is_plain(entry):
        return bytes(as_event(entry).to_ical())
    name = one_line(entry.attendee.name) if entry.attendee else ""
    address = entry.attendee.address if entry.attendee else ""
    lines = []
    for line in _template_lines(_with_placeholders(entry)):
        if isinstance(line, bytes):
            lines.append(line)
        elif line == "DTSTAMP":
            lines.append(f"DTSTAMP:{entry.written_at:%Y%m%dT%H%M%SZ}\r\n".encode())
        elif line == "LAST-MODIFIED":
            lines.append(f"LAST-MODIFIED:{entry.last_modified_at:%Y%m%dT%H%M%SZ}\r\n".encode())
        elif line == "SEQUENCE":
            lines.append(f"SEQUENCE:{entry.sequence}\r\n".encode())
        else:
            filled = line.replace(JOIN, entry.join_url).replace(ADDRESS, address)
            lines.append(fold_line(filled.replace(NAME, name).replace(NAME_IN_QUOTES, name)))
    return b"".join(lines)


def fold_line(line: str) -> bytes:
    """Fold a content line (RFC 5545, section 3.1). Never split a character or an escape (backslash or caret)."""
    octets = line.encode()
    parts, start = [], 0
    while len(octets) - start > LONGEST_LINE:
        end = start + LONGEST_LINE
        while octets[end] & 0xC0 == 0x80:  # inside a UTF-8 sequence
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


def _with_placeholders(entry: Entry) -> Entry:
    """Return a copy of the entry with placeholders for the personal values, used as cache key by `_template_lines`."""
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
def _template_lines(entry: Entry) -> tuple[bytes | str, ...]:
    """Return the lines of the entry: fixed lines as folded bytes, lines with a placeholder as unfolded text.

    Adjacent fixed lines are joined.
    """
    lines: list[bytes | str] = []
    for line in as_event(entry).to_ical().decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n"):
        if line.startswith(("DTSTAMP:", "LAST-MODIFIED:", "SEQUENCE:")):
            lines.append(line.partition(":")[0])
        elif any(placeholder in line for placeholder in (JOIN, NAME, NAME_IN_QUOTES, ADDRESS)):
            lines.append(line)
        elif lines and isinstance(before := lines[-1], bytes):
            lines[-1] = before + fold_line(line)
        else:
            lines.append(fold_line(line))
    return tuple(lines)
