"""Parse TOML tables and report all faults in one pass, each with its table and the reason."""

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from echo_portal.lib.bilingual import typographic

VERBATIM = ("statement", "funding_note")  # prefixes of keys whose text a certifier or the funder prescribes
UNREADABLE = "\ue000"  # a private-use character that replaces a value with a reported syntax error
MAX_SYNTAX_FAULTS = 50
LARGEST_FILE = 2_000_000  # bytes; the national programme has 30,000
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LOCATION = re.compile(r"^(?P<reason>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$", re.DOTALL)
_VALUE = re.compile(r"^(\s*[\w.\"'-]+\s*=\s*)\S.*$", re.DOTALL)
_HEADER = re.compile(r"^\s*(\[\[?[^\]]+\]\]?)")
_NAME = re.compile(r"^\s*(?:slug|number|name_en)\s*=\s*[\"']?([^\"'#\n]+)")
_SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")


def text_of_file(path: Path, report: Callable[[str, str], None]) -> str:
    """Return the text of a file. If it cannot be read, report the reason and return ""."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            report("", f"the file is larger than {LARGEST_FILE} bytes")
            return ""
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        report("", "the file is not UTF-8 text")
    except OSError as error:
        report("", f"the file cannot be read: {error.strerror}")
    return ""


def read_toml(text: str, report: Callable[[str, str], None]) -> dict[str, Any]:
    """Parse the document and return its tables.

    Each invalid value is reported with its line and table, and then skipped. Any other syntax error is reported too,
    and an empty dict is returned.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    for _fault in range(MAX_SYNTAX_FAULTS):
        try:
            return tomllib.loads("\n".join(lines))
        except tomllib.TOMLDecodeError as error:
            location = _LOCATION.match(str(error))
            number = int(location["line"]) if location and location["line"] else len(lines)
            reason = location["reason"] if location else str(error)
            line = lines[number - 1]
            report(_table_before(lines, number), f"line {number}: {reason}: {line.strip()[:80]}")
            value = _VALUE.match(line)
            if value is None or UNREADABLE in line:
                return {}
            lines[number - 1] = f'{value[1]}"{UNREADABLE}"'
        except RecursionError:
            report("", "tables are nested too deeply")
            return {}
    return {}


def _table_before(lines: list[str], number: int) -> str:
    """Return the last table header above a line, with the slug, number or name that follows the header."""
    name = ""
    for line in reversed(lines[:number]):
        if header := _HEADER.match(line):
            return f"{header[1]} {name}".strip()
        if found := _NAME.match(line):
            name = found[1].strip()
    return ""


def _shown(key: str, text: str) -> str:
    return text if key.startswith(VERBATIM) else typographic(text, "fr" if key.endswith("_fr") else "en")


class Table:
    """A TOML table. Each method returns the value of a key and reports its faults; `finish` reports unknown keys."""

    def __init__(self, values: Mapping[str, Any], where: str, report: Callable[[str, str], None]) -> None:
        self.values = values
        self.where = where
        self._report = report
        self._read: set[str] = set()

    def fault(self, reason: str) -> None:
        self._report(self.where, reason)

    def has(self, key: str) -> bool:
        return key in self.values

    def is_unreadable(self, key: str) -> bool:
        """Return whether the key had an invalid value, which was already reported."""
        return self.values.get(key) == UNREADABLE

    def _value(self, key: str, kind: type | tuple[type, ...], expected: str, *, required: bool) -> Any:
        self._read.add(key)
        if key not in self.values:
            if required:
                self.fault(f"{key} is missing")
            return None
        value = self.values[key]
        if value == UNREADABLE:
            return None
        fits = isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool)
        if not fits:
            self.fault(f"{key} must be {expected}, not {value!r}"[:200])
            return None
        return value

    def text(self, key: str, *, required: bool = False, longest: int = 300) -> str:
        """Return a text, with apostrophes and spaces corrected for its language, except texts in `VERBATIM`."""
        return _shown(key, self._plain_text(key, required=required, longest=longest))

    def _plain_text(self, key: str, *, required: bool = False, longest: int = 300) -> str:
        raw: str | None = self._value(key, str, "a text", required=required)
        if raw is None:
            return ""
        value = raw.strip()
        if not value:
            self.fault(f"{key} is empty")
        if len(value) > longest:
            self.fault(f"{key} has {len(value)} characters; it may have {longest}")
        return value

    def slug(self, key: str = "slug", *, required: bool = True) -> str:
        value = self._plain_text(key, required=required, longest=50)
        if value and not _SLUG.match(value):
            self.fault(f'{key} "{value}" may hold lowercase letters, digits and single hyphens only')
        return value

    def flag(self, key: str) -> bool:
        return bool(self._value(key, bool, "true or false", required=False))

    def number(self, key: str, *, required: bool = False, lowest: int = 1, highest: int = 32767) -> int | None:
        value: int | None = self._value(key, int, "a whole number", required=required)
        if value is not None and not lowest <= value <= highest:
            self.fault(f"{key} must be from {lowest} to {highest}, not {value}")
            return None
        return value

    def amount(self, key: str) -> Decimal | None:
        """Return a number above 0 and below 1000 with at most two decimals."""
        value = self._value(key, (int, float), "a number", required=True)
        if value is None:
            return None
        amount = Decimal(str(value))
        if not amount.is_finite() or not 0 < amount < 1000 or amount != round(amount, 2):
            self.fault(f"{key} must be more than 0, less than 1000, with at most two decimals, not {value}")
            return None
        return amount

    def date(self, key: str, *, required: bool = False) -> dt.date | None:
        value = self._value(key, dt.date, "a date such as 2022-02-10", required=required)
        if isinstance(value, dt.datetime):
            self.fault(f"{key} must be a date such as 2022-02-10, not {value!s}")
            return None
        return value if isinstance(value, dt.date) else None

    def moment(self, key: str, *, required: bool = False) -> dt.datetime | None:
        """Return a local date and time. It must be in whole minutes and have no UTC offset."""
        expected = "a local date and time such as 2022-02-10T12:00:00"
        value: dt.datetime | None = self._value(key, dt.datetime, expected, required=required)
        if value is None:
            return None
        if value.tzinfo is not None or value.second or value.microsecond:
            self.fault(f"{key} must be {expected}, in whole minutes and without an offset, not {value!s}")
            return None
        return value

    def time(self, key: str) -> dt.time | None:
        value: dt.time | None = self._value(key, dt.time, "a time such as 12:00:00", required=True)
        return value

    def texts(self, key: str, *, longest: int = 300) -> tuple[str, ...]:
        return tuple(_shown(key, text) for text in self._plain_texts(key, longest=longest))

    def _plain_texts(self, key: str, *, longest: int = 300) -> tuple[str, ...]:
        value = self._value(key, list, "a list of texts", required=False) or []
        fits = [item.strip() for item in value if isinstance(item, str) and 0 < len(item.strip()) <= longest]
        if len(fits) != len(value):
            self.fault(f"{key} must be a list of texts of 1 to {longest} characters")
        if len(set(fits)) != len(fits):
            self.fault(f"{key} says the same twice")
        return tuple(fits)

    def choice[T](self, key: str, known: Mapping[str, T], *, required: bool = False) -> T | None:
        value = self._plain_text(key, required=required)
        if not value:
            return None
        if value not in known:
            self.fault(f'{key} "{value}" is not known; known are: {", ".join(sorted(known))}')
            return None
        return known[value]

    def choices(self, key: str, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        """Return the codes of the listed words, in the order of the file and without duplicates."""
        codes: dict[str, None] = {}
        for word in self._plain_texts(key):
            if word not in known:
                self.fault(f'{key} "{word}" is not known; known are: {", ".join(sorted(known))}')
            codes.update(dict.fromkeys(known.get(word, ())))
        return tuple(codes)

    def weekday_of(self, day: dt.date | None) -> None:
        """Check that the optional key `weekday` is the weekday of the date."""
        weekday = self.choice("weekday", dict(zip(WEEKDAYS, range(7), strict=True)))
        if weekday is None:
            return
        if day is None:
            if not any(self.has(key) for key in ("date", "starts", "first")):
                self.fault("weekday stands without a date")
        elif day.weekday() != weekday:
            self.fault(f"weekday says {WEEKDAYS[weekday]}, but {day:%Y-%m-%d} is a {WEEKDAYS[day.weekday()]}")

    def table(self, key: str, where: str) -> "Table | None":
        value = self._value(key, dict, "a table", required=False)
        return None if value is None else Table(value, where, self._report)

    def tables(self, key: str, name: Callable[[int, Mapping[str, Any]], str]) -> list["Table"]:
        """Return the tables of an array.

        `name(position, values)` returns the name of a table in messages about faults. Positions begin at 1.
        """
        value = self._value(key, list, "a list of tables", required=False) or []
        if not all(isinstance(item, dict) for item in value):
            self.fault(f"{key} must be a list of tables")
            return []
        return [Table(item, name(number, item), self._report) for number, item in enumerate(value, start=1)]

    def finish(self) -> None:
        for key in self.values:
            if key not in self._read:
                self.fault(f'unknown key "{key}"')
