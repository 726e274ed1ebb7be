"""Build the report of a period as a draft, in the same way as the page for staff."""

import datetime as dt
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console

from echo_portal.lib.database import tables_of_migrations
from echo_portal.lib.refusals import Refusal
from echo_portal.reports.actions import build_report, figures_of
from echo_portal.reports.selection import is_six_months
from pages.models import Report, hash_of


class Command(BaseCommand):
    help = "Build the report of a period as a draft. Pallium staff publish it on the site, under Evaluation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", type=day, required=True, help="the first day, such as 2026-01-01")
        parser.add_argument("--to", dest="last", type=day, required=True, help="the last day, which is included")
        parser.add_argument("--dry-run", action="store_true", help="say the figures, and store nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        first, last, now = options["first"], options["last"], timezone.now()
        if not is_six_months(first, last):
            self.stderr.write("Warning: these days are not six whole months, such as 2026-01-01 to 2026-06-30.")
        try:
            with (
                tables_of_migrations(),
                Console(stderr=True, quiet=not sys.stderr.isatty()).status("Computing the figures"),
            ):
                if options["dry_run"]:
                    self._say(figures_of(first, last, now=now))
                    return
                report = build_report(first=first, last=last, by=None, now=now)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"Stored a draft with the SHA-256 {report.sha256}.")

    def _say(self, figures: dict[str, Any]) -> None:
        for line in figures["headlines"]:
            self.stdout.write(f"{line['code']} {line['value']}")
        sha256 = hash_of(figures, [])
        self.stdout.write(f"SHA-256 without comments: {sha256}")
        published = Report.objects.current().of_period(*(day(figures[name]) for name in ("first", "last"))).first()
        if published is not None:
            same = hash_of(published.figures, []) == sha256
            self.stdout.write("Same figures as the published report." if same else "The published report differs.")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
