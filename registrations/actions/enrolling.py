"""Enroll people: with the registration form, with a single POST when signed in, or in sessions that are added later."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.actions import Details, claim_form_key, give_consent, person_for_form, record
from accounts.models import ConsentKind, FormReceipt, Person
from accounts.time_zones import zone_of
from echo_portal.lib.database import insert_unless_there
from echo_portal.lib.text import may_be_one_name, sort_key_of
from echo_portal.lib.zones import PROVINCE_ZONES, canonical
from echo_portal.outbox.actions import NewMessage, write_messages
from registrations import rules
from registrations.actions.messages import message_to
from registrations.actions.places import register_enrolled, register_for, waiting_shown
from registrations.actions.reminding import follow_time_zone
from registrations.message_kinds import CONFIRMATION, UNCHANGED
from registrations.models import Enrollment, Registration, SaidByForm, SessionChange
from registrations.queries.keys import uses_of
from registrations.queries.places import NONE_TAKEN, lock_limited, places_taken, sessions_of
from registrations.throttles import check_limits
from registrations.why_sent import registered_on_the_portal
from sessions.models import EnrollmentKey, Series, Session

State = Registration.State


@dataclasses.dataclass(frozen=True)
class Application:
    """The values of a submitted registration form.

    `session_ids` are the chosen sessions. `whole_series` is whether the enrollment covers sessions added later.
    `network` is where the form came from, or "" if no limit applies. `in_known_browser` is whether somebody signed in
    with the form's mailbox in that browser before.
    """

    form_key: uuid.UUID
    details: Details
    series: Series
    session_ids: tuple[int, ...]
    whole_series: bool
    typed_key: str
    news: bool
    page_language: str
    network: str = ""
    in_known_browser: bool = False

    def content(self) -> str:
        """Return a text that is the same for two submissions with the same values, except the enrollment key."""
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


def single_session(*, person: Person, session: Session, zone: str, page_language: str) -> Application:
    """Return the application of a signed-in person for one session.

    If the person already has a place, `enroll` keeps it. `zone` is saved in the profile if it is not empty.
    """
    return Application(
        form_key=uuid.uuid4(),
        details=Details(name=person.name, email=person.email, language=person.language, time_zone=zone),
        series=session.series,
        session_ids=(session.pk,),
        whole_series=False,
        typed_key="",
        news=False,
        page_language=page_language,
    )


def _zone_given(details: Details) -> str:
    """Return the time zone that was chosen for the community, else that of the province, else ""."""
    return canonical(details.time_zone) or PROVINCE_ZONES.get(details.province, "")


def said_by_form(details: Details) -> SaidByForm:
    """Return the form's values about the person as an unsaved `SaidByForm`."""
    return Registration(
        form_name=details.name,
        form_sort_key=sort_key_of(details.name),
        form_profession=details.profession,
        form_province=details.province,
        form_language=details.language,
        form_zone=_zone_given(details),
    )


@transaction.atomic
def enroll(*, application: Application, key: EnrollmentKey | None, signed_in: Person | None) -> FormReceipt:
    """Register a person for the chosen sessions of a series, write one message, and return the form's receipt.

    Existing registrations are kept. If no place is free, the person is added to the waiting list. A signed-in person
    who is already enrolled needs no key. Sessions with a limit of places are locked last, by ascending primary key.
    Raises Refusal, after which nothing is saved or counted and the form can be submitted again, and RepeatedForm if the
    form was processed before. Limits are checked last, so that no other refusal depends on them.
    """
    now = timezone.now()
    series = application.series
    receipt = claim_form_key(key=application.form_key, form="enroll", content=application.content())
    rules.check_series_open(series)
    needs_key = series.needs_key and not _is_enrolled(signed_in, series)
    used_key = _lock_and_check_key(key, series, now) if needs_key else None
    said = None if signed_in is not None else said_by_form(application.details)
    person, is_new = person_for_form(details=application.details, signed_in=signed_in)
    source = f"registration:{series.slug}"
    for kind in (ConsentKind.PRIVACY, *((ConsentKind.NEWS,) if application.news else ())):
        give_consent(
            person=person,
            kind=kind,
            language=application.page_language,
            source=source,
            at=now,
            by_owner=signed_in is not None,
        )
    enrollment = None
    enrolled_anew = False
    if application.whole_series or series.needs_key:
        enrollment, enrolled_anew = enroll_in_series(
            person, series, used_key, covers_later=application.whole_series, said=said, now=now
        )
    sessions = lock_chosen_sessions(series, application.session_ids, now)
    taken = places_taken(sessions)
    changed = register_for(person, sessions, enrollment, now, taken=taken, said=said, is_new=is_new)
    if not is_new:  # after the sessions are locked, as in every action that changes reminders
        follow_time_zone(person=person)
    receipt.answer = {
        "series": series.pk,
        "sessions": [session.pk for session in sessions],
        "waiting": waiting_shown(sessions, changed, taken, now, signed_in=signed_in),
        "address": application.details.email.strip() if signed_in is None else "",
        "language": application.details.language,
        "zone": _zone_given(application.details) if signed_in is None else zone_of(person) or "",
        "key": used_key.text if used_key else "",
        # Only for a person who is signed in: for others, it would reveal whether an address is registered.
        "unchanged": _unchanged(sessions, changed) if signed_in is not None else [],
        "nothing_new": signed_in is not None and not changed and not enrolled_anew,
    }
    receipt.save(update_fields=["answer"])
    other_name = not may_be_one_name(person.name, application.details.name)
    asks = application.news and signed_in is None  # if nobody is signed in, a stranger may have ticked the box
    if changed or enrolled_anew:
        message = message_about_series(
            CONFIRMATION, f"{receipt.pk}", person, series, changed, other_name=other_name, asks_for_news=asks
        )
    else:  # at most one per hour, so that a stranger who submits the form repeatedly cannot fill a mailbox
        message = message_about_series(
            UNCHANGED,
            f"{person.pk}:{series.pk}:{now:%Y%m%d%H}",
            person,
            series,
            [],
            other_name=other_name,
            asks_for_news=asks,
        )
    write_messages([message])
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
    if application.network:  # at the end, because the counter of all forms is locked until the commit
        check_limits(
            email=application.details.email,
            person=signed_in,
            network=application.network,
            in_known_browser=application.in_known_browser,
        )
    return receipt


def _unchanged(sessions: Sequence[Session], changed: Sequence[Registration]) -> list[int]:
    """Return the IDs of the sessions in which the person already had a place or was on the waiting list."""
    new = {row.session_id for row in changed}
    return [session.pk for session in sessions if session.pk not in new]


@transaction.atomic
def claim_place(*, registration: Registration, by: Person | None) -> Registration:
    """Give a free place to a person on a waiting list that no longer moves up, and return the registration.

    Locks the session and the registration. A second call changes nothing. Raises Refusal if the list still moves up, if
    no place is free, or if the registration is cancelled.
    """
    now = timezone.now()
    session = Session.objects.select_for_update(no_key=True).select_related("series").get(pk=registration.session_id)
    row = Registration.objects.select_for_update(of=("self",)).select_related("person").get(pk=registration.pk)
    row.session = session
    if row.state == State.REGISTERED:
        return row
    rules.check_not_cancelled(row)
    taken = places_taken([session])
    rules.check_can_claim(session, now, registered=taken.get(session.pk, NONE_TAKEN).registered)
    (row,) = register_for(row.person, [session], None, now, taken=taken)
    message = message_about_series(CONFIRMATION, f"claim:{row.pk}:{row.revision}", row.person, session.series, [row])
    write_messages([message])
    record(
        "claim-place",
        about=f"registration:{row.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"session": session.pk},
    )
    return row


def _is_enrolled(signed_in: Person | None, series: Series) -> bool:
    """Return whether the signed-in person is enrolled, so that they need no key. Locks the enrollment.

    People who are not signed in always need the key. Otherwise the form would reveal who is enrolled.
    """
    if signed_in is None:
        return False
    mine = Enrollment.objects.active().filter(person=signed_in, series=series)
    return mine.select_for_update(no_key=True).first() is not None


def _lock_and_check_key(key: EnrollmentKey | None, series: Series, now: dt.datetime) -> EnrollmentKey:
    """Return the key if it is valid. If its number of uses is limited, it is locked before the uses are counted."""
    if key is not None and key.max_uses is not None:
        EnrollmentKey.objects.select_for_update().get(pk=key.pk)
    return rules.check_key(key, series=series, uses=uses_of(key), now=now)


def enroll_in_series(
    person: Person,
    series: Series,
    key: EnrollmentKey | None,
    *,
    covers_later: bool,
    said: SaidByForm | None,
    now: dt.datetime,
) -> tuple[Enrollment, bool]:
    """Enroll the person in the series. Return the enrollment, and whether it is new or was changed.

    If the person left the series before, their earlier enrollment is used again.
    """
    fresh = Enrollment(
        person=person, series=series, enrollment_key=key, covers_later_sessions=covers_later, enrolled_at=now
    )
    fresh.take_from(said)
    if insert_unless_there(fresh):
        return fresh, True
    row = Enrollment.objects.select_for_update(no_key=True).get(person=person, series=series)
    if row.left_at is not None:
        row.left_at, row.enrolled_at = None, now
        row.enrollment_key, row.covers_later_sessions = key, covers_later
        row.take_from(said)
        row.save()
        return row, True
    if covers_later and not row.covers_later_sessions:
        row.covers_later_sessions = True
        row.save(update_fields=["covers_later_sessions"])
        return row, True
    return row, False


def lock_chosen_sessions(series: Series, session_ids: Sequence[int], now: dt.datetime) -> list[Session]:
    """Return the chosen sessions in order of time. Those with a limit of places are locked, by ascending primary key.

    The values of a locked session are read after it was locked. Raises Refusal if no session is chosen, or if one of
    them is not open or belongs to another series.
    """
    ids = list(session_ids)
    sessions = sessions_of(series.pk, ids)
    if any(session.capacity is not None for session in sessions):
        locked = {session.pk: session for session in lock_limited(series.pk, ids)}
        sessions = [locked.get(session.pk, session) for session in sessions]
    rules.check_chosen_sessions(sessions, series=series, chosen=ids, now=now)
    return sessions


def message_about_series(
    kind: str,
    key: str,
    person: Person,
    series: Series,
    rows: Sequence[Registration],
    *,
    publication: SessionChange | None = None,
    **facts: int,
) -> NewMessage:
    """Return one message about these registrations in a series. It is an invitation if exactly one has a place.

    `facts` are added to the payload. If `publication` is given, the message is due when the emails about that change
    are.
    """
    places = [row.pk for row in rows if row.state == State.REGISTERED]
    if len(places) == 1:
        facts["invites"] = places[0]
    return message_to(
        person,
        kind=kind,
        key=key,
        series=series,
        about=publication.about if publication else f"series:{series.pk}",
        why=registered_on_the_portal(series),
        payload={"series": series.pk, "registrations": [row.pk for row in rows], **facts},
        **({"due_at": publication.send_at} if publication else {}),
    )


def enrollments_to_cover(session: Session) -> QuerySet[Enrollment]:
    """Return the enrollments that cover this session when it is published, in the order of enrolling.

    Return none if the session is over or cancelled, if its series is not published, or if people choose only one date
    of the series. The session may be a draft or unsaved.
    """
    closed = not session.series.is_published or session.is_cancelled or session.series.choose_one
    if closed or session.is_over(timezone.now()):
        return Enrollment.objects.none()
    rows = Enrollment.objects.active().filter(series=session.series_id, covers_later_sessions=True)
    if session.pk is not None:
        rows = rows.exclude(person__registrations__session=session)
    return rows.select_related("person").order_by("enrolled_at", "pk")


@transaction.atomic
def cover_new_session(*, session: Session, by: Person | None, publication: SessionChange | None = None) -> int:
    """Register each person whose enrollment covers this session, write one message to each, and return how many.

    Locks the session. Places are assigned in the order of enrolling; people without a place are added to the waiting
    list. A person who already has a registration for the session, even a cancelled one, is skipped, so that a second
    call changes nothing. Nobody is registered for a draft, or if `enrollments_to_cover` returns none.
    """
    now = timezone.now()
    session = Session.objects.select_for_update(no_key=True).select_related("series").get(pk=session.pk)
    series = session.series
    if session.state == Session.State.DRAFT:
        return 0
    rows = register_enrolled(session, enrollments_to_cover(session), now)
    write_messages(
        message_about_series(
            CONFIRMATION, f"later:{row.pk}", row.person, series, [row], publication=publication, added=session.pk
        )
        for row in rows
    )
    if rows:
        record(
            "cover-new-session",
            about=f"session:{session.pk}",
            by=by,
            scope_id=series.hub_id,
            details={"registrations": {str(row.pk): row.state for row in rows}},
        )
    return len(rows)
