"""Emails about an account: the sign-in code, and notices about the second factor."""

import uuid

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.links import absolute_url
from accounts.models import Person, SignInCode
from echo_portal.lib.bilingual import active_language
from echo_portal.outbox import kinds
from echo_portal.outbox.actions import read_secret, write_message
from echo_portal.outbox.email_content import BigCode, Block, Button, EmailContent, Paragraph, Rendered, rendered
from echo_portal.outbox.models import Message
from echo_portal.outbox.reasons import register_reasons

SIGN_IN_KIND = "sign-in-code"
NOTICE_KIND = "account-notice"


class DropReason(TextChoices):
    """The reasons why an email about an account is not sent."""

    CODE_OVER = "code-over", gettext_lazy("The code has expired or was used.")


def register_renderers() -> None:
    register_reasons(DropReason)
    kinds.register(
        kinds.Kind(
            SIGN_IN_KIND,
            sign_in_code,
            _code_still_wanted,
            must_arrive=True,
            also_to_suppressed=True,
            label=gettext_lazy("Sign-in code"),
            readable=False,
        )
    )
    kinds.register(
        kinds.Kind(
            NOTICE_KIND,
            account_notice,
            lambda message: True,
            must_arrive=True,
            label=gettext_lazy("Account notice"),
            readable=False,
        )
    )


def sign_in_code(message: Message) -> Rendered:
    """Render the email with the six-digit code and the link. Both work once, for ten minutes (PRODUCT.md 1).

    If they work for an hour (ADR 60), no browser can use the code, and the email has the link only. Raises NoLongerTrue
    if the code has expired or was used.
    """
    code, _space, link = read_secret(message).partition(" ")
    if not code or not _code_still_wanted(message):
        raise kinds.NoLongerTrue(DropReason.CODE_OVER)
    if message.payload.get("link_only"):
        subject, preheader = _("Your sign-in link"), _("It works once, for an hour.")
        first: tuple[Block, ...] = (Paragraph(_("It works once, for an hour, in any browser.")),)
    else:
        subject, preheader = _("Your sign-in code"), _("Six digits, good for ten minutes.")
        first = (
            BigCode(f"{code[:3]} {code[3:]}"),
            Paragraph(_("Type it on the page where you asked for it. It works once, for ten minutes.")),
        )
    return rendered(
        EmailContent(
            language=message.language,
            subject=subject,
            preheader=preheader,
            heading=subject,
            blocks=(
                *first,
                Button(_("Sign in with one press"), absolute_url("sign_in_link", message.language, link=link)),
                Paragraph(
                    _("You did not ask for it? Then nothing has happened, and you can delete this email."),
                    small=True,
                ),
            ),
            from_name=_("Palliative Care ECHO"),
            why=message.why,
        )
    )


def _code_still_wanted(message: Message) -> bool:
    return SignInCode.objects.filter(
        pk=message.about.partition(":")[2], used_at__isnull=True, expires_at__gt=timezone.now()
    ).exists()


def write_account_notice(*, template_prefix: str, email: str) -> None:
    """Queue a notice of allauth as a message. The name of allauth's template determines its sentence."""
    person = Person.objects.at_address(email).first()
    write_message(
        kind=NOTICE_KIND,
        dedupe_key=f"{NOTICE_KIND}:{uuid.uuid4()}",
        address=email,
        language=person.language if person else active_language(),
        about=f"person:{person.pk}" if person else "person:unknown",
        person_id=person.pk if person else None,
        why=lambda: _("Your sign-in settings changed."),
        payload={"occasion": template_prefix.rpartition("/")[2]},
    )


def account_notice(message: Message) -> Rendered:
    sentences = {
        "totp_activated": _("An authenticator app was added to your account."),
        "totp_deactivated": _("The authenticator app was removed from your account."),
        "recovery_codes_generated": _("New recovery codes were made for your account."),
    }
    sentence = sentences.get(
        message.payload.get("occasion", ""), _("The sign-in settings of your account were changed.")
    )
    return rendered(
        EmailContent(
            language=message.language,
            subject=_("Your sign-in settings changed"),
            preheader=sentence,
            heading=_("Your sign-in settings changed"),
            blocks=(
                Paragraph(sentence),
                Paragraph(_("If that was not you, answer this email at once.")),
            ),
            from_name=_("Palliative Care ECHO"),
            why=message.why,
        )
    )
