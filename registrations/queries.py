"""Questions about who takes part."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, JSONObject

from accounts.models import Consent, ConsentKind, Person
from accounts.policies import current_policy
from echo_portal.lib.written_once import written_once
from echo_portal.outbox.models import Message, MessageQuerySet, Suppression
from registrations.models import Enrollment, Registration, RegistrationQuerySet
from sessions.models import EnrollmentKey, Series, SeriesQuerySet, Session, SessionQuerySet


def registrations_of(person: Person) -> list[Registration]:
    """All of a person's standing registrations with session and series, in order of time; one query.

    Each says whether her address gets nothing more (`is_suppressed`).
    """
    rows = _registrations_of(person.pk)
    for row in rows:
        row.person = person
    return rows


@written_once
def _registrations_of(person_id: int) -> RegistrationQuerySet:
    return (
        Registration.objects.standing()
        .filter(person=person_id)
        .exclude(session__state=Session.State.DRAFT)
        .select_related("session__series")
        .annotate(is_suppressed=Exists(Suppression.objects.open_for(OuterRef("person__email_key"))))
        .order_by("session__on_date", "session__starts_at", "session__series_id", "session__number")
    )


def uses_of(key: EnrollmentKey | None) -> int:
    """How often a key was used; counted only where that is limited."""
    if key is None or key.max_uses is None:
        return 0
    return Enrollment.objects.filter(enrollment_key=key).count()


def standing_by_session(person: Person | None, session_ids: Iterable[int]) -> dict[int, Registration]:
    """What this person already has among these sessions; one query, none for nobody."""
    if person is None:
        return {}
    return {row.session_id: row for row in _standing(person.pk, list(session_ids))}


@written_once
def _standing(person_id: int, session_ids: list[int]) -> RegistrationQuerySet:
    return Registration.objects.standing().filter(person=person_id, session_id__in=session_ids)


def with_seats_taken(sessions: SessionQuerySet) -> SessionQuerySet:
    """Adds `seats_taken` to sessions with a limit of places, in their own query; None for the others."""
    taken = (
        Registration.objects.registered()
        .filter(session=OuterRef("pk"))
        .order_by()
        .values("session")
        .annotate(count=Count("*"))  # of the index alone
        .values("count")
    )
    return sessions.annotate(seats_taken=Case(When(capacity__isnull=False, then=Subquery(taken))))


def sessions_to_choose(series: Series, now: dt.datetime) -> list[Session]:
    """What can be chosen now, in order of time, with its series, `seats_taken` and `waiting`; one query."""
    sessions = _sessions_to_choose(series.pk, now)
    for session in sessions:
        session.series = series
    return sessions


@written_once
def _sessions_to_choose(series_id: int, now: dt.datetime) -> SessionQuerySet:
    waiting = (
        Registration.objects.filter(state=Registration.State.WAITING, session=OuterRef("pk"))
        .values("session")
        .annotate(count=Count("pk"))
        .values("count")
    )
    sessions = with_seats_taken(Session.objects.filter(series=series_id).open_for_registration(now))
    return sessions.annotate(
        waiting=Case(When(capacity__isnull=False, then=Subquery(waiting.order_by())))
    ).in_order_of_time()


def seats_taken(session_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """(registered, waiting) for sessions with a limit of places; one query."""
    rows = (
        Registration.objects.filter(session_id__in=list(session_ids), session__capacity__isnull=False)
        .values("session_id")
        .annotate(
            registered=Count("id", filter=Q(state=Registration.State.REGISTERED)),
            waiting=Count("id", filter=Q(state=Registration.State.WAITING)),
        )
    )
    return {row["session_id"]: (row["registered"], row["waiting"]) for row in rows}


@dataclasses.dataclass(frozen=True, slots=True)
class Taken:
    """How a session with a limit is filled; `last_number` is the highest of its waiting list."""

    registered: int
    waiting: int
    last_number: int


NOBODY = Taken(0, 0, 0)


def places_taken(sessions: Iterable[Session]) -> dict[int, Taken]:
    """For those with a limit of places and somebody in them; one query, none without a limit.

    Asked while the sessions are locked, it counts every registration that was committed before.
    """
    limited = [session.pk for session in sessions if session.capacity is not None]
    if not limited:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_id, count(*) FILTER (WHERE state = 'registered'), "
            "count(*) FILTER (WHERE state = 'waiting'), coalesce(max(waiting_number), 0) "
            "FROM registrations_registration WHERE session_id = ANY(%s) AND state <> 'cancelled' GROUP BY session_id",
            [limited],
        )
        return {row[0]: Taken(*row[1:]) for row in cursor.fetchall()}


@written_once
def sessions_of(series_id: int, session_ids: list[int]) -> SessionQuerySet:
    """These sessions of the series, in order of time."""
    return Session.objects.filter(series=series_id, pk__in=session_ids).in_order_of_time()


@written_once
def lock_limited(series_id: int, session_ids: list[int]) -> SessionQuerySet:
    """Locks those with a limit of places, in ascending order whoever asks; until the end of the transaction."""
    limited = Session.objects.filter(series=series_id, pk__in=session_ids, capacity__isnull=False)
    return limited.order_by("pk").select_for_update(no_key=True)


def place_in_line(registration: Registration) -> int:
    """1 is next. Zero for somebody who is not waiting."""
    if registration.waiting_number is None:
        return 0
    return (
        Registration.objects.waiting()
        .filter(session_id=registration.session_id, waiting_number__lte=registration.waiting_number)
        .count()
    )


def clashes(registrations: Iterable[Registration]) -> list[tuple[Registration, Registration]]:
    """Pairs of one person's registrations that overlap or follow each other without a gap, in order of time."""
    timed = sorted(
        (row for row in registrations if row.session.starts_at is not None and not row.session.is_cancelled),
        key=lambda row: (row.session.starts_at, row.session_id),
    )
    return [
        (one, other)
        for index, one in enumerate(timed)
        for other in timed[index + 1 :]
        if one.session.touches(other.session)
    ]


def equivalent_registrations(
    registrations: Iterable[Registration],
) -> list[tuple[Registration, Registration]]:
    """Pairs that have the same content because their series is a choice of one (credit counts once)."""
    chosen = [row for row in registrations if row.session.series.choose_one and not row.session.is_cancelled]
    return [
        (one, other)
        for index, one in enumerate(chosen)
        for other in chosen[index + 1 :]
        if one.session.series_id == other.session.series_id
    ]


def other_dates(registration: Registration, now: dt.datetime) -> list[Session]:
    """The dates a person may swap to: open sessions of the same choose-one series, in order of time."""
    series = registration.session.series
    if not series.choose_one:
        return []
    return list(
        Session.objects.open_for_registration(now)
        .filter(series=series)
        .exclude(pk=registration.session_id)
        .in_order_of_time()
    )


def enrollment_of(person: Person, series_id: int) -> Enrollment | None:
    return Enrollment.objects.filter(person=person, series_id=series_id, left_at__isnull=True).first()


def sessions_with_waiting_people(now: dt.datetime) -> list[int]:
    """Sessions to come on whose waiting list somebody stands."""
    return list(
        Session.objects.to_come(now)
        .filter(registrations__state=Registration.State.WAITING)
        .order_by("pk")
        .distinct()
        .values_list("pk", flat=True)
    )


def sessions_with_free_places(sessions: SessionQuerySet) -> SessionQuerySet:
    """Return those of the sessions that have both a waiting list and a free place."""
    of_session = Registration.objects.filter(session=OuterRef("pk"))
    registered = of_session.registered().order_by().values("session").annotate(count=Count("*")).values("count")
    waited_for = sessions.filter(Exists(of_session.filter(state=Registration.State.WAITING)))
    return waited_for.annotate(registered=Coalesce(Subquery(registered), 0)).filter(
        Q(capacity__isnull=True) | Q(registered__lt=F("capacity"))
    )


def keys_at_their_end(person: Person, now: dt.datetime) -> list[EnrollmentKey]:
    """Expired, or nine tenths used, where the series goes on and no other key opens it; by their text.

    One query for all keys of these series, with their `uses`, and the comparison here: asked as a question about each
    key's sisters it took minutes on 300 series whenever the planner's figures were old.
    """
    to_come = Session.objects.filter(series=OuterRef("series")).open_for_registration(now)
    keys = list(
        EnrollmentKey.objects.filter(Exists(to_come), series__in=Series.objects.worked_by(person).published())
        .filter(series__registration_mode=Series.RegistrationMode.KEY)
        .annotate(uses=Count("enrollments"))
        .select_related("series")
        .order_by("text")
    )
    at_end = {key.pk for key in keys if (key.closes_at and key.closes_at <= now) or _nearly_used_up(key)}
    opened = {key.series_id for key in keys if key.pk not in at_end and (key.opens_at is None or key.opens_at <= now)}
    return [key for key in keys if key.pk in at_end and key.series_id not in opened]


def _nearly_used_up(key: EnrollmentKey) -> bool:
    return key.max_uses is not None and 10 * key.uses >= 9 * key.max_uses  # type: ignore[attr-defined]


def places_in_line(registrations: Iterable[Registration]) -> dict[int, int]:
    """Place (1 is next) by registration, for those that wait; one query, none where nobody waits."""
    waiting = {row.pk: row for row in registrations if row.waiting_number is not None}
    if not waiting:
        return {}
    numbers: dict[int, list[int]] = {}
    in_line = Registration.objects.waiting().filter(session__in={row.session_id for row in waiting.values()})
    for session_id, number in in_line.values_list("session_id", "waiting_number"):
        numbers.setdefault(session_id, []).append(number or 0)
    return {
        pk: sum(number <= (row.waiting_number or 0) for number in numbers[row.session_id])
        for pk, row in waiting.items()
    }


def standing_enrollments(person: Person) -> list[Enrollment]:
    """The series a person is in, by title."""
    return _standing_enrollments(person.pk)


@written_once
def _standing_enrollments(person_id: int) -> QuerySet[Enrollment]:
    return (
        Enrollment.objects.filter(person=person_id, left_at__isnull=True)
        .select_related("series")
        .order_by("series__slug")
    )


def has_agreed(person: Person) -> bool:
    """To the privacy policy in force, in either language, and not withdrawn."""
    version = current_policy(ConsentKind.PRIVACY).version
    return Consent.objects.filter(
        person=person, kind=ConsentKind.PRIVACY, text_version=version, withdrawn_at__isnull=True
    ).exists()


def registrations_for_feed(person: Person, now: dt.datetime) -> list[Registration]:
    """Places that stand, and for 30 days what was cancelled or left, so that calendars take it out."""
    recent = now - dt.timedelta(days=30)
    return list(
        Registration.objects.filter(person=person)
        .filter(~Q(state=Registration.State.CANCELLED) | Q(cancelled_at__gte=recent))
        .exclude(state=Registration.State.WAITING)
        .exclude(session__state=Session.State.DRAFT)
        .select_related("session__series__hub", "person")
        .order_by("session__starts_at", "session_id")
    )


# What letters ask, for every one of them.


@written_once
def person_written_to(person_id: int) -> QuerySet[Person]:
    return Person.objects.filter(pk=person_id, is_active=True)


@written_once
def series_written_about(series_id: int) -> SeriesQuerySet:
    return Series.objects.filter(pk=series_id).select_related("hub")


@written_once
def registrations_written_about(ids: list[int], person_id: int) -> RegistrationQuerySet:
    """Of this person only, with all that a letter names, in order of time; `first` is read by `recommended_titles`."""
    first = Series.objects.published().filter(recommended_next=OuterRef("session__series")).order_by("slug")
    return (
        Registration.objects.filter(pk__in=ids, person_id=person_id)
        .select_related("session__series__hub", "person")
        .annotate(first=ArraySubquery(first.values(json=JSONObject(title_en="title_en", title_fr="title_fr"))))
        .order_by("session__on_date", "session__starts_at", "session__number")
    )


@written_once
def recommended_first(series_id: int) -> SeriesQuerySet:
    """Published series that are recommended before this one, by slug."""
    return Series.objects.published().filter(recommended_next=series_id).order_by("slug")


def recommended_titles(series: Series, rows: Iterable[Registration]) -> list[str]:
    """In the active language; asks only where no row of the series has brought them along."""
    for row in rows:
        if row.session.series_id == series.pk:
            return [Series(**values).title for values in row.first]  # type: ignore[attr-defined]
    return [first.title for first in recommended_first(series.pk)]


@written_once
def standing_among(ids: list[int]) -> RegistrationQuerySet:
    return Registration.objects.standing().filter(pk__in=ids).only("pk")


@written_once
def place_that_stands(registration_id: int, *, only: tuple[str, ...]) -> RegistrationQuerySet:
    """A registered place in a session that is not cancelled: all that a letter names of it, or `only` so much."""
    rows = Registration.objects.registered().filter(pk=registration_id)
    rows = rows.select_related("session").only(*only) if only else rows.select_related("session__series__hub", "person")
    return rows.exclude(session__state=Session.State.CANCELLED).order_by()


@written_once
def session_before(series_id: int, starts_at: dt.datetime) -> SessionQuerySet:
    """The last one of the series that was not cancelled, of which only its moment is read."""
    rows = Session.objects.filter(series=series_id, starts_at__lt=starts_at).exclude(state=Session.State.CANCELLED)
    return rows.order_by("-starts_at").only("starts_at")[:1]


@written_once
def reminders_beside(
    message_id: int, person_id: int, kind: str, earliest: dt.datetime, latest: dt.datetime
) -> MessageQuerySet:
    """This person's other reminders of the kind that are due in between, and those this message carries already.

    What was edited or is held by hand leaves alone.
    """
    waiting = Message.objects.waiting().filter(person_id=person_id, kind=kind, due_at__range=(earliest, latest))
    waiting = waiting.filter(edited_subject="", edited_text="")
    rows = (waiting | Message.objects.filter(carried_by=message_id)).exclude(pk=message_id)
    return rows.order_by("due_at", "pk").only("kind", "payload", "person_id", "scope_id", "due_at")
