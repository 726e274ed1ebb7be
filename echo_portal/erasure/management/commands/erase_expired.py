"""Erase the names of erased people that no longer have to be kept, as the hourly task does."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from echo_portal.erasure.retention import erase_expired


class Command(BaseCommand):
    help = "Erase the kept names and certificates of erased people whose newest record is older than seven years."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        done = erase_expired(now=timezone.now(), dry_run=options["dry_run"])
        what = "to erase" if options["dry_run"] else "erased"
        self.stdout.write(f"{what}: {done.people} names, {done.certificates} certificates")
