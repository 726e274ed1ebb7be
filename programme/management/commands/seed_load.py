"""Fill an empty database with ten years of sample data, to measure the portal with a realistic number of rows."""

import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from accounts.models import Consent, Person
from credits.models import Accreditation
from hubs.models import Hub, Programme
from programme.sample_data import SampleData
from registrations.models import Enrollment, Registration
from sessions.models import EnrollmentKey, Material, Series, Session

BATCH = 4000


class Command(BaseCommand):
    help = (
        "Writes ten years of sample data: people, series, sessions and registrations. The same seed and day give the "
        "same rows. No message is written. Refuses a database that has people in it, unless --add is given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=80_000)
        parser.add_argument("--sessions", type=int, default=3_000)
        parser.add_argument("--registrations", type=int, default=200_000)
        parser.add_argument("--hubs", type=int, default=30)
        parser.add_argument("--seed", type=int, default=1, help="another seed gives other rows")
        parser.add_argument("--add", action="store_true", help="add to a database that has people in it")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("people", "sessions", "registrations", "hubs"):
            if options[name] < 1:
                raise CommandError(f"Nothing was added. --{name} must be at least 1.")
        if Person.objects.exists() and not options["add"]:
            raise CommandError("Nothing was added. This database holds people already; --add adds to them.")
        if Series.objects.filter(slug__startswith=f"s{options['seed']}-").exists():
            raise CommandError(f"Nothing was added. The rows of seed {options['seed']} are there; choose another seed.")
        self.sample = SampleData(seed=options["seed"], today=timezone.localdate())
        with transaction.atomic(), _progress() as self.steps:
            sessions = self._programme(options["hubs"], options["sessions"])
            people = self._people(options["people"])
            self._registrations(sessions, people, options["registrations"])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # give the planner statistics before the first query
        self.stdout.write(
            f"Added {len(people)} people, {len(sessions)} sessions and {options['registrations']} registrations."
        )

    def _programme(self, hub_count: int, session_count: int) -> list[Session]:
        sample = self.sample
        Programme.objects.get_or_create(
            id=1,
            defaults={
                "name_en": "Palliative Care ECHO Project",
                "name_fr": "Projet ECHO en soins palliatifs",
                "funding_note_en": "Invented rows for measuring.",
                "funding_note_fr": "Données inventées pour mesurer.",
            },
        )
        host = sample.organisation()
        host.save()
        is_first = not Hub.objects.filter(scope="national").exists()
        hubs = Hub.objects.bulk_create(sample.hubs(hub_count, host, with_national=is_first))
        sized = list(sample.series(hubs, session_count))
        series = self._save(Series, (row for row, _size in sized), len(sized), "series")
        sessions = self._save(
            Session, (row for one, size in sized for row in sample.sessions_of(one, size)), session_count, "sessions"
        )
        days: dict[int, list[Any]] = {}
        for row in sessions:
            days.setdefault(row.series_id, []).append(row.on_date)
        EnrollmentKey.objects.bulk_create(sample.keys(series))
        Material.objects.bulk_create(sample.materials(sessions), batch_size=BATCH)
        Accreditation.objects.bulk_create(sample.accreditations(series, days))
        return sessions

    def _people(self, count: int) -> list[Person]:
        people = self._save(Person, self.sample.people(count), count, "people")
        self._save(Consent, self.sample.consents(people), count, "consents")
        return people

    def _registrations(self, sessions: list[Session], people: list[Person], total: int) -> None:
        """Save enrollments and registrations, one series at a time."""
        counts = self.sample.places(sessions, total)
        by_series = itertools.groupby(zip(sessions, counts, strict=True), key=lambda pair: pair[0].series_id)
        rows = (row for _id, pairs in by_series for row in self._registrations_of(list(pairs), people))
        saved = self._save(Registration, rows, total, "registrations", keep=False)
        assert saved == []

    def _registrations_of(self, pairs: list[tuple[Session, int]], people: Sequence[Person]) -> Iterator[Registration]:
        audience = self.sample.audience(people, [count for _session, count in pairs])
        enrollments = Enrollment.objects.bulk_create(self.sample.enrollments(pairs[0][0].series, audience))
        by_person = {row.person_id: row for row in enrollments}
        for session, count in pairs:
            yield from self.sample.registrations(session, count, audience, by_person)

    def _save[Row: Model](
        self, model: type[Row], rows: Iterable[Row], total: int, words: str, *, keep: bool = True
    ) -> list[Row]:
        """Save rows in batches, and update the progress bar.

        Return the saved rows if `keep` is true, else an empty list.
        """
        saved: list[Row] = []
        with self.steps.step(words, total) as advance:
            for batch in itertools.batched(rows, BATCH, strict=False):
                done = model._default_manager.bulk_create(batch)
                advance(len(done))
                if keep:
                    saved.extend(done)
        return saved


class _Steps:
    """A progress bar for each step, on a terminal. Otherwise, one line is printed when a step is done."""

    def __init__(self, bars: Progress | None) -> None:
        self.bars = bars

    @contextmanager
    def step(self, words: str, total: int) -> Iterator[Any]:
        if self.bars is not None:
            bar = self.bars.add_task(words, total=total)
            yield lambda count: self.bars.advance(bar, count)
            return
        done = [0]

        def advance(count: int) -> None:
            done[0] += count

        yield advance
        sys.stderr.write(f"{words}: {done[0]}\n")


@contextmanager
def _progress() -> Iterator[_Steps]:
    if not sys.stderr.isatty():
        yield _Steps(None)
        return
    columns = (TextColumn("{task.description:14}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        yield _Steps(bars)
