"""Emails about places that were given up, or exchanged for another date with the same content (PRODUCT.md 4)."""

from collections.abc import Sequence
from types import SimpleNamespace

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.time_zones import zone_of
from echo_portal.lib.dates import instant
from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Block, Link, Paragraph, Rendered, Rows, rendered
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.models import Message
from registrations.drop_reasons import DropReason
from registrations.emails.layout import (
    cancellation_part,
    date_row,
    email,
    file_entry_note,
    note_blocks,
    other_side_of_swap,
    recipient_of,
    registrations_in,
    series_of,
)
from registrations.links import manage_url
from registrations.message_kinds import BY_FILE, BY_INVITATION, LEFT
from registrations.models import Registration
from registrations.queries.people import enrollment_of
from registrations.queries.places import NONE_TAKEN, places_taken
from registrations.rules import must_wait, waiting_list_moves
from sessions.models import Series

State = Registration.State


def register_renderers() -> None:
    kinds.register(Kind(LEFT, left, _still_left, must_arrive=True, label=gettext_lazy("Place given back")))


def left(message: Message) -> Rendered:
    """Render the email about places that were given up. For a single session, it contains the CANCEL of the entry."""
    person, series = recipient_of(message), series_of(message)
    given_up = [row for row in registrations_in(message) if row.state == State.CANCELLED]
    if not given_up:
        raise NoLongerTrue(DropReason.CAME_BACK)
    rows = _still_open(given_up) or given_up
    language = message.language
    new = other_side_of_swap(message, "exchanged_for", person)
    about_one = len(message.payload["registrations"]) == 1
    waited = all(row.was_waiting for row in rows)
    by_hub = message.payload.get("by_hub", False)
    heading = _left_heading(rows, by_hub=by_hub)
    subject = _left_subject(rows, by_hub=by_hub) % {
        "session": rows[0].session.full_title_in(language)[0] if about_one else series.title,
        "count": len(rows),
    }
    entry = message.payload.get("entry", BY_INVITATION)
    part = cancellation_part(rows[0], language) if about_one and entry else None
    blocks: list[Block] = []
    if message.payload.get("unproved"):
        heading = _("Your place went to the next person")
        subject = _("Your place went to the next person: %(session)s") % {
            "session": rows[0].session.full_title_in(language)[0]
        }
        blocks.append(Paragraph(_not_confirmed(rows[0])))
        blocks.append(Rows(series.title, (date_row(rows[0].session, person, language),)))
        removed = _("The attached file removes this session from your calendar.")
    elif new is not None and new.state != State.CANCELLED:
        heading = _("Your old date was exchanged")
        subject = _("Date changed: %(session)s") % {"session": rows[0].session.full_title_in(language)[0]}
        exchanged = _("You exchanged this date for another one. A separate email is about that date.")
        if by_hub:
            exchanged = _("%(hub)s moved you to another session. A separate email is about that session.")
            exchanged %= {"hub": series.hub.name}
        blocks.append(Paragraph(exchanged))
        blocks.append(Rows(_("Previously"), (date_row(rows[0].session, person, language),)))
        blocks.append(Rows(_("In its place"), (date_row(new.session, person, language),)))
        removed = _("The attached file removes the old date from your calendar.")
    else:
        if by_hub:
            blocks += _by_hub(message, series, rows)
        blocks.append(Rows(series.title, tuple(date_row(row.session, person, language) for row in rows)))
        needs_key = series.needs_key and enrollment_of(person, series.pk) is None
        again = _with_key() if needs_key else _how_to_come_back(rows) if waited else _how_to_register_again(rows)
        if not _still_open(rows):
            again = ""
        if waited:
            blocks += [Paragraph(again)] if again else []
        else:
            blocks.append(Paragraph(f"{_no_more_reminders(len(rows))} {again}".rstrip()))
            blocks += _calendar_instructions(message, rows)
        removed = _("The attached file removes this session from your calendar.")
    if part:
        blocks.append(Paragraph(removed, small=True))
    if part and entry == BY_FILE:
        blocks.append(Paragraph(file_entry_note(), small=True))
    blocks.append(Link(_("See my sessions"), manage_url(person, language)))
    return rendered(
        email(
            message,
            person,
            series,
            subject=subject,
            preheader=heading,
            heading=heading,
            blocks=blocks,
            part=part,
        )
    )


def _still_open(rows: Sequence[Registration]) -> list[Registration]:
    """Return the registrations whose session is neither cancelled nor over."""
    now = timezone.now()
    return [row for row in rows if not row.session.is_cancelled and not row.session.is_over(now)]


def _left_heading(rows: Sequence[Registration], *, by_hub: bool) -> str:
    waited, count = sum(row.was_waiting for row in rows), len(rows)
    if by_hub:
        own = ngettext("The hub gave back your place", "The hub gave back your %(count)d places", count)
        lists = ngettext("The hub took you off the waiting list", "The hub took you off %(count)d waiting lists", count)
        both = _("The hub took you off the list of %(count)d sessions")
    else:
        own = ngettext("Your place was given back", "Your %(count)d places were given back", count)
        lists = ngettext("You left the waiting list", "You left %(count)d waiting lists", count)
        both = _("You left %(count)d sessions")
    heading = own if not waited else lists if waited == count else both
    return heading % {"count": count}


def _left_subject(rows: Sequence[Registration], *, by_hub: bool) -> str:
    waited, count = sum(row.was_waiting for row in rows), len(rows)
    if waited == count:
        return ngettext(
            "No longer on the waiting list: %(session)s", "No longer on %(count)d waiting lists: %(session)s", count
        )
    if waited:
        return _("No longer on the lists of %(count)d sessions: %(session)s")
    if by_hub:
        return ngettext(
            "Your place was given back: %(session)s", "Your %(count)d places were given back: %(session)s", count
        )
    return ngettext("You’ve left: %(session)s", "You’ve left %(count)d sessions: %(session)s", count)


def _not_confirmed(row: Registration) -> str:
    when = instant(row.kept_until, zone_of(row.person), row.person.language) if row.kept_until else ""
    return _(
        "Places in this session are limited. We kept yours until %(time)s, but this address was not confirmed. "
        "You can register again and go on the waiting list."
    ) % {"time": when}


def _by_hub(message: Message, series: Series, rows: Sequence[Registration]) -> list[Block]:
    """Return a sentence with the hub that gave the places back, and the coordinator's note if there is one."""
    waited = sum(row.was_waiting for row in rows)
    if not waited:
        sentence = ngettext(
            "%(hub)s gave back your place. Any question? Answer this email.",
            "%(hub)s gave back your places. Any question? Answer this email.",
            len(rows),
        )
    elif waited == len(rows):
        sentence = ngettext(
            "%(hub)s took you off the waiting list. Any question? Answer this email.",
            "%(hub)s took you off the waiting lists. Any question? Answer this email.",
            len(rows),
        )
    else:
        sentence = _("%(hub)s took you off the list of these sessions. Any question? Answer this email.")
    note = SimpleNamespace(note_en=message.payload["note_en"], note_fr=message.payload["note_fr"])
    return [Paragraph(sentence % {"hub": series.hub.name}), *note_blocks(note, message.language)]


def _how_to_come_back(rows: Sequence[Registration]) -> str:
    """Return a sentence about how a person who left waiting lists can come back, according to the current time."""
    now = timezone.now()
    if any(waiting_list_moves(row.session, now) for row in rows):
        return _("You can come back, at the end of the list.")
    return _("You can come back. A place that becomes free goes to the first person who asks.")


def _with_key() -> str:
    return _("To come back, you need a key of the series: its registration form asks for it.")


def _no_more_reminders(count: int) -> str:
    return ngettext(
        "We won’t send more reminders about it.",
        "We won’t send more reminders about them.",
        count,
    )


def _how_to_register_again(rows: Sequence[Registration]) -> str:
    """Return a sentence about how a person who gave up places can come back, according to the places that are free."""
    now, sessions = timezone.now(), [row.session for row in rows]
    if all(session.capacity is None for session in sessions):
        return _("You can come back at any time.")
    taken = places_taken(sessions)
    full = []
    for session in sessions:
        places = taken.get(session.pk, NONE_TAKEN)
        if must_wait(session, now, registered=places.registered, waiting=places.waiting):
            full.append(session)
    if not full:
        return _("You can come back while there are places.")
    if len(sessions) > 1:
        return _("You can come back; where a session is full, you go to the end of its waiting list.")
    if waiting_list_moves(full[0], now):
        return _("The session is full: you can come back, at the end of the waiting list.")
    return _(
        "The session is full: you can come back on the waiting list. "
        "A place that becomes free goes to the first person who asks."
    )


def _calendar_instructions(message: Message, rows: Sequence[Registration]) -> list[Block]:
    """Return sentences about calendar entries that the person must remove, or an empty list for a single session.

    Entries from an invitation are removed by separate emails. People must remove entries from a file themselves.
    """
    several = len(message.payload["registrations"])
    if several == 1:
        return []
    blocks: list[Block] = []
    alone = message.payload.get("alone", 0)
    if alone:
        sentence = ngettext(
            "One of them had an invitation: another email removes it from your calendar.",
            "%(count)d of them had an invitation: one more email for each removes it from your calendar.",
            alone,
        )
        blocks.append(Paragraph(sentence % {"count": alone}))
    if alone < several:
        sentence = ngettext(
            "Did you add the file of this date to your calendar? Remove it there. A subscribed calendar is updated "
            "automatically.",
            "Did you add the file of these dates to your calendar? Remove them there. A subscribed calendar is "
            "updated automatically.",
            several - alone,
        )
        blocks.append(Paragraph(sentence))
    return blocks


def _still_left(message: Message) -> bool:
    return Registration.objects.filter(pk__in=message.payload["registrations"], state=State.CANCELLED).exists()
