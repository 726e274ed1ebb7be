"""Build the values that the registration form and "my sessions" display."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from echo_portal.lib.addresses import uuid_addresses
from echo_portal.lib.bilingual import in_language
from echo_portal.lib.dates import DateBlock, Moment, date_block, date_long, date_short, day_in, instant, moment
from echo_portal.lib.templatetags.languages import marked_as
from echo_portal.lib.templatetags.times import times, unbroken
from registrations.links import join_token
from registrations.models import Registration
from registrations.rules import (
    KEEP_UNPROVED_FOR,
    keep_until,
    place_can_be_claimed,
    waiting_list_moves,
    waiting_list_moves_until,
)
from sessions.models import Series, Session
from sessions.presenters import spoken_in, undated_label


@dataclasses.dataclass(frozen=True, slots=True)
class SessionOption:
    """A session in the list of the form, with the visitor's local time and the state of its places.

    `on_waiting_list` is whether this person is on the waiting list and cannot take a place now. `list_moves` is whether
    the waiting list still moves up. `is_named` is whether the session has its own title. If it has none, `title` is its
    number.
    """

    id: int
    number: int
    title: str
    title_language: str
    is_named: bool
    when: SafeString
    short: SafeString
    short_date: str
    full: bool
    list_moves: bool
    waiting: int
    registered: bool
    on_waiting_list: bool
    checked: bool


def session_options(
    sessions: Sequence[Session],
    *,
    zone: str | None,
    language: str,
    now: dt.datetime,
    mine: dict[int, Registration],
    chosen: set[int],
) -> list[SessionOption]:
    """Return what the form displays of each session that can be chosen.

    The sessions must have the annotations `places_taken` and `waiting`, as from `sessions_to_choose`. `mine` are the
    person's registrations by session ID, and `chosen` are the IDs of the selected sessions.
    """
    options = []
    for session in sessions:
        title, title_language = session.title_in(language)
        registered, waiting = session.places_taken or 0, session.waiting or 0  # type: ignore[attr-defined]
        state = mine[session.pk].state if session.pk in mine else ""
        can_claim = place_can_be_claimed(session, now, registered=registered)
        options.append(
            SessionOption(
                id=session.pk,
                number=session.number,
                title=title,
                title_language=title_language,
                is_named=bool(session.title_en or session.title_fr),
                when=when_html(session, zone, language),
                short=short_when(session, zone, language),
                short_date=date_short(own_day(session, zone), language) if session.on_date else "",
                full=session.is_full(registered),
                list_moves=waiting_list_moves(session, now),
                waiting=waiting,
                registered=state == Registration.State.REGISTERED,
                on_waiting_list=state == Registration.State.WAITING and not can_claim,
                checked=session.pk in chosen,
            )
        )
    return options


def held_options(series: Series, options: Sequence[SessionOption], *, covers_later: bool) -> list[SessionOption]:
    """Return the sessions that the form only names, because the person has a place in them.

    Return none if the dates have the same content. In an ongoing series, return none either if the person has a place
    in all sessions but can still ask for the later ones (`covers_later` is false).
    """
    held = [] if series.choose_one and len(options) > 1 else [option for option in options if option.registered]
    return held if covers_later or len(held) < len(options) else []


def when_line(session: Session, zone: str | None, language: str) -> str:
    """Return the date and the visitor's local times on one line."""
    if session.starts_at is None or session.ends_at is None:
        if session.on_date is None:
            return undated_label(session)
        if session.is_over(timezone.now()):
            return date_long(session.on_date, language)
        return _("%(date)s, time to be announced") % {"date": date_long(session.on_date, language)}
    when = moment(session.starts_at, session.ends_at, zone, language)
    return f"{date_long(when.own_date, language)}, {when.text}"


def own_moment(session: Session, zone: str | None, language: str) -> Moment | None:
    """Return date and times as separate values, to highlight the visitor's local time, or None if no time is set."""
    if session.starts_at is None or session.ends_at is None:
        return None
    return moment(session.starts_at, session.ends_at, zone, language)


def when_html(session: Session, zone: str | None, language: str) -> SafeString:
    """Return the line of `when_line` as HTML, with the visitor's local time highlighted."""
    found = own_moment(session, zone, language)
    if found is None:
        return conditional_escape(when_line(session, zone, language))
    return format_html("{}, {}", date_long(found.own_date, language), times(found))


def short_when(session: Session, zone: str | None, language: str) -> SafeString:
    """Return date and time on one short line, for lists that display the time zone once."""
    found = own_moment(session, zone, language)
    if found is None:
        return conditional_escape(when_line(session, zone, language))
    mark = "times__own" if zone else "times__et"
    day = date_short(found.own_date, language)
    return format_html('{}, <span class="{}">{}</span>', day, mark, unbroken(found.own_range))


def own_day(session: Session, zone: str | None) -> dt.date:
    """Return the date in the visitor's time zone. The session must have a date."""
    if session.starts_at is not None:
        return day_in(session.starts_at, zone)
    return session.on_date or dt.date.max


def list_moves_until(session: Session, zone: str | None, language: str) -> str:
    """Return when the waiting list stops moving up, in the person's time, or "" if the session has no start time."""
    until = waiting_list_moves_until(session)
    return instant(until, zone, language) if until is not None else ""


def hours_kept(sessions: Sequence[Session], sent_at: dt.datetime, now: dt.datetime) -> int:
    """Return for how many hours places are kept for an unproved address after its first form for them (ADR 17).

    Return 0 if no place depends on it, or if that time has passed for a form that was sent at `sent_at`. The time until
    which a place is kept is not displayed. It would be wrong for an address that was registered before, and the page
    must not reveal whether it was.
    """
    until = max(filter(None, (keep_until(session, sent_at) for session in sessions)), default=now)
    return KEEP_UNPROVED_FOR // dt.timedelta(hours=1) if until > now else 0


class OwnAddresses:
    """Functions that return URLs of sessions and of a person's registrations, with the person's token."""

    def __init__(self, token: str) -> None:
        self.session = uuid_addresses("session", "session")
        self.calendar = uuid_addresses("own_calendar", "registration", token=token)
        self.claim = uuid_addresses("claim_place", "registration", token=token)
        self.leave = uuid_addresses("leave_session", "registration", token=token)
        self.swap = uuid_addresses("swap_session", "registration", token=token)


@dataclasses.dataclass(frozen=True, slots=True)
class OwnRow:
    """A registration on the page "My sessions". If the session has no title of its own, `title` is its number.

    `other_language` is a note about the language of the session, if that is not the page's. `waiting_place` is the
    position on the waiting list, or 0 for a person with a place. `can_claim` is whether a person on the waiting list
    can take a free place now. `is_provisional` is whether the place depends on confirming the address. `kept_until`
    says until when it is kept, and is "" after that time.
    """

    registration: Registration
    public_id: str
    title: str
    title_language: str
    series: str
    series_language: str
    session_url: str
    number: int
    has_own_title: bool
    other_language: str
    moment: Moment | None
    block: DateBlock | None
    when: str
    waiting_place: int
    list_moves: bool
    can_claim: bool
    is_provisional: bool
    kept_until: str
    cancelled: bool
    room_open: bool
    join_url: str
    calendar_url: str
    claim_url: str
    leave_url: str
    swap_url: str
    has_calendar: bool
    can_swap: bool

    @property
    def title_html(self) -> SafeString:
        """Return the title as HTML, with its language marked if that is not the page's."""
        return marked_as(self.title, self.title_language)

    @property
    def series_html(self) -> SafeString:
        return marked_as(self.series, self.series_language)


def own_row(
    registration: Registration,
    *,
    zone: str | None,
    language: str,
    now: dt.datetime,
    waiting_place: int,
    places_taken: int,
    addresses: OwnAddresses,
    is_proved: bool,
) -> OwnRow:
    session = registration.session
    title, title_language = session.title_in(language)
    series, series_language = in_language(session.series, "title", language)
    when = None
    if session.starts_at is not None and session.ends_at is not None:
        when = moment(session.starts_at, session.ends_at, zone, language)
    day = when.own_date if when else session.on_date
    has_place = registration.state == Registration.State.REGISTERED
    room_open = session.room_is_open(now) and has_place
    until = registration.kept_until if has_place and not is_proved else None
    return OwnRow(
        registration=registration,
        public_id=str(registration.public_id),
        title=title,
        title_language=title_language,
        series=series,
        series_language=series_language,
        session_url=addresses.session(session.public_id),
        number=session.number,
        has_own_title=session.has_own_title,
        other_language=spoken_in(session.series) if session.series.language != language else "",
        moment=when,
        block=date_block(day, language) if day else None,
        when=when_html(session, zone, language),
        waiting_place=waiting_place,
        list_moves=waiting_list_moves(session, now),
        can_claim=waiting_place > 0 and place_can_be_claimed(session, now, registered=places_taken),
        is_provisional=until is not None,
        kept_until=instant(until, zone, language) if until is not None and until > now else "",
        cancelled=session.is_cancelled,
        room_open=room_open,
        join_url=reverse("join", kwargs={"token": join_token(registration)}) if room_open else "",
        calendar_url=addresses.calendar(registration.public_id),
        claim_url=addresses.claim(registration.public_id),
        leave_url=addresses.leave(registration.public_id),
        swap_url=addresses.swap(registration.public_id),
        has_calendar=session.starts_at is not None and not session.is_cancelled,
        can_swap=session.series.choose_one,
    )
