"""Emails about registering and waiting lists. Each kind has one function."""

from collections.abc import Sequence
from types import SimpleNamespace

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.links import MANAGE, absolute_url, token_for
from accounts.models import Person
from accounts.time_zones import zone_of
from echo_portal.lib.dates import date_long, moment
from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Block, Button, Link, Paragraph, Rendered, Rows, rendered
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import may_mention
from registrations.drop_reasons import DropReason
from registrations.emails.layout import (
    calendar_part,
    card_with_hours,
    confirm_address,
    date_row,
    email,
    named_row,
    news_asked_for,
    next_timed,
    note_blocks,
    other_dates,
    other_side_of_swap,
    recipient_of,
    registrations_in,
    room_words,
    series_of,
    session_card,
    shared_mailbox,
    unusual_hours,
    waiting_rows,
)
from registrations.links import join_url, manage_url
from registrations.message_kinds import CONFIRMATION, INVITATION, PLACE, UNCHANGED
from registrations.models import Enrollment, Registration
from registrations.queries.email_facts import active_among, places_of_email, recommended_titles, waiting_of_email
from registrations.queries.people import clashes, equivalent_registrations, registrations_of
from sessions.models import Series, Session

State = Registration.State


def register_renderers() -> None:
    kinds.register(Kind(CONFIRMATION, confirmation, _any_active, must_arrive=True, label=gettext_lazy("Confirmation")))
    kinds.register(Kind(UNCHANGED, unchanged, _takes_part, must_arrive=False, label=gettext_lazy("Nothing changed")))
    kinds.register(
        Kind(INVITATION, invitation, _has_place, must_arrive=False, label=gettext_lazy("Calendar invitation"))
    )
    kinds.register(
        Kind(
            PLACE,
            place_from_waiting_list,
            _has_place,
            must_arrive=True,
            label=gettext_lazy("Place from the waiting list"),
        )
    )


def confirmation(message: Message) -> Rendered:
    """Render one email about all chosen sessions, with an invitation to one or a file with several (PRODUCT.md 4)."""
    named = registrations_in(message)
    person, series = recipient_of(message, named), series_of(message, named)
    rows = [row for row in named if row.state != State.CANCELLED and not row.session.is_cancelled]
    if not rows and message.payload["registrations"]:
        raise NoLongerTrue(DropReason.EVERY_PLACE_LEFT)
    if rows and all(row.session.is_over(timezone.now()) for row in rows):
        raise NoLongerTrue(DropReason.HELD)
    language = message.language
    registered = [row for row in rows if row.state == State.REGISTERED]
    waiting = [row for row in rows if row.state == State.WAITING]
    old = other_side_of_swap(message, "instead_of", person)
    swapped = old is not None and old.state == State.CANCELLED
    heading = (
        _("You changed to another date")
        if swapped and registered
        else (_confirmation_heading(series, registered, waiting))
    )
    subject = _confirmation_subject(registered, waiting, swapped=swapped)
    first = _("%(series)s. Keep this email: its links are just for you. No password needed.")
    if "added" in message.payload:  # the person had enrolled earlier and did not send a form now
        subject = _("A session was added: %(series)s")
        first = _(
            "A session was added to your series “%(series)s”. Keep this email: its links are just for you. "
            "No password needed."
        )
    blocks: list[Block] = [Paragraph(first % {"series": series.title})]
    blocks += shared_mailbox(message)
    unusual = unusual_hours(series, person) if registered else {}
    blocks += _card_and_buttons(person, registered, language, swapped=swapped, unusual=unusual)
    blocks += confirm_address(person, registered, language)
    shown = next_timed(registered) or (registered[0] if registered else None)
    others = [row for row in registered if row is not shown]
    if others:
        blocks.append(other_dates([row.session for row in others], person, language, unusual))
    blocks += _not_in_file(registered, language)
    blocks += waiting_rows(waiting, person, language)
    if old is not None and swapped:
        blocks.append(Rows(_("Previously"), (date_row(old.session, person, language),)))
    blocks += _things_to_know(person, series, rows, language)
    blocks += news_asked_for(message)
    blocks.append(Link(_("Change or cancel my sessions"), manage_url(person, language)))
    return rendered(
        email(
            message,
            person,
            series,
            subject=subject % {"series": series.title},
            preheader=_preheader(registered, language, person),
            heading=heading,
            blocks=blocks,
            part=calendar_part(registered, language),
        )
    )


def unchanged(message: Message) -> Rendered:
    """Render the email that nothing was changed, after the form was sent again with a registered address."""
    person, series = recipient_of(message), series_of(message)
    places = list(places_of_email(series.pk, person.pk))
    waiting = [] if places else list(waiting_of_email(series.pk, person.pk))
    registered = not waiting
    return rendered(
        email(
            message,
            person,
            series,
            subject=(
                _("You’re already registered: %(series)s")
                if registered
                else _("You’re on the waiting list: %(series)s")
            )
            % {"series": series.title},
            preheader=_("You’re already registered.") if registered else _("You’re already on the waiting list."),
            heading=_("You’re already registered") if registered else _("You’re already on the waiting list"),
            blocks=[
                Paragraph(
                    _("The form for “%(series)s” was sent again with your address. Your places are as they were.")
                    % {"series": series.title}
                ),
                *([Paragraph(_name_on_file(person))] if person.is_proved and may_mention(None) else []),
                *shared_mailbox(message),
                *waiting_rows(waiting, person, message.language),
                *confirm_address(person, places, message.language),
                *news_asked_for(message),
                Button(_("See my sessions"), manage_url(person, message.language)),
            ],
        )
    )


def invitation(message: Message) -> Rendered:
    """Render an email with one session and its REQUEST only."""
    rows = registrations_in(message)
    if not rows or not _has_place(message):
        raise NoLongerTrue(DropReason.PLACE_LEFT_OR_CANCELLED)
    row, person, language = rows[0], recipient_of(message, rows), message.language
    return rendered(
        email(
            message,
            person,
            row.session.series,
            subject=_("Invitation: %(session)s") % {"session": row.session.full_title_in(language)[0]},
            preheader=_("For your calendar."),
            heading=_("An invitation for your calendar"),
            blocks=[
                session_card(row, person, language, _("Your session")),
                Button(_("Join the session"), join_url(row, language)),
                Link(_("I cannot come: give my place back"), manage_url(person, language)),
            ],
            part=calendar_part([row], language),
        )
    )


def _name_on_file(person: Person) -> str:
    """Return a sentence with the name in the profile.

    Use it only if the mailbox is proved, because otherwise anybody may have typed the name. Do not use it when a
    coordinator views the email, because anybody can submit the form with a known address.
    """
    sentence = _("Your name is “%(name)s”. Not right? Correct it in “My details”.")
    return sentence % {"name": person.name}


def place_from_waiting_list(message: Message) -> Rendered:
    """Render the email about a place from the waiting list, with its invitation and a link to give it up."""
    rows = registrations_in(message)
    if not rows or not _has_place(message):
        raise NoLongerTrue(DropReason.PLACE_LEFT_OR_CANCELLED)
    row, person, language = rows[0], recipient_of(message, rows), message.language
    series = row.session.series
    payload, by_hub = message.payload, message.payload.get("by_hub", False)
    if by_hub:
        why = _("%(hub)s gave you a place. You were on the waiting list.") % {"hub": series.hub.name}
    elif payload.get("places_were_added"):
        why = _("Places were added, and you were next on the waiting list.")
    else:
        why = _("A place became free, and you were next on the waiting list.")
    noted = SimpleNamespace(note_en=payload.get("note_en", ""), note_fr=payload.get("note_fr", ""))
    blocks: list[Block] = [
        Paragraph(why),
        *note_blocks(noted, language),
        session_card(row, person, language, _("Your session")),
        Button(
            _("Join the session"),
            join_url(row, language),
            Link(_("I cannot come: give the place to the next person"), manage_url(person, language)),
        ),
        *confirm_address(person, rows, language),
    ]
    return rendered(
        email(
            message,
            person,
            series,
            subject=_("You have a place: %(session)s") % {"session": row.session.full_title_in(language)[0]},
            preheader=why if by_hub else _("You were next on the waiting list."),
            heading=_("You have a place"),
            blocks=blocks,
            part=calendar_part([row], language),
        )
    )


def _confirmation_heading(series: Series, registered: Sequence[Registration], waiting: Sequence[Registration]) -> str:
    if registered:
        return ngettext(
            "You’re registered for one session", "You’re registered for %(count)d sessions", len(registered)
        ) % {"count": len(registered)}
    if waiting:
        return ngettext(
            "You’re on the waiting list", "You’re on the waiting list of %(count)d sessions", len(waiting)
        ) % {"count": len(waiting)}
    return _("You’re enrolled in the series")


def _confirmation_subject(registered: Sequence[Registration], waiting: Sequence[Registration], *, swapped: bool) -> str:
    if swapped and registered:
        return _("You changed to another date: %(series)s")
    if registered or not waiting:
        return _("You’re registered: %(series)s")
    return _("You’re on the waiting list: %(series)s")


def _preheader(registered: Sequence[Registration], language: str, person: Person) -> str:
    row = next_timed(registered)
    if row is None or row.session.starts_at is None or row.session.ends_at is None:
        return _("Your links and what happens next.")
    when = moment(row.session.starts_at, row.session.ends_at, zone_of(person), language)
    return _("Your links and a calendar entry. Next: %(date)s.") % {
        "date": date_long(when.own_date, language, year=False)
    }


def _card_and_buttons(
    person: Person, registered: Sequence[Registration], language: str, *, swapped: bool, unusual: dict[int, str]
) -> list[Block]:
    if not registered:
        return []
    first = next_timed(registered) or registered[0]
    kicker = _("Your next session") if len(registered) > 1 else _("Your session")
    blocks = card_with_hours(first, person, language, _("Your new date") if swapped else kicker, unusual)
    feed = Link(
        _("Subscribe, and your calendar stays up to date"),
        absolute_url("subscribe", language, token=token_for(person, MANAGE)),
    )
    if first.session.starts_at is None:
        blocks.append(Paragraph(_("We write to you when the hour is set.")))
        return blocks
    blocks.append(Button(_("Join the session"), join_url(first, language), feed if len(registered) > 1 else None))
    if len(registered) == 1:
        blocks.append(Paragraph(_("Open the attachment to add it to your calendar."), small=True))
    blocks.append(Paragraph(room_words([first.session]), small=True))
    return blocks


def _not_in_file(registered: Sequence[Registration], language: str) -> list[Block]:
    """Return a note about sessions without times, which are not in the attached calendar file."""
    without = [row.session.title_in(language)[0] for row in registered if row.session.starts_at is None]
    if not without or len(without) == len(registered):
        return []
    sentence = _("Not in the file, because the hour is not set yet: %(titles)s. We write to you when it is.")
    return [Paragraph(sentence % {"titles": ", ".join(without)}, small=True)]


def _things_to_know(person: Person, series: Series, rows: Sequence[Registration], language: str) -> list[Block]:
    """Return notes about overlapping sessions, dates with the same content, and series that are recommended before."""
    mine = [row for row in registrations_of(person) if may_mention(row.session.series.hub_id)]
    new = {row.pk for row in rows}
    blocks: list[Block] = []
    for one, other in clashes(mine):
        if {one.pk, other.pk} & new:
            both = tuple(named_row(each.session, person, language) for each in (one, other))
            note = _("They overlap or follow without a pause. You can keep both.")
            blocks.append(Rows(_("Two of your sessions overlap"), both, note))
    if any({one.pk, other.pk} & new for one, other in equivalent_registrations(mine)):
        blocks.append(
            Paragraph(_("You now have two dates with the same content. You only need one: cancel the other."))
        )
    recommended = recommended_titles(series, rows)
    if recommended:
        blocks.append(Paragraph(_("Recommended first: %(series)s.") % {"series": ", ".join(recommended)}))
    return blocks


def _any_active(message: Message) -> bool:
    ids = message.payload["registrations"]
    return not ids or bool(active_among(ids))


def _takes_part(message: Message) -> bool:
    """Return whether the person is enrolled in the series, or active in one of its sessions that is not over."""
    to_come = Session.objects.filter(series=message.payload["series"]).to_come(timezone.now())
    return (
        Registration.objects.active().filter(person=message.person_id, session__in=to_come).exists()
        or Enrollment.objects.filter(
            person=message.person_id, series=message.payload["series"], left_at__isnull=True
        ).exists()
    )


def _has_place(message: Message) -> bool:
    return (
        Registration.objects.registered()
        .filter(pk=message.payload["registration"])
        .exclude(session__state=Session.State.CANCELLED)
        .filter(session__ends_at__gt=timezone.now())
        .exists()
    )
