"""Fill an empty demonstration with an invented programme that has the published totals (DOMAIN.md 3)."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from echo_portal.lib.database import tables_of_migrations
from programme.management.commands.seed_demo import add_sample_staff
from programme.published import DRY_RUN, write_published_programme
from sessions.models import Session


class Command(BaseCommand):
    help = (
        "Create synthetic hubs, series, people and attendances with the totals that the programme published for "
        "2021 to 2023: 301 sessions, 7,648 people, 17,467 attendances, 29% of evaluations answered, 31% rural. "
        "Only for a database without sessions. With DEBUG and DEMO, staff@example.org can look at it."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be created, and create nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        with tables_of_migrations():
            self._write(options)

    def _write(self, options: dict[str, Any]) -> None:
        if Session.objects.exists():
            raise CommandError("The database has sessions already. Use an empty one.")
        if options["dry_run"]:
            self.stdout.write(DRY_RUN)
            return
        write_published_programme(progress=self.stdout.write)
        if settings.DEBUG and settings.DEMO:
            add_sample_staff()
