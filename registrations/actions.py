"""What the programme promises about registering: each write is one transaction with its messages and its trail."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.actions import Details, give_consent, person_for_form, record, take_form
from accounts.models import ConsentKind, FormReceipt, Person
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import cancel_messages, write_message
from registrations import queries, rules
from registrations.emails import CONFIRMATION, LEFT, PLACE, UNCHANGED
from registrations.models import Enrollment, Registration
from sessions.models import EnrollmentKey, Series, Session

State = Registration.State


@dataclasses.dataclass(frozen=True)
class Application:
    """What a registration form says. `session_ids` is what was chosen; `whole_series` covers sessions added later."""

    form_key: uuid.UUID
    details: Details
    series: Series
    session_ids: tuple[int, ...]
    whole_series: bool
    typed_key: str
    news: bool
    page_language: str

    def content(self) -> str:
        """What makes two sendings of one form the same."""
        parts = [
            self.details.email.strip().casefold(),
            self.details.name,
            self.details.profession,
            self.details.province,
            self.details.language,
            str(self.series.pk),
            ",".join(str(number) for number in sorted(self.session_ids)),
            str(self.whole_series),
            str(self.news),
        ]
        return "\x1f".join(parts)


def single_session(*, person: Person, session: Session, page_language: str) -> Application:
    """One press of somebody who is signed in: the same press again finds the place taken and changes nothing."""
    return Application(
        form_key=uuid.uuid4(),
        details=Details(name=person.name, email=person.email, language=person.language),
        series=session.series,
        session_ids=(session.pk,),
        whole_series=False,
        typed_key="",
        news=False,
        page_language=page_language,
    )


@transaction.atomic
def enroll(*, application: Application, key: EnrollmentKey | None, signed_in: Person | None) -> FormReceipt:
    """Registers a person for the chosen sessions of one series and writes one message that sums it up.

    Only adds: nothing that stands is removed or swapped. Sessions with a limit are locked last, in ascending order;
    who finds no place goes on the waiting list. Raises Refusal (nothing is stored, the form's key stays free) and
    RepeatedForm (the form took effect before; its receipt is the answer).
    """
    now = timezone.now()
    series = application.series
    receipt = take_form(key=application.form_key, form="enroll", content=application.content())
    rules.check_series_open(series)
    used_key = _lock_and_check_key(key, series, now) if series.needs_key else None
    person, is_new = person_for_form(details=application.details, signed_in=signed_in)
    source = f"registration:{series.slug}"
    give_consent(person=person, kind=ConsentKind.PRIVACY, language=application.page_language, source=source, at=now)
    if application.news:
        give_consent(person=person, kind=ConsentKind.NEWS, language=application.page_language, source=source, at=now)
    enrollment = None
    enrolled_anew = False
    if application.whole_series or series.needs_key:
        enrollment, enrolled_anew = _enroll_in_series(
            person, series, used_key, covers_later=application.whole_series, now=now
        )
    sessions = _lock_chosen_sessions(series, application.session_ids, now)
    taken = queries.places_taken(sessions)
    changed = _register_for(person, sessions, enrollment, now, taken=taken, is_new=is_new)
    receipt.answer = {
        "series": series.pk,
        "sessions": [session.pk for session in sessions],
        "full": [row.session_id for row in changed if row.state == State.WAITING]
        + _full_of(sessions, {row.session_id for row in changed}, taken, now),
        "address": application.details.email.strip() if signed_in is None else "",
        "language": application.details.language,
    }
    receipt.save(update_fields=["answer"])
    kind = CONFIRMATION if changed or enrolled_anew else UNCHANGED
    _write_about_series(kind, f"{kind}:{receipt.pk}", person, series, changed)
    record(
        "enroll",
        about=f"series:{series.pk}",
        by=person,
        scope_id=series.hub_id,
        details={
            "new_person": is_new,
            "enrollment": enrollment.pk if enrollment else None,
            "registrations": {str(row.pk): row.state for row in changed},
        },
    )
    return receipt


def _lock_and_check_key(key: EnrollmentKey | None, series: Series, now: dt.datetime) -> EnrollmentKey | None:
    """Uses are counted under the key's lock where they are limited."""
    uses = 0
    if key is not None and key.max_uses is not None:
        EnrollmentKey.objects.select_for_update().get(pk=key.pk)
        uses = Enrollment.objects.filter(enrollment_key=key).count()
    rules.check_key(key, series=series, uses=uses, now=now)
    return key


def _enroll_in_series(
    person: Person, series: Series, key: EnrollmentKey | None, *, covers_later: bool, now: dt.datetime
) -> tuple[Enrollment, bool]:
    """The one enrollment of this person in this series, revived where they had left; says whether it is new."""
    fresh = Enrollment(
        person=person, series=series, enrollment_key=key, covers_later_sessions=covers_later, enrolled_at=now
    )
    Enrollment.objects.bulk_create([fresh], ignore_conflicts=True)
    row = Enrollment.objects.select_for_update().get(person=person, series=series)
    if row.left_at is not None:
        row.left_at, row.enrolled_at = None, now
        row.enrollment_key, row.covers_later_sessions = key, covers_later
        row.save()
        return row, True
    if covers_later and not row.covers_later_sessions:
        row.covers_later_sessions = True
        row.save(update_fields=["covers_later_sessions"])
        return row, True
    return row, row.enrolled_at == now


def _lock_chosen_sessions(series: Series, session_ids: Sequence[int], now: dt.datetime) -> list[Session]:
    """The chosen sessions in order of time, those with a limit locked in ascending order; each must be open.

    Whoever waited for a lock reads the row as the one before left it.
    """
    ids = list(session_ids)
    sessions = queries.sessions_of(series.pk, ids)
    if any(session.capacity is not None for session in sessions):
        locked = {session.pk: session for session in queries.lock_limited(series.pk, ids)}
        sessions = [locked.get(session.pk, session) for session in sessions]
    if len(sessions) != len(set(session_ids)):
        raise Refusal(_("Choose sessions from the list."), code="not-of-series", field="sessions")
    for session in sessions:
        session.series = series
        rules.check_session_open(session, now)
    if not sessions and not series.ongoing:
        raise Refusal(_("Choose at least one session."), code="none-chosen", field="sessions")
    return sessions


def _register_for(
    person: Person,
    sessions: Sequence[Session],
    enrollment: Enrollment | None,
    now: dt.datetime,
    *,
    taken: dict[int, queries.Taken],
    is_new: bool = False,
) -> list[Registration]:
    """New and revived registrations; those that stand already are left alone and not returned.

    Sessions with a limit are locked by the caller, and `taken` was counted since. A new person has no rows to revive.
    """
    known: dict[int, Registration] = {}
    if not is_new:
        standing = Registration.objects.select_for_update().filter(person=person, session__in=sessions)
        known = {row.session_id: row for row in standing}
    fresh: list[Registration] = []
    revived: list[Registration] = []
    for session in sessions:
        row = known.get(session.pk)
        if row is not None and row.state != State.CANCELLED:
            continue
        state, waiting_number = _place_for(session, taken, now)
        if row is None:
            row = Registration(person=person, session=session, registered_at=now)
            fresh.append(row)
        else:
            row.session = session
            row.revision += 1
            row.registered_at = now
            row.cancelled_at = row.cancelled_by = None
            revived.append(row)
        row.enrollment = enrollment or row.enrollment
        row.state, row.waiting_number, row.changed_at = state, waiting_number, now
    Registration.objects.bulk_create(fresh)
    for row in revived:
        row.save()
    return fresh + revived


def _place_for(session: Session, taken: dict[int, queries.Taken], now: dt.datetime) -> tuple[str, int | None]:
    """A place, or the next number of the waiting list. The session's row is locked by the caller."""
    if session.capacity is None:
        return State.REGISTERED, None
    places = taken.get(session.pk, queries.NOBODY)
    somebody_waits = places.waiting and rules.waiting_list_moves(session, now)
    if places.registered < session.capacity and not somebody_waits:
        return State.REGISTERED, None
    return State.WAITING, places.last_number + 1


def _full_of(
    sessions: Iterable[Session], changed: set[int], taken: dict[int, queries.Taken], now: dt.datetime
) -> list[int]:
    """Full ones among those that stood already: the answer must not tell a known address from a new one."""
    return [
        session.pk
        for session in sessions
        if session.pk not in changed and _place_for(session, taken, now)[0] == State.WAITING
    ]


@transaction.atomic
def leave_session(*, registration: Registration, by: Person | None) -> Registration:
    """Gives the place back; what was going to be written about it is taken back in the same commit.

    A second call changes nothing. The next person on the waiting list gets the place at once.
    """
    now = timezone.now()
    session = Session.objects.select_for_update(no_key=True).select_related("series").get(pk=registration.session_id)
    row = Registration.objects.select_for_update(of=("self",)).select_related("person").get(pk=registration.pk)
    row.session = session
    if row.state == State.CANCELLED:
        return row
    rules.check_can_leave(session, now)
    _cancel(row, by=by, now=now)
    _write_left(row.person, session.series, [row])
    record(
        "leave-session",
        about=f"registration:{row.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"session": session.pk},
    )
    promote_waiting(session_id=session.pk)
    return row


@transaction.atomic
def leave_series(*, person: Person, series: Series, by: Person | None) -> int:
    """Leaves the series: every session to come, and those added later. Returns how many places were given back."""
    now = timezone.now()
    Enrollment.objects.filter(person=person, series=series, left_at__isnull=True).update(left_at=now)
    to_come = Session.objects.filter(series=series).to_come(now)
    list(to_come.filter(capacity__isnull=False).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    rows = list(
        Registration.objects.standing()
        .filter(person=person, session__in=to_come)
        .select_for_update(of=("self",))
        .select_related("session__series", "person")
        .order_by("session__starts_at", "pk")
    )
    for row in rows:
        _cancel(row, by=by, now=now)
    if rows:
        _write_left(person, series, rows)
    record(
        "leave-series",
        about=f"series:{series.pk}",
        by=by,
        scope_id=series.hub_id,
        details={"registrations": [row.pk for row in rows]},
    )
    for row in rows:
        promote_waiting(session_id=row.session_id)
    return len(rows)


@transaction.atomic
def swap_session(*, registration: Registration, to_session: Session, by: Person | None) -> Registration:
    """Another date of the same content: one place given back, the other taken, one message each, one commit.

    Raises Refusal where the other date is not open or not equivalent; then the old place is kept.
    """
    now = timezone.now()
    ids = sorted([registration.session_id, to_session.pk])
    sessions = {row.pk: row for row in Session.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)}
    old, new = sessions[registration.session_id], sessions[to_session.pk]
    if not old.series.choose_one or old.series_id != new.series_id:
        raise Refusal(_("These dates do not have the same content."), code="not-equivalent")
    rules.check_session_open(new, now)
    row = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("person", "enrollment")
        .get(pk=registration.pk)
    )
    row.session = old
    if row.state == State.CANCELLED:
        raise Refusal(_("This place was given back already."), code="cancelled")
    rules.check_can_leave(old, now)
    _cancel(row, by=by, now=now)
    changed = _register_for(row.person, [new], row.enrollment, now, taken=queries.places_taken([new]))
    _write_left(row.person, old.series, [row])
    if changed:
        key = f"{CONFIRMATION}:swap:{changed[0].pk}:{changed[0].revision}"
        _write_about_series(CONFIRMATION, key, row.person, old.series, changed)
    record(
        "swap-session",
        about=f"registration:{row.pk}",
        by=by,
        scope_id=old.series.hub_id,
        details={"from": old.pk, "to": new.pk},
    )
    promote_waiting(session_id=old.pk)
    return changed[0] if changed else row


@transaction.atomic
def promote_waiting(*, session_id: int) -> int:
    """Moves people up in order while there are places, until the session's limit before its start; returns how many."""
    now = timezone.now()
    session = Session.objects.select_for_update(no_key=True).select_related("series").get(pk=session_id)
    if session.is_cancelled or session.is_over(now) or not rules.waiting_list_moves(session, now):
        return 0
    waiting = Registration.objects.waiting().filter(session=session)
    if session.capacity is None:
        free = waiting.count()
    else:
        free = max(session.capacity - Registration.objects.registered().filter(session=session).count(), 0)
    moved = list(waiting.select_for_update(of=("self",)).select_related("person")[:free])
    for row in moved:
        row.session = session
        row.state, row.waiting_number, row.changed_at = State.REGISTERED, None, now
        row.revision += 1
        row.save()
        with override(row.person.language):
            write_message(
                kind=PLACE,
                dedupe_key=f"{PLACE}:{row.pk}:{row.revision}",
                address=row.person.email,
                language=row.person.language,
                person_id=row.person_id,
                scope_id=session.series.hub_id,
                about=f"registration:{row.pk}",
                why=_("You were on the waiting list of “%(session)s”.") % {"session": session.title},
                payload={"registration": row.pk},
                expires_at=session.ends_at,
            )
        record(
            "promote",
            about=f"registration:{row.pk}",
            by=None,
            scope_id=session.series.hub_id,
            details={"session": session.pk},
        )
    return len(moved)


def _cancel(row: Registration, *, by: Person | None, now: dt.datetime) -> None:
    row.state, row.waiting_number = State.CANCELLED, None
    row.cancelled_at, row.cancelled_by, row.changed_at = now, by, now
    row.revision += 1
    row.save()
    cancel_messages(about=f"registration:{row.pk}", kinds=[PLACE])


def _write_left(person: Person, series: Series, rows: Sequence[Registration]) -> None:
    with override(person.language):
        write_message(
            kind=LEFT,
            dedupe_key=f"{LEFT}:{rows[0].pk}:{rows[0].revision}",
            address=person.email,
            language=person.language,
            person_id=person.pk,
            scope_id=series.hub_id,
            about=f"registration:{rows[0].pk}" if len(rows) == 1 else f"series:{series.pk}",
            why=_("You gave back a place in “%(series)s”.") % {"series": series.title},
            payload={"series": series.pk, "registrations": [row.pk for row in rows]},
        )


def _write_about_series(
    kind: str, dedupe_key: str, person: Person, series: Series, rows: Sequence[Registration]
) -> None:
    with override(person.language):
        write_message(
            kind=kind,
            dedupe_key=dedupe_key,
            address=person.email,
            language=person.language,
            person_id=person.pk,
            scope_id=series.hub_id,
            about=f"series:{series.pk}",
            why=_("You registered for “%(series)s” on the portal.") % {"series": series.title},
            payload={"series": series.pk, "registrations": [row.pk for row in rows]},
        )


@transaction.atomic
def cover_new_session(*, session: Session, by: Person | None) -> int:
    """Registers everybody whose enrollment covers sessions added later, with one message each; returns how many.

    In the order in which they enrolled, places first, then the waiting list. Whoever has a row in this session
    already (given back ones too) is left alone, so that a second call changes nothing. Nobody is registered for a
    draft, for one that is over or cancelled, or for another date of the same content.
    """
    now = timezone.now()
    session = Session.objects.select_for_update(no_key=True).select_related("series").get(pk=session.pk)
    series = session.series
    is_open = series.is_published and session.state != Session.State.DRAFT and not session.is_cancelled
    if not is_open or session.is_over(now) or series.choose_one:
        return 0
    enrollments = (
        Enrollment.objects.filter(series=series, covers_later_sessions=True, left_at__isnull=True)
        .exclude(person__registrations__session=session)
        .select_related("person")
        .order_by("enrolled_at", "pk")
    )
    rows = [
        row
        for one in enrollments
        for row in _register_for(one.person, [session], one, now, taken=queries.places_taken([session]))
    ]
    for row in rows:
        _write_about_series(CONFIRMATION, f"{CONFIRMATION}:later:{row.pk}", row.person, series, [row])
    if rows:
        record(
            "cover-new-session",
            about=f"session:{session.pk}",
            by=by,
            scope_id=series.hub_id,
            details={"registrations": {str(row.pk): row.state for row in rows}},
        )
    return len(rows)
