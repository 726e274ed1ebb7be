"""Parts that several emails about registrations contain."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from accounts.time_zones import zone_of
from echo_portal.lib.bilingual import in_language
from echo_portal.lib.dates import date_block, date_long, instant, moment
from echo_portal.lib.text import with_one_colon
from echo_portal.lib.zones import is_eastern
from echo_portal.outbox.email_content import (
    Block,
    Button,
    CalendarPart,
    EmailContent,
    Link,
    Paragraph,
    Row,
    Rows,
    SessionCard,
    text_blocks,
)
from echo_portal.outbox.kinds import NoLongerTrue
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import own_name
from registrations import calendar
from registrations.drop_reasons import DropReason
from registrations.links import answer_url, confirm_url, manage_url
from registrations.models import Addition, Registration
from registrations.presenters import list_moves_until, own_day, when_line
from registrations.queries.email_facts import active_recipient, registrations_of_email, series_of_email
from registrations.queries.places import place_in_line
from registrations.rules import waiting_list_moves
from sessions.models import Series, Session
from sessions.presenters import hour_texts, spoken_in
from sessions.queries import timed_sessions


def room_words(sessions: Iterable[Session]) -> str:
    """Return when the room opens and, if one of the sessions has them, where the telephone numbers are."""
    if any(session.join_telephone for session in sessions):
        return _("The room opens 10 minutes early. No computer? The telephone numbers are on the joining page.")
    return _("The room opens 10 minutes early.")


def email(
    message: Message,
    person: Person,
    series: Series,
    *,
    subject: str,
    preheader: str,
    heading: str,
    blocks: Sequence[Block],
    part: CalendarPart | None = None,
    why: str = "",
) -> EmailContent:
    """Return the content of an email.

    `subject` consists of a label and a title; only the last colon in it is kept. `why` replaces the message's own
    reason, for an email about several sessions.
    """
    other = "fr" if message.language == "en" else "en"
    label = "Recevoir mes courriels en français" if other == "fr" else "Get my emails in English"
    return EmailContent(
        language=message.language,
        subject=with_one_colon(subject),
        preheader=preheader,
        heading=heading,
        blocks=(_addressee(person), *blocks),
        from_name=series.hub.name,
        why=why or message.why,
        reply_to=series.hub.reply_address,
        other_language=Link(label, f"{manage_url(person, other)}#language", other),
        calendar=part,
        eastern_is_own=is_eastern(zone_of(person) or ""),
    )


def _addressee(person: Person) -> Paragraph:
    """Return a line with the recipient's name, because two people may share a mailbox.

    A coordinator who views the email sees the address instead, because anybody can submit the form with a known
    address.
    """
    name = own_name(person.name_in_emails, person.email)
    return Paragraph(_("For %(name)s") % {"name": name}, small=True)


def shared_mailbox(message: Message) -> list[Block]:
    """Return an explanation of shared mailboxes if the form had another name than the profile, else an empty list."""
    if not message.payload.get("other_name"):
        return []
    sentence = _(
        "The form named somebody else. One address stands for one person: two people who share a mailbox each register "
        "with an address of their own, such as name+denise@example.ca for the mailbox name@example.ca."
    )
    return [Paragraph(sentence)]


def news_asked_for(message: Message) -> list[Block]:
    """Return a sentence about news if they were ticked on a guest's form, because a stranger may have sent the form."""
    if not message.payload.get("asks_for_news"):
        return []
    sentence = _(
        "The form also asked for our news by email. It begins when you use a link in one of our emails, and each "
        "newsletter has a link that ends it."
    )
    return [Paragraph(sentence, small=True)]


def next_timed(registered: Sequence[Registration]) -> Registration | None:
    return next((row for row in registered if row.session.starts_at is not None), None)


def session_card(row: Registration, person: Person, language: str, kicker: str) -> SessionCard:
    session = row.session
    title, title_language = session.title_in(language)
    series = session.series.title
    if session.has_own_title:  # without its own title, `title` is the number
        series = _("%(series)s, session %(number)s") % {"series": series, "number": session.number}
    if session.series.language != language:
        spoken = spoken_in(session.series)
        series = f"{series}, {spoken[0].lower()}{spoken[1:]}"
    note = _("Read before: %(document)s") % {"document": session.read_before} if session.read_before else ""
    if session.starts_at is None or session.ends_at is None:
        day = session.on_date
        block = date_block(day, language) if day else None
        return SessionCard(
            kicker,
            block.weekday if block else "",
            block.day if block else "",
            block.month if block else "",
            title,
            title_language,
            series,
            "",
            "",
            when_text(session, person, language),
            note,
        )
    when = moment(session.starts_at, session.ends_at, zone_of(person), language)
    block = date_block(when.own_date, language)
    return SessionCard(
        kicker,
        block.weekday,
        block.day,
        block.month,
        title,
        title_language,
        series,
        when.own_text,
        when.eastern_text,
        date_long(when.own_date, language),
        note,
    )


def card_with_hours(
    row: Registration, person: Person, language: str, kicker: str, unusual: dict[int, str]
) -> list[Block]:
    """Return the card of a session and, if its local time is unusual, a sentence. `unusual` is from `unusual_hours`."""
    card = session_card(row, person, language, kicker)
    text = unusual.get(row.session_id)
    return [card, Paragraph(f"{text}.")] if text else [card]


def when_text(session: Session, person: Person, language: str) -> str:
    """Return the date and times on one line, for lists."""
    return when_line(session, zone_of(person), language)


def named_row(session: Session, person: Person, language: str) -> Row:
    title, title_language = session.full_title_in(language)
    return Row(title, when_text(session, person, language), title_language)


def waiting_rows(waiting: Sequence[Registration], person: Person, language: str) -> list[Block]:
    """Return the sessions with the person's current position on each waiting list, and how free places are assigned."""
    if not waiting:
        return []
    now = timezone.now()
    moving = [row for row in waiting if waiting_list_moves(row.session, now)]
    rows = []
    for row in waiting:
        named = named_row(row.session, person, language)
        words = f"{named.right}."
        if row in moving:
            words = _("%(when)s. You are number %(place)d.") % {"when": named.right, "place": place_in_line(row)}
            if until := list_moves_until(row.session, zone_of(person), language):
                words += " " + _("The list moves up until %(moment)s.") % {"moment": until}
        if row.session.starts_at is None:
            words += " " + _("We write to you when the hour is set.")
        rows.append(Row(named.left, words, named.left_language))
    if moving:
        note = ngettext(
            "This session is full. While the list moves up, free places are given in its order, and we write to you "
            "as soon as one is yours. After that, a free place goes to the first person who asks: take it "
            "in “My sessions”.",
            "These sessions are full. While a list moves up, free places are given in its order, and we write to you "
            "as soon as one is yours. After that, a free place goes to the first person who asks: take it "
            "in “My sessions”.",
            len(waiting),
        )
    else:
        note = ngettext(
            "This session is full, and its list no longer moves up. A free place goes to the first person who asks: "
            "take it in “My sessions”.",
            "These sessions are full, and their lists no longer move up. A free place goes to the first person who "
            "asks: take it in “My sessions”.",
            len(waiting),
        )
    return [Rows(_("On the waiting list"), tuple(rows), note)]


def date_row(session: Session, person: Person, language: str, unusual: str = "") -> Row:
    """Return the number, title, date and times of a session, and how its time differs from the usual one."""
    title, title_language = session.title_in(language)
    numbered = f"{session.number}. {title}" if session.has_own_title else title
    return Row(numbered, _with_note(when_text(session, person, language), unusual), title_language)


def _with_note(when: str, unusual: str) -> str:
    return f"{when} ({unusual[0].lower()}{unusual[1:]})" if unusual else when


def other_dates(sessions: Sequence[Session], person: Person, language: str, unusual: dict[int, str]) -> Rows:
    """Return one line per session. If all have the same local time, it is displayed once below them.

    `unusual` is the result of `unusual_hours`.
    """
    heading = _("Your other dates")
    hours = {
        moment(row.starts_at, row.ends_at, zone_of(person), language).text if row.starts_at and row.ends_at else ""
        for row in sessions
    }
    if len(sessions) == 1 or len(hours) > 1 or "" in hours:
        return Rows(heading, tuple(date_row(row, person, language, unusual.get(row.pk, "")) for row in sessions))
    rows = []
    for session in sessions:
        row = date_row(session, person, language)
        when = date_long(own_day(session, zone_of(person)), language)
        rows.append(Row(row.left, _with_note(when, unusual.get(session.pk, "")), row.left_language))
    return Rows(heading, tuple(rows), _("All at %(hours)s.") % {"hours": hours.pop()})


def unusual_hours(series: Series, person: Person) -> dict[int, str]:
    """Return a text for each session of the series at an unusual local time, by session ID."""
    sessions = list(timed_sessions(series.pk))
    found = hour_texts(series, sessions, zone_of(person))
    return {session.pk: found[session.number] for session in sessions if session.number in found}


def calendar_part(registered: Sequence[Registration], language: str) -> CalendarPart | None:
    """Return a REQUEST for one session, or a PUBLISH file for several, or None if no session has a start time.

    A REQUEST can contain only one UID (RFC 5546).
    """
    timed = [row for row in registered if row.session.starts_at is not None]
    if not timed:
        return None
    if len(timed) == 1 and len(registered) == 1:
        return CalendarPart("REQUEST", _("invite.ics"), calendar.invitation(timed[0], language))
    return CalendarPart("PUBLISH", _("sessions.ics"), calendar.file_of(timed, language))


def note_blocks(noted: Any, language: str) -> list[Block]:
    """Return the coordinator's note (`note_en` and `note_fr` of `noted`) in this language, else in the other one."""
    text, written_in = in_language(noted, "note", language)
    return [*text_blocks(text, written_in if written_in != language else "")]


def cancellation_part(row: Registration, language: str) -> CalendarPart | None:
    """Return the CANCEL of one session, or None if the session has no start time."""
    if row.session.starts_at is None:
        return None
    return CalendarPart("CANCEL", _("cancel.ics"), calendar.cancellation(row, language))


def confirm_address(person: Person, rows: Sequence[Registration], language: str) -> list[Block]:
    """Return a request to confirm an address that nobody has proved, with the time until which places are kept.

    Return an empty list if the address is proved, or if no place and no reminder depends on it.
    """
    now = timezone.now()
    kept_until = min((row.kept_until for row in rows if row.kept_until and row.kept_until > now), default=None)
    if person.is_proved or not (kept_until or any(row.reminders_wait for row in rows)):
        return []
    if kept_until is None:
        sentence = _("We’ll remind you of your next session. Confirm your address to be reminded of the others too.")
        return [Paragraph(sentence), Link(_("Confirm my address"), confirm_url(person, language))]
    sentence = ngettext(
        "Places in this session are limited. Confirm your address by %(time)s: after that, your place goes to the next "
        "person if somebody is waiting.",
        "Places in some of these sessions are limited. Confirm your address by %(time)s: after that, your place there "
        "goes to the next person if somebody is waiting.",
        len(rows),
    ) % {"time": instant(kept_until, zone_of(person), language)}
    return [Paragraph(sentence), Button(_("Confirm my address"), confirm_url(person, language))]


def answer_links(person: Person, addition: Addition, language: str, *, waits: bool) -> list[Block]:
    """Return buttons with which a person whom a coordinator registered answers, with a place or waiting (ADR 27)."""
    answer = answer_url(person, addition.public_id, language)
    yes = _("Yes, keep me on the waiting list") if waits else _("Yes, I take part")
    return [Button(yes, answer, Link(_("No, take me off the list"), f"{answer}#no"))]


def file_entry_note() -> str:
    """Return a note for emails with a CANCEL, because Gmail keeps entries added from a file (DOMAIN.md IC-3)."""
    return _(
        "Did it come with the file of several dates? Some calendars keep it: remove it there. "
        "A subscribed calendar is updated automatically."
    )


def other_side_of_swap(message: Message, fact: str, person: Person) -> Registration | None:
    """Return the registration for the other date of an exchange, or None, without a query, if there was no exchange."""
    pk = message.payload.get(fact)
    return next(iter(registrations_of_email([pk], person.pk)), None) if pk else None


def recipient_of(message: Message, rows: Sequence[Registration] = ()) -> Person:
    """Return the recipient, without a query if their registrations are passed.

    Raises NoLongerTrue if the person was deleted or is not active.
    """
    for person in [rows[0].person] if rows else active_recipient(message.person_id or 0):
        if person.is_active:
            return person
    raise NoLongerTrue(DropReason.PERSON_GONE)


def series_of(message: Message, rows: Sequence[Registration] = ()) -> Series:
    for row in rows:
        if row.session.series_id == message.payload["series"]:
            return row.session.series
    (series,) = series_of_email(message.payload["series"])
    return series


def registrations_in(message: Message) -> list[Registration]:
    ids = message.payload.get("registrations") or [message.payload.get("registration")]
    return registrations_of_email([pk for pk in ids if pk], message.person_id or 0)
