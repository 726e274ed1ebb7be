"""The email with a certificate. It is rendered when it is sent."""

import dataclasses

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credits.codes import shown_code
from credits.drop_reasons import DropReason
from credits.links import file_url, verify_url
from credits.message_kinds import CERTIFICATE
from credits.models import Certificate
from credits.presenters import earned_words
from echo_portal.lib.bilingual import in_language
from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Attachment, Block, Button, Link, Paragraph, Rendered, rendered
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.models import Message
from echo_portal.outbox.reasons import register_reasons
from registrations.emails.layout import email


def register_renderers() -> None:
    register_reasons(DropReason)
    kinds.register(Kind(CERTIFICATE, certificate, _still_valid, must_arrive=True, label=gettext_lazy("Certificate")))


def certificate(message: Message) -> Rendered:
    """Render the email with the file attached. Raises NoLongerTrue if the certificate was replaced or revoked."""
    row = Certificate.objects.select_related("person", "series__hub").get(pk=message.payload["certificate"])
    if not row.is_valid or row.pdf is None or not row.person.is_active:
        raise NoLongerTrue(DropReason.NOT_VALID)
    language = message.language
    series = in_language(row.series, "title", language)[0]
    heading = _("Your certificate is here") if row.replaces_id is None else _("Your corrected certificate is here")
    blocks: list[Block] = [
        Paragraph(_("“%(series)s”: %(earned)s") % {"series": series, "earned": earned_words(row.values)}),
        Button(_("Open the certificate (PDF)"), file_url(row, language)),
    ]
    if row.replaces_id is not None:
        blocks.insert(1, Paragraph(_("It replaces the one you had, which is no longer valid.")))
    blocks += [
        Paragraph(_("Its code is %(code)s. Anyone who has it can check it here:") % {"code": shown_code(row.code)}),
        Link(_("Verify a certificate"), verify_url(row)),
        Paragraph(_("Something does not match? Answer this email."), small=True),
    ]
    content = email(
        message,
        row.person,
        row.series,
        subject=_("Your certificate: %(series)s") % {"series": series},
        preheader=heading,
        heading=heading,
        blocks=blocks,
    )
    attached = Attachment(_("certificate.pdf"), "application/pdf", bytes(row.pdf))
    return rendered(dataclasses.replace(content, attachment=attached))


def _still_valid(message: Message) -> bool:
    return Certificate.objects.valid().filter(pk=message.payload["certificate"]).exists()
