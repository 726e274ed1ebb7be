"""Export results of evaluations to a CSV file, either as totals or as the anonymous answers row by row."""

import datetime as dt
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import track

from accounts.actions import record
from echo_portal.lib.csv_file import csv_lines
from echo_portal.lib.xlsx_file import xlsx_file
from evaluations.presenters import feedback_codebook, feedback_table, sheets_codebook, sheets_table
from evaluations.queries.results import Rate, rates_of
from sessions.models import Series, Session


class Command(BaseCommand):
    help = (
        "Export the results of evaluations by session and question, as the series desk does, to a CSV file or, if its "
        "name ends in .xlsx, to a workbook. Answers "
        "are included when an evaluation is closed. Fewer than five answers are only part of a larger total."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file to write; it must not exist")
        parser.add_argument("--series", help="only this series, by its address on the site, such as ltc-cop")
        parser.add_argument("--from", dest="first", type=day, help="only sessions from this day on, such as 2026-01-01")
        parser.add_argument("--to", dest="last", type=day, help="only sessions until this day, which is included")
        parser.add_argument("--rows", action="store_true", help="one line for each person's answers, without a name")
        parser.add_argument("--language", choices=["en", "fr"], default="en", help="of the header, and of the format")
        parser.add_argument("--dry-run", action="store_true", help="say how many lines there are, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if path.exists():
            raise CommandError(f"{path} exists already. Choose another name.")
        now = timezone.now()
        sessions = Session.objects.filter(evaluation__isnull=False)
        if slug := options["series"]:
            if not Series.objects.filter(slug=slug).exists():
                raise CommandError(f"There is no series {slug}.")
            sessions = sessions.filter(series__slug=slug)
        if options["first"]:
            sessions = sessions.filter(on_date__gte=options["first"])
        if options["last"]:
            sessions = sessions.filter(on_date__lte=options["last"])
        rates = rates_of(sessions.values_list("pk", flat=True))
        with translation.override(options["language"]):
            table = sheets_table(rates, now) if options["rows"] else feedback_table(rates, now)
            rows = list(table)
        if options["dry_run"]:
            self.stdout.write(f"Would write {len(rows) - 1} lines about {len(rates)} sessions.")
            return
        try:
            if path.suffix.lower() == ".xlsx":
                with path.open("xb") as workbook:
                    workbook.write(_workbook(rows, rates, options))
                self._written(rows, rates, options)
                return
            lines = csv_lines(rows, options["language"])
            with path.open("x", encoding="utf-8", newline="") as file:
                shown = track(
                    lines, "lines", len(rows) + 1, console=Console(stderr=True), disable=not sys.stderr.isatty()
                )
                file.writelines(shown)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        self._written(rows, rates, options)

    def _written(self, rows: list[list[object]], rates: list[Rate], options: dict[str, Any]) -> None:
        slug = options["series"]
        record(
            "answers-exported" if options["rows"] else "feedback-exported",
            about=f"series:{slug}" if slug else "series",
            by=None,
            scope_id=None,
            details={"lines": len(rows) - 1},
        )
        self.stdout.write(f"Wrote {len(rows) - 1} lines about {len(rates)} sessions.")


def _workbook(rows: list[list[object]], rates: list[Rate], options: dict[str, Any]) -> bytes:
    with translation.override(options["language"]):
        codebook = sheets_codebook(rates) if options["rows"] else feedback_codebook()
        return xlsx_file(rows, sheet=_("Data"), codebook=codebook, codebook_sheet=_("Columns"))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
