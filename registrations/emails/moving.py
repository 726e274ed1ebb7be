"""The email to a person whom a coordinator moved to another session."""

from types import SimpleNamespace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Block, Button, Link, Paragraph, Rendered, Rows, rendered
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.models import Message
from registrations.drop_reasons import DropReason
from registrations.emails.layout import (
    calendar_part,
    confirm_address,
    email,
    named_row,
    note_blocks,
    other_side_of_swap,
    recipient_of,
    registrations_in,
    session_card,
)
from registrations.links import join_url, manage_url
from registrations.message_kinds import MOVED
from registrations.models import Registration
from registrations.queries.email_facts import active_place


def register_renderers() -> None:
    kinds.register(Kind(MOVED, moved, _has_place, must_arrive=True, label=gettext_lazy("Moved by the hub")))


def moved(message: Message) -> Rendered:
    """Render the email with the new session and its invitation, the old session, and a link to give up the place."""
    rows = registrations_in(message)
    if not rows or not _has_place(message):
        raise NoLongerTrue(DropReason.PLACE_LEFT_OR_CANCELLED)
    row, person, language = rows[0], recipient_of(message, rows), message.language
    series = row.session.series
    old = other_side_of_swap(message, "instead_of", person)
    blocks: list[Block] = [Paragraph(_who(message, row))]
    blocks += note_blocks(SimpleNamespace(**{name: message.payload[name] for name in ("note_en", "note_fr")}), language)
    blocks.append(session_card(row, person, language, _("Your new date")))
    if row.session.starts_at is not None:
        blocks.append(Button(_("Join the session"), join_url(row, language)))
    if old is not None:
        note = _("Is it still in your calendar? Remove it there.")
        blocks.append(Rows(_("Previously"), (named_row(old.session, person, language),), note))
    blocks += confirm_address(person, rows, language)
    blocks.append(Link(_("I cannot come: give my place back"), manage_url(person, language)))
    heading = _("The hub moved you to another session")
    return rendered(
        email(
            message,
            person,
            series,
            subject=_("Moved to: %(session)s") % {"session": row.session.full_title_in(language)[0]},
            preheader=heading,
            heading=heading,
            blocks=blocks,
            part=calendar_part([row], language),
        )
    )


def _who(message: Message, row: Registration) -> str:
    hub = row.session.series.hub.name
    by = Person.objects.get_queryset().filter(pk=message.payload["by"]).first()
    if by is not None and by.name:
        sentence = _("%(name)s of %(hub)s moved you to this session. Any question? Answer this email.")
        return sentence % {"name": by.name, "hub": hub}
    return _("%(hub)s moved you to this session. Any question? Answer this email.") % {"hub": hub}


def _has_place(message: Message) -> bool:
    return bool(active_place(message.payload["registration"], only=("pk", "session__state")))
