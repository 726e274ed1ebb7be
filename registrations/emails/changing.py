"""Emails about a moved or cancelled session, with the current time and that of the last email (PRODUCT.md 4)."""

import copy
import dataclasses

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.time_zones import zone_of
from echo_portal.lib.zones import EASTERN, canonical, zone_label
from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Block, Button, Link, Paragraph, Rendered, Row, Rows, rendered
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.models import Message
from registrations.drop_reasons import DropReason
from registrations.emails.layout import (
    answer_links,
    calendar_part,
    cancellation_part,
    email,
    file_entry_note,
    note_blocks,
    recipient_of,
    session_card,
    waiting_rows,
    when_text,
)
from registrations.links import join_url, manage_url
from registrations.message_kinds import CANCELLED, RESCHEDULED
from registrations.models import Registration, SessionChange
from registrations.snapshots import SessionSnapshot
from sessions.models import Session


def register_renderers() -> None:
    kinds.register(Kind(RESCHEDULED, rescheduled, _still_true, must_arrive=True, label=gettext_lazy("Session moved")))
    kinds.register(Kind(CANCELLED, cancelled, _still_true, must_arrive=True, label=gettext_lazy("Session cancelled")))


def rescheduled(message: Message) -> Rendered:
    return rescheduled_email(message, *_facts(message))


def rescheduled_email(
    message: Message, row: Registration, change: SessionChange, told: SessionSnapshot, person: Person
) -> Rendered:
    """Render the email with the new time, and the time in the last email to this person.

    For samples, no object is saved.
    """
    language = message.language
    session = row.session
    title = session.title_in(language)[0]
    was = told.applied_to(session)
    by_rules = told.is_moved_by_zone_rules(SessionSnapshot.of(session))
    has_place = row.state == Registration.State.REGISTERED
    waits = row.state == Registration.State.WAITING
    same_zone = (zone_of(person) or EASTERN) == canonical(session.time_zone)
    occasion = _occasion(session, was, by_rules=by_rules, same_zone=same_zone, waits=waits)
    blocks: list[Block] = []
    blocks += _note(change, language)
    blocks.append(session_card(row, person, language, occasion.kicker))
    if was.is_cancelled:
        blocks.append(
            Paragraph(_("For a short while we had it as cancelled, by mistake. Nothing has changed for you."))
        )
    elif not (by_rules and same_zone):
        it_was = Row(title, when_text(was, person, language), session.title_in(language)[1])
        blocks.append(Rows(_("Previously"), (it_was,)))
    if by_rules:
        blocks.append(Paragraph(_rules_sentence(session, language, same_zone=same_zone)))
    part = None
    adds_entry = not row.awaits_answer  # before the answer, nothing is in the calendar (ADR 34)
    loses_hour = has_place and session.starts_at is None and was.starts_at is not None
    if has_place and session.starts_at is not None and adds_entry:
        part = calendar_part([row], language)
        blocks.append(Button(_("Join the session"), join_url(row, language)))
        in_calendar = _("The entry in your calendar moves with the attached file.")
        if was.is_cancelled or was.starts_at is None:
            in_calendar = _("Open the attachment to add it to your calendar.")
        blocks.append(Paragraph(in_calendar, small=True))
    if loses_hour:
        blocks.append(Paragraph(_("We write to you when the hour is set.")))
    if loses_hour and adds_entry:
        part = cancellation_part(_with_session(row, was), language)
        blocks.append(Paragraph(_("The attached file removes the old date from your calendar."), small=True))
    if waits:
        blocks += waiting_rows([row], person, language)
    if row.addition is not None and row.awaits_answer:
        blocks += answer_links(person, row.addition, language, waits=waits)
    elif waits:
        blocks.append(Link(_("Leave the waiting list"), manage_url(person, language)))
    else:
        blocks.append(Link(_("I cannot come: give my place back"), manage_url(person, language)))
    return rendered(
        email(
            message,
            person,
            session.series,
            subject=occasion.subject % {"session": session.full_title_in(language)[0]},
            preheader=occasion.preheader,
            heading=occasion.heading,
            blocks=blocks,
            part=part,
        )
    )


def cancelled(message: Message) -> Rendered:
    return cancelled_email(message, *_facts(message))


def cancelled_email(
    message: Message, row: Registration, change: SessionChange, told: SessionSnapshot, person: Person
) -> Rendered:
    """Render the email about the cancellation, with the time in the last email to this person.

    The email to a person with a place contains the CANCEL of the calendar entry. For samples, no object is saved.
    """
    language = message.language
    was = told.applied_to(row.session)
    was.state = Session.State.CANCELLED
    row = _with_session(row, was)
    title, title_language = was.title_in(language)
    blocks: list[Block] = []
    blocks += _note(change, language)
    blocks.append(Rows(was.series.title, (Row(title, when_text(was, person, language), title_language),)))
    if row.state == Registration.State.REGISTERED:
        blocks.append(Paragraph(_("We won’t send more reminders about it.")))
    has_entry = row.state == Registration.State.REGISTERED and not row.awaits_answer
    part = cancellation_part(row, language) if has_entry else None
    if part:
        blocks.append(Paragraph(_("The attached file removes this session from your calendar."), small=True))
        blocks.append(Paragraph(file_entry_note(), small=True))
    blocks.append(Link(_("See my sessions"), manage_url(person, language)))
    return rendered(
        email(
            message,
            person,
            was.series,
            subject=_("Cancelled: %(session)s") % {"session": was.full_title_in(language)[0]},
            preheader=_("This session does not take place."),
            heading=_("This session is cancelled"),
            blocks=blocks,
            part=part,
        )
    )


@dataclasses.dataclass(frozen=True)
class Occasion:
    heading: str
    subject: str
    kicker: str
    preheader: str


def _occasion(session: Session, was: Session, *, by_rules: bool, same_zone: bool, waits: bool) -> Occasion:
    new_time, new_hours = _("The new time"), _("The new date and hours in your own time.")
    yours, as_before = _("Your session"), _("Nothing has changed for you.")
    takes_place, has_moved = _("Your session takes place"), _("Your session has moved")
    if waits:
        yours, takes_place = _("The session you wait for"), _("The session you wait for takes place")
        has_moved = _("The session you wait for has moved")
    if was.is_cancelled:
        return Occasion(takes_place, _("It takes place: %(session)s"), yours, as_before)
    if was.starts_at is None and session.starts_at is not None:
        return Occasion(_("The hour is set"), _("The hour is set: %(session)s"), new_time, new_hours)
    if session.starts_at is None:
        later = _("We write to you when the hour is set.")
        return Occasion(_("The hour is open again"), _("The hour is open again: %(session)s"), yours, later)
    if by_rules:
        subject = _("A clock has changed: %(session)s")
        if same_zone:
            return Occasion(_("A clock has changed: your hour stays"), subject, yours, as_before)
        return Occasion(_("A clock has changed: look at the hour"), subject, new_time, new_hours)
    return Occasion(has_moved, _("New time: %(session)s"), new_time, new_hours)


def _rules_sentence(session: Session, language: str, *, same_zone: bool) -> str:
    """Return a sentence that explains a new time by changed rules of the session's time zone.

    Registrants in the session's own zone keep their local time, and the sentence says so.
    """
    clock = zone_label(session.time_zone, language) if canonical(session.time_zone) else session.time_zone
    if same_zone:
        sentence = _("Nobody moved the session, and your hour stays: the rules of %(clock)s have changed.")
    else:
        sentence = _("Nobody moved the session: the rules of %(clock)s, by which it is held, have changed.")
    return sentence % {"clock": clock}


def _with_session(row: Registration, session: Session) -> Registration:
    shown = copy.copy(row)
    shown.session = session
    return shown


def _note(change: SessionChange, language: str) -> list[Block]:
    """Return the coordinator's note as blocks, or an empty list if there is none or the change was recalled."""
    if change.recalled_at is not None:
        return []
    return note_blocks(change, language)


def _facts(message: Message) -> tuple[Registration, SessionChange, SessionSnapshot, Person]:
    row = _active(message)
    if row is None:
        raise NoLongerTrue(DropReason.PLACE_LEFT_OR_CHANGED)
    change = SessionChange.objects.get(pk=message.payload["change"])
    return row, change, SessionSnapshot.read(message.payload["was"], row.session), recipient_of(message)


def _active(message: Message) -> Registration | None:
    row = (
        Registration.objects.active()
        .filter(pk=message.payload["registration"])
        .select_related("session__series__hub", "person")
        .first()
    )
    if row is None or row.revision != message.payload["revision"]:
        return None
    says = SessionSnapshot.read(message.payload["says"], row.session)
    return row if SessionSnapshot.of(row.session).is_equivalent_to(says) else None


def _still_true(message: Message) -> bool:
    return _active(message) is not None
