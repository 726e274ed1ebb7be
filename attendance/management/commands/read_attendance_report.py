"""Parse an attendance report of a session and print the result. Saves nothing and needs no database."""

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import override

from attendance.presenters import plain_reading, plain_refusal
from attendance.reading.headers import MAPPABLE, normal
from attendance.reading.moments import seconds_of
from attendance.reading.report import read_report
from attendance.reading.values import Question
from attendance.sentences import OUTCOMES
from echo_portal.lib.tables.limits import MAX_BYTES
from echo_portal.lib.tables.refused import RefusedTableError

REFUSED = 3


class Command(BaseCommand):
    help = (
        "Shows what an attendance report of Zoom or Teams (CSV, TSV or XLSX) says about a session: its layout, each "
        "person with their minutes, and each row that does not count, with the reason. Writes nothing and needs no "
        "database. Exit codes: 0 the report was read; 1 a file or an argument cannot be used; 2 an argument is missing "
        f"or unknown; {REFUSED} the report is refused."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--zone", required=True, help="the time zone of the account that exported the report")
        parser.add_argument("--start", required=True, help="when the session starts, such as 2026-05-12T12:00")
        parser.add_argument("--end", required=True, help="when it ends; both on a clock of that zone")
        parser.add_argument("--meeting", default="", help="the ID of the meeting, if the file has several")
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="ROLE=HEADER",
            help=f"what a column is that is not known (one of {', '.join(MAPPABLE)}); name every column",
        )
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--language", choices=["en", "fr"], default="en", help="of the sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        question = _question(options)
        try:
            with options["file"].open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from None
        with override(options["language"]):
            try:
                answer = plain_reading(read_report(data, question), question)
            except RefusedTableError as refused:
                answer = plain_refusal(refused, zone=question.zone)
            if options["json"]:
                self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
            elif "refused" in answer:
                self.stderr.write(str(answer["sentence"]))
                if answer["found"]:
                    self.stderr.write("  " + " | ".join(answer["found"]))
            else:
                self._print(answer)
        if "refused" in answer:
            sys.exit(REFUSED)

    def _print(self, answer: dict[str, Any]) -> None:
        write = self.stdout.write
        write(_("Layout: %(layout)s") % {"layout": answer["layout_name"]})
        if answer["meeting"]["id"]:
            write(_("Meeting: %(meeting)s") % {"meeting": " – ".join(filter(None, answer["meeting"].values()))})
        window = answer["window"]
        write(_("Session: %(start)s to %(end)s") % {"start": window["start"], "end": window["end"]})
        if answer["first_joined"]:
            first, last = answer["first_joined"], answer["last_left"]
            write(_("First joined: %(first)s, last left: %(last)s") % {"first": first, "last": last})
        for person in answer["people"]:
            times = ", ".join(f"{start[11:19]}–{end[11:19]}" for start, end in person["intervals"])
            values = {"minutes": person["minutes"], "seconds": person["seconds"], "times": times}
            write(f"  {person['key']}  {person['name']}: " + _("%(minutes)s min (%(seconds)s s)  %(times)s") % values)
        for row in answer["rows"]:
            at = _("row %(row)s") % {"row": row["row"]}
            write(f"  {at}  {row['name']}: {OUTCOMES[row['outcome']]}. {row['sentence']}")
        for note in answer["notes"]:
            write(f"  {note['sentence']}")


def _question(options: dict[str, Any]) -> Question:
    zone = options["zone"]
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        raise CommandError(f"--zone must be a time zone such as America/Toronto, not “{zone}”.") from None
    start, end = (_moment(name, options[name], zone) for name in ("start", "end"))
    if end <= start:
        raise CommandError("--end must lie after --start.")
    columns = {}
    for pair in options["column"]:
        role, equals, header = pair.partition("=")
        if role not in MAPPABLE or not equals:
            raise CommandError(f"--column must be ROLE=HEADER with one of {', '.join(MAPPABLE)}, not “{pair}”.")
        columns[normal(header)] = role
    meeting = "".join(character for character in options["meeting"] if character not in " -")
    return Question(zone, start, end, meeting=meeting, columns=columns)


def _moment(name: str, text: str, zone: str) -> int:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--{name} must be a time such as 2026-05-12T12:00, not “{text}”.") from None
    if moment.tzinfo is not None:
        return int(moment.timestamp())
    found = seconds_of(moment, zone)
    if not found:
        raise CommandError(f"--{name}: the clocks of {zone} skip {text}.")
    return found[0]
