"""Emails about a corrected address or merged profiles, to the current address and, if it was proved, to the old one."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from echo_portal.lib.text import masked
from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Button, EmailContent, Link, Paragraph, Rendered, rendered
from echo_portal.outbox.kinds import Kind
from echo_portal.outbox.models import Message
from registrations.emails.layout import email, recipient_of, series_of
from registrations.links import confirm_url, manage_url
from registrations.message_kinds import ADDRESS_CORRECTED, ADDRESS_REPLACED, PROFILE_CLOSED, PROFILES_MERGED


def register_renderers() -> None:
    kinds.register(
        Kind(
            ADDRESS_CORRECTED,
            corrected,
            lambda message: True,
            must_arrive=True,
            label=gettext_lazy("Address corrected"),
        )
    )
    kinds.register(
        Kind(ADDRESS_REPLACED, replaced, lambda message: True, must_arrive=True, label=gettext_lazy("Address replaced"))
    )
    kinds.register(
        Kind(PROFILES_MERGED, merged, lambda message: True, must_arrive=True, label=gettext_lazy("Profiles merged"))
    )
    kinds.register(
        Kind(PROFILE_CLOSED, closed, lambda message: True, must_arrive=True, label=gettext_lazy("Profile closed"))
    )


def corrected(message: Message) -> Rendered:
    person, series, language = recipient_of(message), series_of(message), message.language
    heading = _("We now write to this address")
    return rendered(
        email(
            message,
            person,
            series,
            subject=heading,
            preheader=_("Confirm your address."),
            heading=heading,
            blocks=[
                Paragraph(
                    _("%(hub)s told us that this is your address. You get the emails about your sessions here.")
                    % {"hub": series.hub.name}
                ),
                Paragraph(_("The links in emails that were sent before do not work any more.")),
                Button(_("Confirm my address"), confirm_url(person, language)),
                Link(_("See my sessions"), manage_url(person, language)),
                Paragraph(_("You do not know what this is about? Answer this email."), small=True),
            ],
        )
    )


def merged(message: Message) -> Rendered:
    person, series, language = recipient_of(message), series_of(message), message.language
    heading = _("Your two profiles are one now")
    return rendered(
        email(
            message,
            person,
            series,
            subject=heading,
            preheader=_("Your sessions, attendance and credits are together."),
            heading=heading,
            blocks=[
                Paragraph(_("You were on the portal twice, with two addresses. From now on we write to this one.")),
                Paragraph(_("Your sessions, your attendance and your credits are together; no credit counts twice.")),
                Paragraph(_("The links in emails to the other address do not work any more.")),
                Button(_("See my sessions"), manage_url(person, language)),
                Paragraph(_("You do not know what this is about? Answer this email."), small=True),
            ],
        )
    )


def closed(message: Message) -> Rendered:
    """Render the email to the mailbox of the closed profile. It contains no link of the person."""
    person = recipient_of(message)
    sentence = _("You were on the portal twice. Your sessions and your credits are together now, at %(address)s.")
    return _to_old_address(message, sentence % {"address": masked(person.email)})


def replaced(message: Message) -> Rendered:
    """Render the email to the old address. It contains no link of the person, because a stranger may read it."""
    person, series = recipient_of(message), series_of(message)
    sentence = _("At the request of %(hub)s, the emails about your sessions go to %(address)s from now on.")
    return _to_old_address(message, sentence % {"hub": series.hub.name, "address": masked(person.email)})


def _to_old_address(message: Message, sentence: str) -> Rendered:
    series, heading = series_of(message), _("We no longer write to this address")
    return rendered(
        EmailContent(
            language=message.language,
            subject=heading,
            preheader=heading,
            heading=heading,
            blocks=(
                Paragraph(sentence),
                Paragraph(_("If that is wrong, answer this email at once.")),
            ),
            from_name=series.hub.name,
            why=message.why,
            reply_to=series.hub.reply_address,
        )
    )
