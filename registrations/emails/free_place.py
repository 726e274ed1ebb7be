"""The email about a free place after the waiting list has stopped moving up. The first person who asks gets it."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Block, Button, Link, Paragraph, Rendered, rendered
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.models import Message
from registrations.drop_reasons import DropReason
from registrations.emails.layout import email, recipient_of, registrations_in, session_card
from registrations.links import manage_url
from registrations.message_kinds import FREE_PLACE
from registrations.models import Registration
from registrations.queries.places import NONE_TAKEN, places_taken
from registrations.rules import place_can_be_claimed


def register_renderers() -> None:
    label = gettext_lazy("Free place, for those waiting")
    kinds.register(Kind(FREE_PLACE, free_place, _can_be_claimed, must_arrive=False, label=label))


def free_place(message: Message) -> Rendered:
    """Render the email. It contains no calendar entry, because the person has no place yet."""
    rows = registrations_in(message)
    if not rows or rows[0].state != Registration.State.WAITING:
        raise NoLongerTrue(DropReason.PLACE_TAKEN)
    row, person, language = rows[0], recipient_of(message, rows), message.language
    blocks: list[Block] = [
        Paragraph(_("A place is free. The waiting list no longer moves up, so the first person who asks gets it.")),
        session_card(row, person, language, _("The session you wait for")),
        Button(_("Take the free place"), manage_url(person, language)),
        Paragraph(
            _(
                "When you take it, we send you your joining link and the calendar entry. If somebody was faster, you "
                "stay on the waiting list."
            )
        ),
        Link(_("Leave the waiting list"), manage_url(person, language)),
    ]
    return rendered(
        email(
            message,
            person,
            row.session.series,
            subject=_("A place is free: %(session)s") % {"session": row.session.full_title_in(language)[0]},
            preheader=_("The first person who asks gets it."),
            heading=_("A place is free"),
            blocks=blocks,
        )
    )


def _can_be_claimed(message: Message) -> bool:
    waiting = Registration.objects.waiting().filter(pk=message.payload["registration"])
    for row in waiting.select_related("session"):
        registered = places_taken([row.session]).get(row.session_id, NONE_TAKEN).registered
        return place_can_be_claimed(row.session, timezone.now(), registered=registered)
    return False
