"""Load a file with the texts of the public pages: pages, frequently asked questions and newsletters."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from programme.entries import FaultyProgrammeError
from programme.text_file import read_texts
from programme.texts import load_texts


class Command(BaseCommand):
    help = (
        "Loads the texts of the public pages from a TOML file in one transaction. Loading them again changes nothing, "
        "and texts edited in the admin are kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="for example programme/public-texts.toml")
        parser.add_argument("--dry-run", action="store_true", help="check and count only; write nothing")
        parser.add_argument("--force", action="store_true", help="also overwrite texts edited in the admin")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            entries = read_texts(options["file"])
        except FaultyProgrammeError as error:
            faults = "\n".join(f"  {fault}" for fault in error.faults)
            raise CommandError(f"Nothing was loaded. The file has {len(error.faults)} fault(s):\n{faults}") from None
        report = load_texts(entries=entries, by=None, force=options["force"], dry_run=options["dry_run"])
        done = "Would load (nothing was written)" if options["dry_run"] else "Loaded"
        self.stdout.write(
            f"{done}: {report.new} new, {report.changed} changed, {report.kept} kept as edited, "
            f"{report.untouched} untouched."
        )
        for row in report.kept_rows:
            self.stdout.write(f"  kept: {row}")
