"""The preview of a change to a session: recipients, local times, overlapping sessions, and numbers of emails."""

import dataclasses
import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import Person
from accounts.time_zones import zone_of
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_long, moment
from echo_portal.lib.zones import EASTERN, canonical, zone_label
from registrations.models import Registration
from registrations.queries.last_told import last_told, outdated
from registrations.reminder_times import due_at, is_worth_writing
from registrations.snapshots import SessionSnapshot
from sessions.models import Session
from sessions.vocabularies import Reminder

DAY_BEGINS, DAY_ENDS = dt.time(7), dt.time(21)


@dataclasses.dataclass(frozen=True)
class LocalHours:
    """The number of registrants in one time zone, and the session's local times before and after the change.

    `before` and `after` are "" if no time is set. `odd` is whether the session would begin or end at night there.
    """

    place: str
    people: int
    before: str
    after: str
    odd: bool


@dataclasses.dataclass(frozen=True)
class ChangePreview:
    """The effect of a change.

    `people` are the registrants who get an email. `told` maps the ID of each of their registrations to the snapshot of
    the session in their last email. `knowing` is the number of registrants who get no email because an earlier email
    already had the new time. `uninvited` is the number of people whom the hub registered, and whose email about that
    has not been sent. `unreachable` are the names of people whose address is suppressed. `unsendable` is the number of
    people whose address is suppressed for a reason that the reader may not know. `reminders_later` is the number of
    people with a place whose reminders are written once their address is confirmed.
    """

    registered: int
    waiting: int
    emails_by_language: dict[str, int]
    hours: list[LocalHours]
    new_clashes: list[tuple[Registration, Session]]
    people: list[Registration]
    unreachable: list[str]
    unsendable: int
    told: dict[int, SessionSnapshot]
    knowing: int
    uninvited: int
    reminders: dict[Reminder, int]
    reminders_later: int

    @property
    def emails(self) -> int:
        return len(self.people)

    @property
    def odd_hours(self) -> list[LocalHours]:
        return [row for row in self.hours if row.odd]


def preview_change(session: Session, after: Session, *, reader: Person) -> ChangePreview:
    """Return the preview of a change. `after` is an unsaved copy of the session with its new values and UTC times.

    Three queries are made, or five to six if the session was changed before.
    """
    language = active_language()
    rows = list(Registration.objects.of_session(session).with_suppression(reader=reader))
    told = last_told(session, SessionSnapshot.of(session), rows)
    needed = {row.pk: outdated(told[row.pk], SessionSnapshot.of(after)) for row in rows}
    uninvited = sum(not told[row.pk] for row in rows)
    people = [row for row in rows if needed[row.pk] is not None]
    zones = Counter(shown_zone(row) for row in rows)
    return ChangePreview(
        registered=sum(row.state == Registration.State.REGISTERED for row in people),
        waiting=sum(row.state == Registration.State.WAITING for row in people),
        emails_by_language=dict(Counter(row.shown_language for row in people)),
        hours=[
            LocalHours(
                zone_label(zone, language),
                count,
                hours(session, zone, language),
                hours(after, zone, language),
                is_odd(after, zone),
            )
            for zone, count in zones.most_common()
        ],
        new_clashes=_new_clashes(session, after, rows),
        people=people,
        unreachable=[row.shown_name for row in people if row.is_suppressed_here],  # type: ignore[attr-defined]
        unsendable=sum(row.is_suppressed and not row.is_suppressed_here for row in people),  # type: ignore[attr-defined]
        told={pk: was for pk, was in needed.items() if was is not None},
        knowing=len(rows) - len(people) - uninvited,
        uninvited=uninvited,
        reminders=_reminders(after, rows),
        reminders_later=sum(row.state == Registration.State.REGISTERED and row.reminders_wait for row in rows),
    )


def _reminders(after: Session, rows: list[Registration]) -> dict[Reminder, int]:
    """Return how many reminders of each kind would be written. Reminders whose due time has passed are not counted."""
    counts: Counter[Reminder] = Counter()
    if after.starts_at is None or after.is_cancelled:
        return {}
    now = timezone.now()
    for row in rows:
        if row.state != Registration.State.REGISTERED or row.reminders_wait:
            continue
        for name in after.reminders:
            if is_worth_writing(due_at(Reminder(name), after.starts_at, zone_of(row.person)), now):
                counts[Reminder(name)] += 1
    return dict(counts)


def shown_zone(row: Registration) -> str:
    """Return the time zone that coordinators may see: that of the form, until the registration is confirmed."""
    zone = zone_of(row.person) if row.is_confirmed else canonical(row.form_zone)
    return zone or EASTERN


def hours(session: Session, zone: str, language: str) -> str:
    """Return the date and times of a session as text, in one time zone."""
    if session.starts_at is None or session.ends_at is None:
        return ""
    when = moment(session.starts_at, session.ends_at, zone, language)
    return f"{date_long(when.own_date, language)}, {when.own_range}"


def is_odd(session: Session, zone: str) -> bool:
    """Return whether the session begins before 7:00 or ends after 21:00, local time."""
    if session.starts_at is None or session.ends_at is None:
        return False
    start, end = (moment.astimezone(ZoneInfo(zone)) for moment in (session.starts_at, session.ends_at))
    return start.time() < DAY_BEGINS or end.time() > DAY_ENDS or end.date() != start.date()


def _new_clashes(session: Session, after: Session, rows: list[Registration]) -> list[tuple[Registration, Session]]:
    """Return pairs of a registration and another session of the person that overlaps or adjoins the new time.

    Sessions that already overlap or adjoin the old time are not included.
    """
    people = {row.person_id: row for row in rows}
    others = (
        Registration.objects.registered()
        .filter(person__in=people, session__starts_at__isnull=False)
        .exclude(session=session)
        .exclude(session__state=Session.State.CANCELLED)
        .select_related("session__series")
    )
    return [
        (people[other.person_id], other.session)
        for other in others
        if after.touches(other.session) and not session.touches(other.session)
    ]
