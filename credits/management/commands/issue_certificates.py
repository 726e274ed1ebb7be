"""Issue the certificates of a series or of a session, in the same way as the administration's page."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from credits.actions import issue_certificates, plan_certificates, update_ledger
from sessions.models import Series


class Command(BaseCommand):
    help = "Issue certificates to the people of a series who have none, or an outdated one. A worker sends them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("series", help="the series' address on the site, such as ltc-cop")
        parser.add_argument("--session", type=int, metavar="NUMBER", help="the number of the only session to certify")
        parser.add_argument("--dry-run", action="store_true", help="say what would be issued, and issue nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        series = Series.objects.filter(slug=options["series"]).first()
        if series is None:
            raise CommandError(f"There is no series {options['series']}.")
        session = None
        if options["session"] is not None:
            session = series.sessions.filter(number=options["session"]).first()
            if session is None:
                raise CommandError(f"There is no session {options['session']} in {options['series']}.")
        if options["dry_run"]:
            update_ledger(series_id=series.pk)
            plan = plan_certificates(series, session)
        else:
            plan = issue_certificates(series=series, session=session, by=None)
        self.stdout.write(f"new {len(plan.new)}, replaced {len(plan.replaced)}, unchanged {plan.unchanged}")
        if plan.waiting:
            self.stdout.write(f"without sessions whose evaluation is not answered: {plan.waiting}")
        for reason, count in sorted(plan.blocked.items()):
            self.stdout.write(f"not issued {count}: {reason}")
