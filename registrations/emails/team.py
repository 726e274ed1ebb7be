"""The invitation of a colleague: who invites, to what, and a button. The lead's name is the only typed text in it."""

import re

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.links import absolute_url
from accounts.models import Person
from echo_portal.lib.dates import date_long
from echo_portal.lib.text import with_one_colon
from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Block, Button, EmailContent, Link, Paragraph, Rendered, Rows, rendered
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.mentions import note_name
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import may_mention
from registrations.drop_reasons import DropReason
from registrations.emails.layout import date_row
from registrations.links import team_url
from registrations.message_kinds import TEAM_INVITATION
from registrations.models import TeamInvitation
from registrations.rules import is_session_open

# A name that matches could be a link or an advertisement in the inbox of somebody else.
LINK_IN_NAME = re.compile(r"[/@]|www\.|\.[a-z]{2,}(?!\w)|\d{4}", re.IGNORECASE)


def register_renderers() -> None:
    kinds.register(
        Kind(TEAM_INVITATION, invited, is_open, must_arrive=True, label=gettext_lazy("Invitation of a colleague"))
    )


def is_open(message: Message) -> bool:
    return TeamInvitation.objects.open(timezone.now()).filter(pk=message.payload["invitation"]).exists()


def invited(message: Message) -> Rendered:
    rows = TeamInvitation.objects.open(timezone.now()).select_related("series__hub", "lead")
    row = rows.filter(pk=message.payload["invitation"]).first()
    if row is None:
        raise NoLongerTrue(DropReason.INVITATION_GONE)
    now, language, series = timezone.now(), message.language, row.series
    sessions = [one for one in row.sessions.select_related("series").in_order_of_time() if is_session_open(one, now)]
    if not sessions and not series.ongoing:
        raise NoLongerTrue(DropReason.HELD)
    reader = Person.objects.get_queryset().filter(email_key=row.email_key).first() or Person(language=language)
    answer = team_url(row, language)
    ends = date_long(timezone.localdate(row.expires_at), language)
    blocks: list[Block] = [
        Paragraph(
            _("%(name)s would like to register you for “%(series)s”.")
            % {"name": _lead(row.lead), "series": series.title}
        ),
    ]
    if sessions:
        blocks.append(Rows(_("Sessions to come"), tuple(date_row(one, reader, language) for one in sessions)))
    blocks += [
        Button(_("See it and answer"), answer),
        Paragraph(
            _(
                "Nothing happens before you say yes: no place is kept for you, and you get no other email. "
                "The invitation ends on %(date)s."
            )
            % {"date": ends}
        ),
        Paragraph(_("Your colleague does not learn what you answer."), small=True),
        Link(_("Privacy policy"), absolute_url("privacy", language)),
    ]
    return rendered(
        EmailContent(
            language=language,
            subject=with_one_colon(_("A colleague invites you: %(series)s") % {"series": series.title}),
            preheader=_("Please say whether you take part."),
            heading=_("A colleague invites you"),
            blocks=tuple(blocks),
            from_name=series.hub.name,
            why=message.why,
            reply_to=series.hub.reply_address,
        )
    )


def _lead(person: Person) -> str:
    """Return the lead's name and address. A coordinator who views the email sees neither of them."""
    name = person.email if LINK_IN_NAME.search(person.name) else f"{person.name} ({person.email})"
    somebody = _("A colleague")
    note_name(name, somebody)
    return name if may_mention(None) else somebody
