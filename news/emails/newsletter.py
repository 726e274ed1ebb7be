"""A newsletter as an email in the person's language. Its foot has links for changing and stopping news."""

import functools
import re

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from echo_portal.lib.bilingual import in_language
from echo_portal.lib.richtext import text_html
from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Block, EmailContent, FormattedText, Link, Paragraph, Rendered, rendered
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.models import Message
from hubs.models import Hub
from news.drop_reasons import DropReason
from news.emails.plain_text import plain_text
from news.links import choices_url, stop_url
from news.message_kinds import NEWSLETTER
from news.models import Mailing, Subscriber
from pages.models import Newsletter
from pages.presenters.public_texts import newsletter_url

# Email programs ignore style sheets and have their own margins.
STYLES = {
    "<h2>": '<h2 style="margin:16px 0 4px;font-size:20px;line-height:1.3;color:#1e1826;">',
    "<h3>": '<h3 style="margin:16px 0 4px;font-size:17px;line-height:1.3;color:#1e1826;">',
    "<p>": '<p style="margin:8px 0;">',
    "<ul>": '<ul style="margin:8px 0;padding-left:20px;">',
    "<ol>": '<ol style="margin:8px 0;padding-left:24px;">',
    "<a ": '<a style="color:#55327a;" ',
}
# Links within the site are complete addresses in an email.
OWN_LINK = re.compile(r'(?<=href=")(?=/(?!/))')


def register_renderers() -> None:
    kinds.register(Kind(NEWSLETTER, newsletter, is_wanted, must_arrive=False, label=gettext_lazy("Newsletter")))


def newsletter(message: Message) -> Rendered:
    """Render the newsletter. Raises NoLongerTrue if it was recalled, or if the person does not get news any more."""
    mailing = Mailing.objects.select_related("newsletter__hub").filter(pk=message.payload["mailing"]).first()
    if mailing is None or mailing.recalled_at is not None or not mailing.newsletter.is_published:
        raise NoLongerTrue(DropReason.NOT_PUBLISHED)
    person = Subscriber.objects.subscribed().filter(pk__in=[message.person_id]).first()
    if person is None:
        raise NoLongerTrue(DropReason.NOT_WANTED)
    return newsletter_email(message, mailing.newsletter, person)


def newsletter_email(message: Message, row: Newsletter, person: Person) -> Rendered:
    """Render the email in the language of the message. For samples, the message is not saved."""
    language = message.language
    title = in_language(row, "title", language)[0]
    body, body_language = in_language(row, "body", language)
    blocks: list[Block] = []
    if body_language != language:
        only = _("This text is in English only.") if body_language == "en" else _("This text is in French only.")
        blocks.append(Paragraph(only, small=True))
    other = body_language if body_language != language else ""
    blocks += [
        FormattedText(html_for_email(body, body_language), text_for_email(body, body_language), other),
        Link(_("Read it on the website"), f"{settings.SITE_URL}{newsletter_url(row)}"),
    ]
    hub = row.hub or Hub.objects.filter(scope=Hub.Scope.NATIONAL).first()
    return rendered(
        EmailContent(
            language=language,
            subject=title,
            preheader=in_language(row, "summary", language)[0],
            heading=title,
            blocks=tuple(blocks),
            from_name=hub.name if hub else _("Palliative Care ECHO"),
            why=message.why,
            reply_to=hub.reply_address if hub else "",
            postal_address=settings.OPERATOR_ADDRESS,
            foot_links=(
                Link(_("Stop getting news"), stop_url(person.pk, language)),
                Link(_("Choose topics and language"), choices_url(person, language)),
            ),
            unsubscribe_url=stop_url(person.pk, language),
        )
    )


@functools.lru_cache(maxsize=16)
def html_for_email(text: str, language: str) -> SafeString:
    """Return sanitised HTML of a Markdown text, with inline styles.

    The result is cached, because thousands of emails contain the same text.
    """
    html = OWN_LINK.sub(settings.SITE_URL, str(text_html(text, language)))
    for tag, styled in STYLES.items():
        html = html.replace(tag, styled)
    return mark_safe(html)  # noqa: S308 (sanitised by text_html; the styles are our own)


@functools.lru_cache(maxsize=16)
def text_for_email(text: str, language: str) -> str:
    """Return a Markdown text as plain text. The result is cached, as that of `html_for_email`."""
    return plain_text(OWN_LINK.sub(settings.SITE_URL, str(text_html(text, language))))


def is_wanted(message: Message) -> bool:
    """Return whether the mailing was not recalled and the person still gets news.

    This is checked again immediately before the email is sent.
    """
    stands = Mailing.objects.filter(
        pk=message.payload["mailing"], recalled_at=None, newsletter__is_published=True
    ).exists()
    return stands and Subscriber.objects.subscribed().filter(pk__in=[message.person_id]).exists()
