"""Load a programme's file: hubs, series, sessions, enrollment keys, materials and accreditations."""

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError

from echo_portal.lib.refusals import Refusal
from programme.actions import load_programme
from programme.entries import FaultyProgrammeError
from programme.file import read_programme
from programme.sync import LoadReport


class Command(BaseCommand):
    help = (
        "Loads a programme from a TOML file in one transaction. Loading it again changes nothing, and values edited in "
        "the admin are kept. Dates are moved by whole weeks, by the rule at the top of the file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="for example programme/national-2021-22.toml")
        parser.add_argument(
            "--as-of", type=_day, metavar="DATE", help="load the programme as seen from this day (default: now)"
        )
        parser.add_argument("--no-demo", action="store_true", help="leave out the invented values of the demonstration")
        parser.add_argument("--dry-run", action="store_true", help="check and count only; write nothing")
        parser.add_argument("--force", action="store_true", help="also overwrite values edited in the admin")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            programme = read_programme(options["file"], inventions=not options["no_demo"])
            day: dt.date | None = options["as_of"]
            report = load_programme(
                programme=programme,
                by=None,
                as_of=dt.datetime.combine(day, dt.time(), ZoneInfo(programme.zone)) if day else None,
                force=options["force"],
                dry_run=options["dry_run"],
            )
        except FaultyProgrammeError as error:
            faults = "\n".join(f"  {fault}" for fault in error.faults)
            raise CommandError(f"Nothing was loaded. The file has {len(error.faults)} fault(s):\n{faults}") from None
        except Refusal as refusal:
            raise CommandError(f"Nothing was loaded. {refusal.sentence}") from None
        except IntegrityError as error:
            reason = str(error).strip().splitlines()[-1]
            raise CommandError(f"Nothing was loaded. A row conflicts with an existing row: {reason}") from None
        self._print_report(report, dry_run=options["dry_run"])

    def _print_report(self, report: LoadReport, *, dry_run: bool) -> None:
        done = "Would load (nothing was written)" if dry_run else "Loaded"
        self.stdout.write(
            f"{done}: {report.new} new, {report.changed} changed, {report.kept} kept as edited, "
            f"{report.untouched} untouched. Dates lie {report.weeks} weeks later than published."
        )
        for row in report.kept_rows:
            self.stdout.write(f"  kept: {row}")


def _day(text: str) -> dt.date:
    """Parse an ISO date from 2001 to 2100. Raises CommandError for anything else."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f'--as-of must be a date such as 2026-11-22, not "{text}".') from None
    if not 2001 <= day.year <= 2100:
        raise CommandError(f"--as-of must lie between 2001 and 2100, not in {day.year}.")
    return day
