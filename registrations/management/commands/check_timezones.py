"""Find sessions to come whose UTC time changed with new time zone data, and notify the affected registrants."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from echo_portal.outbox.models import Message
from registrations.actions import NewTime, reschedule_session
from sessions.models import Session


class Command(BaseCommand):
    help = "List sessions to come whose UTC moment differs under the zone data installed now; --send moves them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--send", action="store_true", help="store the new moments and write to the registrants")

    def handle(self, *args: Any, **options: Any) -> None:
        moved, emails = 0, 0
        to_come = Session.objects.filter(starts_at__gt=timezone.now()).select_related("series").order_by("starts_at")
        for session in to_come:
            stored = session.starts_at
            session.derive_moments()
            if session.starts_at == stored:
                continue
            moved += 1
            name = f"{session.series.slug} {session.number}"
            self.stdout.write(f"{name}: {stored:%Y-%m-%d %H:%M} -> {session.starts_at:%Y-%m-%d %H:%M} UTC")
            if options["send"] and not session.is_cancelled:
                wall = NewTime(session.on_date, session.start_time, session.end_time, session.time_zone)
                change = reschedule_session(session=session, new_time=wall, by=None)
                emails += Message.objects.filter(about=f"change:{change.pk}").count()
        self.stdout.write(f"{moved} moved" + (f", messages written: {emails}" if options["send"] else ""))
