"""Send due messages without a broker or Celery, for emergencies."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message


class Command(BaseCommand):
    help = "Send the messages that are due, without broker or workers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at-most", type=int, default=None, help="stop after so many messages")
        parser.add_argument("--dry-run", action="store_true", help="only say how many are due")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self.stdout.write(f"{Message.objects.due().count()} due")
            return
        outcome = deliver_due(at_most=options["at_most"])
        self.stdout.write(", ".join(f"{count} {state}" for state, count in sorted(outcome.items())) or "nothing due")
