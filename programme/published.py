"""A synthetic programme with the totals that the real one published for 2021 to 2023 (DOMAIN.md 3).

Pereira et al., BMC Palliative Care 2025;24:176: 301 sessions (155 national, 146 of hubs; 125 standalone, 176 in
series), 7,648 people, 17,467 attendances, 36.8% of them nurses, 31% rural, and 5,105 evaluations. Everything else is
invented.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from itertools import cycle

from django.db import transaction

from accounts.models import Person
from accounts.vocabularies import Province
from attendance.models import Attendance
from echo_portal.lib.text import email_key, sort_key_of
from evaluations.models import AnswerSheet, Evaluation, EvaluationQuestion, Invitation, Question
from evaluations.schedule import OPEN_FOR
from hubs.models import Hub, Organisation
from registrations.models import Registration
from sessions.models import Series, Session

PEOPLE, ATTENDANCES, ANSWERED = 7_648, 17_467, 5_105
NATIONAL, OF_HUBS = 155, 146
SESSIONS = NATIONAL + OF_HUBS
STANDALONE_NATIONAL, STANDALONE_OF_HUBS, IN_ONE_SERIES, HUBS = 67, 58, 11, 9
NO_SHOWS = 30  # registrations without an attendance, per session
RURAL_PERCENT, NURSES_PER_125, AGREE_PERCENT = 31, 46, 90
OTHER_PROFESSIONS = ("PSW", "FP", "SW", "LPN", "PHARM", "PARA", "OT", "PT", "SPIRIT", "ADMIN", "NP", "RD", "VOL")
FIRST_DAY = dt.date(2021, 7, 5)
HOUR = dt.timedelta(hours=1)
DRY_RUN = f"Would create {SESSIONS} sessions, {PEOPLE} people and {ATTENDANCES} attendances."


@dataclasses.dataclass(frozen=True)
class Seat:
    """A place in a session: the numbers of the session and of the person, and whether they attended and answered."""

    session: int
    person: int
    attended: bool
    answered: bool


def seats() -> Iterator[Seat]:
    """Yield all places. Attendances are distributed evenly over sessions and people."""
    for number in range(SESSIONS):
        first, last = number * ATTENDANCES // SESSIONS, (number + 1) * ATTENDANCES // SESSIONS
        answered = (number + 1) * ANSWERED // SESSIONS - number * ANSWERED // SESSIONS
        for place, attendance in enumerate(range(first, last)):
            yield Seat(number, attendance % PEOPLE, attended=True, answered=place < answered)
        for absent in range(NO_SHOWS):
            yield Seat(number, (last + 1000 + absent) % PEOPLE, attended=False, answered=False)


@transaction.atomic
def write_published_programme(*, progress: Callable[[str], object] = lambda words: None) -> None:
    """Write all rows in bulk. No message is written."""
    people = _people()
    progress(f"{len(people)} people")
    sessions = _sessions(_series())
    progress(f"{len(sessions)} sessions")
    places = list(seats())
    moment = _end(sessions[0]) - HOUR
    Registration.objects.bulk_create(
        (
            Registration(
                person=people[seat.person],
                session=sessions[seat.session],
                state=Registration.State.REGISTERED,
                registered_at=moment,
                changed_at=moment,
            )
            for seat in places
        ),
        batch_size=4000,
    )
    present = [seat for seat in places if seat.attended]
    Attendance.objects.bulk_create(
        (
            Attendance(
                person=people[seat.person],
                session=sessions[seat.session],
                window_seconds=3600,
                corrected_seconds=3600,
                seconds=3600,
                source=Attendance.Source.ROLL_CALL,
                confirmed_at=_end(sessions[seat.session]),
            )
            for seat in present
        ),
        batch_size=4000,
    )
    progress(f"{len(present)} attendances")
    _evaluations(sessions, people, present)
    progress(f"{ANSWERED} evaluations")


def _people() -> list[Person]:
    provinces = cycle([code for code in Province.values if len(code) == 2][:13])
    professions = cycle(OTHER_PROFESSIONS)
    rows = []
    for number, province in zip(range(PEOPLE), provinces, strict=False):
        address, name = f"person-{number}@published.example", f"Person {number}"
        row = Person(
            password="!",  # noqa: S106 (no password)
            email=address,
            email_key=email_key(address),
            name=name,
            sort_key=sort_key_of(name),
            province=province,
            profession="RN" if number % 125 < NURSES_PER_125 else next(professions),
            forward_sortation_area="K0A" if number % 100 < RURAL_PERCENT else "K1A",
        )
        rows.append(row)
    return Person.objects.bulk_create(rows, batch_size=2000)


def _series() -> list[tuple[Series, int]]:
    """Return pairs of a series and the number of its sessions."""
    host = Organisation.objects.create(slug="published-host", name_en="Host", name_fr="Organisme hôte")
    names = {"slug": "published-national", "name_en": "National hub", "name_fr": "Carrefour national", "host": host}
    national = Hub.objects.get_or_create(scope=Hub.Scope.NATIONAL, defaults=names)[0]
    hubs = [
        Hub.objects.create(
            slug=f"published-{number}",
            scope=Hub.Scope.PROVINCIAL,
            name_en=f"Hub {number}",
            name_fr=f"Carrefour {number}",
            host=host,
        )
        for number in range(1, HUBS + 1)
    ]
    sizes = [
        *((national, IN_ONE_SERIES) for _number in range((NATIONAL - STANDALONE_NATIONAL) // IN_ONE_SERIES)),
        *((national, 1) for _number in range(STANDALONE_NATIONAL)),
        *((hubs[number % HUBS], IN_ONE_SERIES) for number in range((OF_HUBS - STANDALONE_OF_HUBS) // IN_ONE_SERIES)),
        *((hubs[number % HUBS], 1) for number in range(STANDALONE_OF_HUBS)),
    ]
    rows = Series.objects.bulk_create(
        Series(
            slug=f"published-{number}",
            hub=hub,
            state=Series.State.PUBLISHED,
            kind="webinar" if size == 1 else "community",
            title_en=f"Series {number}",
            title_fr=f"Série {number}",
            language="en",
        )
        for number, (hub, size) in enumerate(sizes, start=1)
    )
    return [(row, size) for row, (_hub, size) in zip(rows, sizes, strict=True)]


def _sessions(series: list[tuple[Series, int]]) -> list[Session]:
    rows: list[Session] = []
    for one, size in series:
        for number in range(1, size + 1):
            row = Session(
                series=one,
                number=number,
                state=Session.State.PUBLISHED,
                title_en=f"Session {number}",
                on_date=FIRST_DAY + dt.timedelta(days=2 * len(rows)),
                start_time=dt.time(12),
                end_time=dt.time(13),
            )
            row.derive_moments()
            rows.append(row)
    return Session.objects.bulk_create(rows)


def _evaluations(sessions: list[Session], people: list[Person], present: list[Seat]) -> None:
    questions = list(Question.objects.filter(hub__isnull=True, only_certified=False).order_by("position"))
    rows = Evaluation.objects.bulk_create(
        Evaluation(session=session, opened_at=_end(session), closes_at=_end(session) + OPEN_FOR) for session in sessions
    )
    EvaluationQuestion.objects.bulk_create(
        EvaluationQuestion(evaluation=row, question=question, position=position)
        for row in rows
        for position, question in enumerate(questions, start=1)
    )
    Invitation.objects.bulk_create(
        (
            Invitation(evaluation=rows[seat.session], person=people[seat.person], has_answered=seat.answered)
            for seat in present
        ),
        batch_size=4000,
    )
    answered = [seat for seat in present if seat.answered]
    scales = [question for question in questions if question.kind == Question.Kind.AGREE]
    AnswerSheet.objects.bulk_create(
        (
            AnswerSheet(
                evaluation=rows[seat.session],
                language="en",
                answers={str(question.pk): _opinion(number) for question in scales},
            )
            for number, seat in enumerate(answered)
        ),
        batch_size=4000,
    )


def _opinion(number: int) -> int:
    """Return the answer of a person: 4 or 5 for the published percentage of people, and 3 for the others."""
    if number % 100 >= AGREE_PERCENT:
        return 3
    return 5 if number % 2 else 4


def _end(session: Session) -> dt.datetime:
    assert session.ends_at is not None
    return session.ends_at
