"""The email that asks the owner of an address to confirm a request for news, which anybody may have sent."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Block, Button, EmailContent, Paragraph, Rendered, Row, Rows, rendered
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.models import Message
from hubs.models import Hub
from news.drop_reasons import DropReason
from news.links import confirm_url
from news.message_kinds import CONFIRM
from news.models import NewsRequest
from sessions.vocabularies import PracticeArea


def register_renderers() -> None:
    kinds.register(
        Kind(CONFIRM, to_be_confirmed, is_unconfirmed, must_arrive=True, label=gettext_lazy("News, to confirm"))
    )


def is_unconfirmed(message: Message) -> bool:
    return NewsRequest.objects.filter(pk=message.payload["request"]).exists()


def to_be_confirmed(message: Message) -> Rendered:
    row = NewsRequest.objects.filter(pk=message.payload["request"]).select_related("person").first()
    if row is None:
        raise NoLongerTrue(DropReason.REQUEST_GONE)
    national = Hub.objects.filter(scope=Hub.Scope.NATIONAL).first()
    labels = dict(PracticeArea.choices)
    topics = tuple(Row(str(labels[code]), "") for code in row.topics if code in labels)
    blocks: list[Block] = [
        Paragraph(_("Somebody asked us to send news of the Palliative Care ECHO programme to this address.")),
        Button(_("Yes, send me news"), confirm_url(row, message.language)),
    ]
    if topics:
        blocks.append(Rows(_("Topics"), topics))
    blocks.append(Paragraph(_("Not from you? Do nothing: it is deleted after two weeks."), small=True))
    heading = _("Shall we send you news?")
    return rendered(
        EmailContent(
            language=message.language,
            subject=heading,
            preheader=_("One press, and you get our newsletter."),
            heading=heading,
            blocks=tuple(blocks),
            from_name=national.name if national else _("Palliative Care ECHO"),
            why=message.why,
            reply_to=national.reply_address if national else "",
            postal_address=settings.OPERATOR_ADDRESS,
        )
    )
