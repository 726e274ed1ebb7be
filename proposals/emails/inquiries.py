"""Emails about inquiries. They contain no text that somebody typed in a public form.

Only answers contain typed text. It was typed by the hub, and is sent to people who have proved their mailbox.
"""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from echo_portal.lib.dates import date_long
from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Block, Button, EmailContent, Paragraph, Rendered, rendered, text_blocks
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.models import Message
from proposals.drop_reasons import DropReason
from proposals.links import follow_url
from proposals.message_kinds import ANSWER, COMMENTED, CONFIRM, FOR_HUB, INVITED, RECEIVED
from proposals.models import CoAuthor, Inquiry, InquiryEntry
from proposals.rules import ANSWER_WITHIN


def register_renderers() -> None:
    kinds.register(Kind(CONFIRM, confirm, is_unproved, must_arrive=True, label=gettext_lazy("Form to be confirmed")))
    kinds.register(Kind(RECEIVED, received, is_open, must_arrive=True, label=gettext_lazy("Form received")))
    kinds.register(Kind(ANSWER, answer, is_author, must_arrive=True, label=gettext_lazy("Answer to a form")))
    kinds.register(Kind(INVITED, invited, is_invited, must_arrive=True, label=gettext_lazy("Invitation to an idea")))
    kinds.register(Kind(COMMENTED, commented, is_open, must_arrive=False, label=gettext_lazy("A comment for the hub")))
    kinds.register(Kind(FOR_HUB, for_hub, is_open, must_arrive=False, label=gettext_lazy("A new form for the hub")))


def is_unproved(message: Message) -> bool:
    return Inquiry.objects.filter(pk=message.payload["inquiry"], state=Inquiry.State.UNPROVED).exists()


def is_open(message: Message) -> bool:
    return Inquiry.objects.open().filter(pk=message.payload["inquiry"]).exists()


def is_author(message: Message) -> bool:
    """Return whether the recipient is still the sender or a co-author of the inquiry."""
    pk, person = message.payload["inquiry"], message.person_id
    is_sender = Inquiry.objects.proved().filter(pk=pk, person=person).exists()
    return is_sender or CoAuthor.objects.joined().filter(inquiry=pk, person=person).exists()


def is_invited(message: Message) -> bool:
    """Return whether the recipient is invited as a co-author and has not answered yet."""
    pk, person = message.payload["inquiry"], message.person_id
    return is_open(message) and CoAuthor.objects.filter(inquiry=pk, person=person, joined_at=None).exists()


def confirm(message: Message) -> Rendered:
    """Render the email that asks the owner of an address to confirm an inquiry, which anybody may have sent."""
    row = _inquiry(message)
    sentences = {
        Inquiry.Kind.IDEA: _("Somebody sent an idea for an ECHO to %(hub)s and gave this address."),
        Inquiry.Kind.PARTNER: _("Somebody wrote to %(hub)s about a partnership and gave this address."),
        Inquiry.Kind.INTEREST: _("Somebody told %(hub)s that they would like to take part and gave this address."),
    }
    return _email(
        message,
        row,
        heading=_("Is this from you?"),
        preheader=_("One press, and it goes to the hub."),
        blocks=[
            Paragraph(sentences[Inquiry.Kind(row.kind)] % {"hub": row.hub.name}),
            Button(_("Look at it and confirm"), follow_url(row, row.person, message.language)),
            Paragraph(_("Once you confirm, the hub reads it. You have an answer within two weeks.")),
            Paragraph(
                _("Not from you? Do nothing. The hub never sees it, and it is deleted after two weeks."), small=True
            ),
        ],
    )


def received(message: Message) -> Rendered:
    row = _inquiry(message)
    assert row.proved_at is not None
    until = timezone.localtime(row.proved_at + ANSWER_WITHIN).date()
    sentences = {
        Inquiry.Kind.IDEA: _("%(hub)s has your idea. Somebody reads it and writes to you by %(date)s."),
        Inquiry.Kind.PARTNER: _("%(hub)s has your form. Somebody reads it and writes to you by %(date)s."),
        Inquiry.Kind.INTEREST: _("%(hub)s knows that you would like to take part, and writes to you by %(date)s."),
    }
    values = {"hub": row.hub.name, "date": date_long(until, message.language)}
    return _email(
        message,
        row,
        heading=_("Thank you, we have it"),
        preheader=_("What happens now, and when."),
        blocks=[
            Paragraph(sentences[Inquiry.Kind(row.kind)] % values),
            Button(_("See how it goes"), follow_url(row, row.person, message.language)),
            Paragraph(
                _("Keep this email: the link always shows the next step. You can also take your form back there.")
            ),
        ],
    )


def for_hub(message: Message) -> Rendered:
    """Render the email that tells the hub of an inquiry."""
    row = _inquiry(message)
    assert row.proved_at is not None
    until = timezone.localtime(row.proved_at + ANSWER_WITHIN).date()
    sentences = {
        Inquiry.Kind.IDEA: _("An idea for an ECHO has come in."),
        Inquiry.Kind.PARTNER: _("An organisation would like to be a partner."),
        Inquiry.Kind.INTEREST: _("Somebody would like to take part."),
    }
    promised = _("The sender was told that they have an answer by %(date)s.")
    return _email(
        message,
        row,
        heading=sentences[Inquiry.Kind(row.kind)],
        preheader=promised % {"date": date_long(until, message.language)},
        blocks=[
            Paragraph(promised % {"date": date_long(until, message.language)}),
            Button(_("Open it in the administration"), _desk(row)),
        ],
    )


def answer(message: Message) -> Rendered:
    """Render an answer of the hub. Raises NoLongerTrue if the recipient is no longer an author."""
    row, entry = _inquiry(message), InquiryEntry.objects.filter(pk=message.payload["entry"]).first()
    person = Person.objects.filter(pk=message.person_id or 0).first()
    if entry is None or person is None or not is_author(message):
        raise NoLongerTrue(DropReason.INQUIRY_GONE)
    return _email(
        message,
        row,
        heading=_("An answer from %(hub)s") % {"hub": row.hub.name},
        preheader=_("About the form that you sent."),
        blocks=[
            *text_blocks(entry.text),
            Paragraph(entry.name),
            Button(_("See it and answer"), follow_url(row, person, message.language)),
        ],
    )


def invited(message: Message) -> Rendered:
    """Render the invitation of a co-author. It identifies who invited them only by their proved address."""
    row = _inquiry(message)
    person = Person.objects.filter(pk=message.person_id or 0).first()
    if person is None or not is_invited(message):
        raise NoLongerTrue(DropReason.INQUIRY_GONE)
    inviter = Person.objects.filter(pk=message.payload.get("invited_by")).first() or row.person
    sentence = _("%(address)s works on an idea for an ECHO with %(hub)s, and would like you to shape it with them.")
    return _email(
        message,
        row,
        heading=_("Will you shape an idea?"),
        preheader=_("Look at it first, then say yes or no."),
        blocks=[
            Paragraph(sentence % {"address": inviter.email, "hub": row.hub.name}),
            Button(_("Look at the idea"), follow_url(row, person, message.language)),
            Paragraph(_("Not for you? Do nothing, or say no on that page."), small=True),
        ],
    )


def commented(message: Message) -> Rendered:
    row = _inquiry(message)
    heading = _("An author wrote a comment")
    return _email(
        message,
        row,
        heading=heading,
        preheader=_("On an idea or inquiry of your hub."),
        blocks=[
            Paragraph(_("It waits on the page of the idea or inquiry, with what was written before.")),
            Button(_("Open it in the administration"), _desk(row)),
        ],
    )


def _desk(row: Inquiry) -> str:
    return f"{settings.SITE_URL}{reverse('admin:proposals_inquiry_change', args=(row.pk,))}"


def _email(message: Message, row: Inquiry, *, heading: str, preheader: str, blocks: list[Block]) -> Rendered:
    return rendered(
        EmailContent(
            language=message.language,
            subject=heading,
            preheader=preheader,
            heading=heading,
            blocks=tuple(blocks),
            from_name=row.hub.name,
            why=message.why,
            reply_to=row.hub.reply_address,
        )
    )


def _inquiry(message: Message) -> Inquiry:
    row = Inquiry.objects.select_related("hub", "person").filter(pk=message.payload["inquiry"]).first()
    if row is None:
        raise NoLongerTrue(DropReason.INQUIRY_GONE)
    return row
