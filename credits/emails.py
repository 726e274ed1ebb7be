"""Emails with a certificate, and emails to a reviewer. They are rendered when they are sent."""

import dataclasses

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.links import absolute_url
from credits.codes import shown_code
from credits.drop_reasons import DropReason
from credits.links import file_url, verify_url
from credits.message_kinds import CERTIFICATE, CERTIFICATE_REVOKED, REVIEW
from credits.models import Certificate, Reviewer
from credits.presenters import earned_words, file_name, title_of
from credits.queries.own import sessions_with_condition
from echo_portal.lib.bilingual import in_language
from echo_portal.lib.dates import date_long
from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Attachment, Block, Button, Link, Paragraph, Rendered, rendered
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.models import Message
from echo_portal.outbox.reasons import register_reasons
from evaluations.links import evaluation_url
from evaluations.queries.conditions import own_unanswered_conditions
from registrations.emails.layout import email
from registrations.links import manage_url


def register_renderers() -> None:
    register_reasons(DropReason)
    kinds.register(
        Kind(
            REVIEW,
            review,
            lambda message: _review_of(message) is not None,
            must_arrive=True,
            label=gettext_lazy("Access for a reviewer"),
        )
    )
    kinds.register(Kind(CERTIFICATE, certificate, _still_valid, must_arrive=True, label=gettext_lazy("Certificate")))
    kinds.register(
        Kind(
            CERTIFICATE_REVOKED,
            certificate_revoked,
            lambda message: not _has_valid(_certificate_of(message)),
            must_arrive=True,
            label=gettext_lazy("Certificate revoked"),
        )
    )


def review(message: Message) -> Rendered:
    """Render the email that gives a reviewer access. Raises NoLongerTrue if the access has ended."""
    row = _review_of(message)
    if row is None:
        raise NoLongerTrue(DropReason.REVIEW_ENDED)
    record, language = row.accreditation, message.language
    series = in_language(record.series, "title", language)[0]
    heading = _("You can review an accreditation")
    day = date_long(row.until, language)
    return rendered(
        email(
            message,
            row.person,
            record.series,
            subject=_("To review: %(series)s") % {"series": series},
            preheader=heading,
            heading=heading,
            blocks=[
                Paragraph(
                    _("“%(series)s”, %(accreditation)s. You can read it until the end of %(day)s.")
                    % {"series": series, "accreditation": record, "day": day}
                ),
                Paragraph(
                    _(
                        "Sign in with this address: you get a code by email. The first time, you also set up an app "
                        "that shows codes on your phone, because the pages contain names and credits."
                    )
                ),
                Button(_("Open the review"), absolute_url("reviews", language)),
                Paragraph(_("You do not know what this is about? Answer this email."), small=True),
            ],
        )
    )


def _review_of(message: Message) -> Reviewer | None:
    rows = Reviewer.objects.open(timezone.localdate()).select_related("accreditation__series__hub", "person")
    return rows.filter(pk=message.payload["reviewer"]).first()


def certificate(message: Message) -> Rendered:
    """Render the email with the certificate attached. Raises NoLongerTrue if it was replaced or revoked."""
    row = Certificate.objects.select_related("person", "series__hub").get(pk=message.payload["certificate"])
    if not row.is_valid or row.pdf is None or not row.person.is_active:
        raise NoLongerTrue(DropReason.NOT_VALID)
    language = message.language
    title = title_of(row.values)[0]
    words = _words_of(row)
    blocks: list[Block] = [
        Paragraph(_("“%(series)s”: %(earned)s") % {"series": title, "earned": earned_words(row.values)}),
        Button(words.button, file_url(row, language)),
    ]
    if row.replaces_id is not None:
        blocks.insert(1, Paragraph(_("It replaces the one you had, which is no longer valid.")))
    blocks += _waiting(row, language)
    blocks += [
        Paragraph(_("Its code is %(code)s. Anyone who has it can check it here:") % {"code": shown_code(row.code)}),
        Link(words.link, verify_url(row)),
        Paragraph(_("Something does not match? Answer this email."), small=True),
    ]
    content = email(
        message,
        row.person,
        row.series,
        subject=words.subject % {"series": title},
        preheader=words.heading,
        heading=words.heading,
        blocks=blocks,
    )
    attached = Attachment(file_name(row.values), "application/pdf", bytes(row.pdf))
    return rendered(dataclasses.replace(content, attachment=attached))


@dataclasses.dataclass(frozen=True)
class _Words:
    subject: str
    heading: str
    button: str
    link: str


def _words_of(row: Certificate) -> _Words:
    """Return the words about a certificate or a statement of attendance, and whether it is a corrected one."""
    is_corrected = row.replaces_id is not None
    if row.values["is_statement"]:
        return _Words(
            _("Your corrected statement of attendance: %(series)s")
            if is_corrected
            else _("Your statement of attendance: %(series)s"),
            _("Your corrected statement of attendance is here")
            if is_corrected
            else _("Your statement of attendance is here"),
            _("Open the statement (PDF)"),
            _("Verify this statement"),
        )
    return _Words(
        _("Your corrected certificate: %(series)s") if is_corrected else _("Your certificate: %(series)s"),
        _("Your corrected certificate is here") if is_corrected else _("Your certificate is here"),
        _("Open the certificate (PDF)"),
        _("Verify a certificate"),
    )


def certificate_revoked(message: Message) -> Rendered:
    """Render the email that a certificate was revoked. Raises NoLongerTrue if the person has a valid one again."""
    row = _certificate_of(message)
    if not row.person.is_active or _has_valid(row):
        raise NoLongerTrue(DropReason.ISSUED_AGAIN)
    title = title_of(row.values)[0]
    heading = _("Your certificate does not count any more")
    return rendered(
        email(
            message,
            row.person,
            row.series,
            subject=_("Certificate revoked: %(series)s") % {"series": title},
            preheader=heading,
            heading=heading,
            blocks=[
                Paragraph(
                    _("“%(series)s”: the certificate with the code %(code)s was revoked.")
                    % {"series": title, "code": shown_code(row.code)}
                ),
                Paragraph(_("Why: %(reason)s") % {"reason": _(row.revoked_because)}),
                Paragraph(_("If you have claimed its credits, correct your claim.")),
                Button(_("Open My sessions"), manage_url(row.person, message.language)),
                Paragraph(
                    _("You were there? Press “I was there” beside the session, or answer this email."), small=True
                ),
            ],
        )
    )


def _certificate_of(message: Message) -> Certificate:
    rows = Certificate.objects.select_related("person", "series__hub").defer("pdf")
    return rows.get(pk=message.payload["certificate"])


def _has_valid(row: Certificate) -> bool:
    """Return whether the person has a valid certificate of the same session or series."""
    same = Certificate.objects.valid().filter(person=row.person_id, series=row.series_id, session=row.session_id)
    return same.exists()


def _waiting(row: Certificate, language: str) -> list[Block]:
    """Return the part of the email about open evaluations that a certificate of a series waits for (ADR 41).

    These are evaluations of sessions that the certificate does not print.
    """
    waiting = sessions_with_condition(row.person, row.series_id) - {line["id"] for line in row.printed}
    if row.session_id is not None or not waiting:
        return []
    blocks: list[Block] = []
    for pk, invitation in own_unanswered_conditions(row.person).items():
        if pk not in waiting or not invitation.evaluation.is_open(timezone.now()):
            continue
        title = invitation.evaluation.session.title_in(language)[0]
        words = _("Not on it yet: “%(session)s”. It is added once you have answered its evaluation.")
        blocks.append(Paragraph(words % {"session": title}))
        blocks.append(Button(_("Answer the questions"), evaluation_url(invitation, language)))
    return blocks


def _still_valid(message: Message) -> bool:
    return Certificate.objects.valid().filter(pk=message.payload["certificate"]).exists()
