"""The rows that the benchmark needs in addition to the sample data: two series of thirteen sessions, and one person."""

import dataclasses
import datetime as dt
import uuid

from django.db.models import Count, Q
from django.utils import timezone

from accounts.actions import Details
from accounts.models import Person
from echo_portal.outbox.models import Message
from hubs.models import Hub
from registrations.actions import Application, enroll
from registrations.models import Registration
from sessions.models import Series, Session

THIRTEEN, LIMITED = "bench-thirteen", "bench-limited"
EMAIL = "bench@bench.example.org"


@dataclasses.dataclass(frozen=True)
class BenchProgramme:
    """The rows that `prepare` returns.

    `sessions` (of the series `thirteen`) and `limited` are in the future. The first session of `limited` has 100
    places. `running` is a series of the sample data with future sessions, and `session` is the next of them. `person`
    is registered for all of `sessions`.
    """

    thirteen: Series
    sessions: list[Session]
    limited: list[Session]
    running: Series
    session: Session
    person: Person


def prepare() -> BenchProgramme:
    """Create or reuse the rows, move their dates into the future, and delete registrations for limited sessions."""
    now = timezone.now()
    thirteen, sessions = _series(THIRTEEN, places=None)
    _limited, limited = _series(LIMITED, places=100)
    Registration.objects.filter(session__in=limited).delete()
    Message.objects.filter(state="queued").update(state="cancelled")
    running = (
        Series.objects.published()
        .exclude(slug__in=[THIRTEEN, LIMITED])
        .annotate(
            total=Count("sessions", filter=~Q(sessions__state="draft")),
            to_come=Count("sessions", filter=Q(sessions__over_at__gt=now)),
        )
        .filter(to_come__gt=0)
        .order_by("-total", "slug")[0]
    )
    session = Session.objects.filter(series=running).public().to_come(now).order_by("number")[0]
    return BenchProgramme(thirteen, sessions, limited, running, session, _person(thirteen, sessions))


def _series(slug: str, *, places: int | None) -> tuple[Series, list[Session]]:
    series, _is_new = Series.objects.get_or_create(
        slug=slug,
        defaults={
            "hub": Hub.objects.order_by("pk")[0],
            "state": Series.State.PUBLISHED,
            "kind": "community",
            "title_en": "Thirteen sessions to come",
            "title_fr": "Treize séances à venir",
            "summary_en": "A short presentation, then a case discussion.",
            "summary_fr": "Un court exposé, puis une discussion de cas.",
            "language": "en",
        },
    )
    for number in range(1, 14):
        row = Session.objects.filter(series=series, number=number).first() or Session(series=series, number=number)
        row.state, row.title_en, row.title_fr = Session.State.PUBLISHED, f"Case {number}", f"Cas {number}"
        row.on_date = timezone.localdate() + dt.timedelta(days=7 * number)
        row.start_time, row.end_time = dt.time(12), dt.time(13)
        row.capacity = places if number == 1 else None
        row.save()
    return series, list(Session.objects.filter(series=series).select_related("series").order_by("number"))


def _person(series: Series, sessions: list[Session]) -> Person:
    """Return a person who is registered for all thirteen sessions of the series."""
    known = Person.objects.filter(email_key=EMAIL).first()
    if known is not None:
        return known
    enroll(
        application=Application(
            form_key=uuid.uuid4(),
            details=Details(name="Bench", email=EMAIL, language="en", province="BC"),
            series=series,
            session_ids=tuple(row.pk for row in sessions),
            whole_series=True,
            typed_key="",
            news=False,
            page_language="en",
        ),
        key=None,
        signed_in=None,
    )
    return Person.objects.get(email_key=EMAIL)
