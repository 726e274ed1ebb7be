"""Render a coordinator's message to registrants. It is plain text in which only placeholders are replaced."""

import dataclasses

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.time_zones import zone_of
from echo_portal.lib.bilingual import in_language
from echo_portal.lib.dates import date_long, moment
from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Block, Link, Rendered, rendered, text_blocks
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.models import Message
from registrations.drop_reasons import DropReason
from registrations.emails.layout import email, recipient_of
from registrations.links import join_url, manage_url
from registrations.message_kinds import ANNOUNCEMENT
from registrations.models import Announcement, Registration
from registrations.placeholders import NAMES, NAMES_OF_SERIES, check_placeholders, fill
from registrations.queries.first_emails import first_email_is_missing


def register_renderers() -> None:
    kinds.register(
        Kind(
            ANNOUNCEMENT,
            announcement,
            _still_registered,
            must_arrive=False,
            label=gettext_lazy("Message to registrants"),
            waits=_waits,
        )
    )


def announcement(message: Message) -> Rendered:
    row = _registration(message)
    if row is None:
        raise NoLongerTrue(DropReason.PLACE_LEFT)
    words = Announcement.objects.get(pk=message.payload["announcement"])
    return announcement_email(message, words, row, recipient_of(message))


def announcement_email(message: Message, words: Announcement, row: Registration, person: Person) -> Rendered:
    """Render the email in the language of the message. For samples, the message is not saved."""
    language = message.language
    subject, text = texts_for(words, row, person, language)
    blocks: list[Block] = [*text_blocks(text), Link(_("Change or cancel my sessions"), manage_url(person, language))]
    content = email(message, person, row.session.series, subject=subject, preheader="", heading=subject, blocks=blocks)
    return rendered(dataclasses.replace(content, subject=subject))  # the coordinator's own words


def texts_for(words: Announcement, row: Registration, person: Person, language: str) -> tuple[str, str]:
    """Return subject and text with the values of this person in place of the placeholders.

    Raises Refusal for a stored text that no longer passes `check_placeholders`.
    """
    names = NAMES if words.session_id else NAMES_OF_SERIES
    session = row.session
    date = hours = ""
    if session.starts_at is not None and session.ends_at is not None:
        when = moment(session.starts_at, session.ends_at, zone_of(person), language)
        date, hours = date_long(when.own_date, language), when.text
    elif session.on_date is not None:
        date = date_long(session.on_date, language)
    values = {
        "name": person.name_in_emails if row.is_confirmed else person.email,
        "session": session.full_title_in(language)[0],
        "series": session.series.title,
        "date": date,
        "hours": hours,
        "join_link": join_url(row, language),
        "my_sessions": manage_url(person, language),
    }
    subject, text = (in_language(words, field, language)[0] for field in ("subject", "text"))
    check_placeholders(subject, field="subject", names=names)
    check_placeholders(text, field="text", names=names)
    one_line = " ".join(fill(subject, values).split())
    return one_line, fill(text.replace("\r\n", "\n"), values)


def _waits(message: Message) -> bool:
    """Return whether the person was told of no place to which the announcement refers."""
    words = Announcement.objects.filter(pk=message.payload["announcement"]).first()
    places = [message.payload["registration"]]
    if words and words.series_id:
        rows = Registration.objects.active().filter(person=message.person_id, session__series=words.series_id)
        places = list(rows.values_list("pk", flat=True))
    return first_email_is_missing(message.person_id or 0, places)


def _registration(message: Message) -> Registration | None:
    """Return the registration, or None if the place was given up or the announcement was recalled.

    An announcement to a series is sent to people who still have a place in one of its sessions.
    """
    words = Announcement.objects.filter(pk=message.payload["announcement"], recalled_at=None).first()
    if words is None:
        return None
    rows = Registration.objects.active().select_related("session__series__hub", "person")
    if words.session_id:
        return rows.filter(pk=message.payload["registration"]).first()
    return rows.filter(person=message.person_id, session__series=words.series_id).order_by("-pk").first()


def _still_registered(message: Message) -> bool:
    return _registration(message) is not None
