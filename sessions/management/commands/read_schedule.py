"""Parse a published schedule in a text file and print its draft rows, without saving anything."""

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from sessions.schedule_text import read_schedule
from sessions.schedule_text.plain_text import MOST_CHARACTERS, TooLongError
from sessions.schedule_text.printing import as_text, as_values
from sessions.schedule_text.reading import TooManyRowsError

MOST_BYTES = 4 * MOST_CHARACTERS


class Command(BaseCommand):
    help = (
        "Reads a schedule from a text file and prints the draft rows it gives and what looks wrong with each. It "
        "needs no database and writes nothing. Exit codes: 0 if the text was read, even if it holds no session; 1 if "
        "it cannot be read; 2 if the arguments are wrong."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a text file, or - for standard input")
        parser.add_argument(
            "--language",
            choices=["en", "fr"],
            help="the language of the sentences printed, and of the schedule where it does not show (default: English "
            "sentences; most words of the schedule decide how it is read)",
        )
        parser.add_argument(
            "--as-of", metavar="DATE", help="read it as on this day, such as 2026-11-27 (default: today)"
        )
        parser.add_argument("--json", action="store_true", help="print JSON, with the sentences in both languages")

    def handle(self, *args: Any, **options: Any) -> None:
        text = _text_of(options["file"])
        language, as_of = (
            options["language"] or "en",
            _day(options["as_of"]) if options["as_of"] else timezone.localdate(),
        )
        try:
            schedule = read_schedule(text, as_of=as_of, language=options["language"] or "")
        except TooLongError as error:
            limit = {"characters": "characters", "lines": "lines", "line": "characters in a line"}[error.what]
            raise CommandError(f"The text is too long: a schedule has at most {error.limit} {limit}.") from None
        except TooManyRowsError:
            raise CommandError("The text gives more sessions than a series can have.") from None
        if options["json"]:
            values = {"as_of": as_of.isoformat(), "language": language, **as_values(schedule, language)}
            self.stdout.write(json.dumps(values, ensure_ascii=False, indent=2))
        else:
            self.stdout.write(as_text(schedule, language))


def _text_of(name: str) -> str:
    """Return the text of a file, or of standard input if `name` is "-".

    Raises CommandError if the file cannot be read, is too large or is not a text file.
    """
    try:
        if name == "-":
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "the name is not valid"
        raise CommandError(f"{name} cannot be read: {reason}.") from None
    if len(content) > MOST_BYTES:
        raise CommandError(f"{name} is larger than {MOST_BYTES} bytes. Give only the text of the schedule.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif any(byte < 9 for byte in content):
        raise CommandError(f"{name} is not a text file. Copy the schedule from its page and save it as text.")
    else:
        encoding = "utf-8-sig"
    for candidate in (encoding, "cp1252"):
        try:
            return content.decode(candidate)
        except UnicodeDecodeError:
            continue
    raise CommandError(f"{name} is not a text file. Copy the schedule from its page and save it as text.")


def _day(text: str) -> dt.date:
    """Return the date for an ISO date between 2001 and 2100. Raises CommandError for any other text."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f'--as-of must be a date such as 2026-11-27, not "{text}".') from None
    if not 2001 <= day.year <= 2100:
        raise CommandError(f"--as-of must lie between 2001 and 2100, not in {day.year}.")
    return day
