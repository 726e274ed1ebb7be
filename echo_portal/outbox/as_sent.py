"""The subject and text of an email as it was sent, stored with its message, without personal links."""

import dataclasses
import json
import re
import zlib
from collections.abc import Collection, Mapping

from echo_portal.outbox.email_content import Rendered
from echo_portal.outbox.mentions import Mentions
from echo_portal.outbox.models import Message


@dataclasses.dataclass(frozen=True)
class AsSent:
    subject: str
    text: str


def kept(rendered: Rendered, tokens: Mapping[str, str], mentions: Mentions) -> bytes:
    """Return the compressed content to store.

    `tokens` maps placeholders to the recipient's tokens, which are not stored.
    """
    subject, text = rendered.subject, rendered.text
    for placeholder, token in tokens.items():
        subject, text = subject.replace(token, placeholder), text.replace(token, placeholder)
    values = {"subject": subject, "text": text, "scopes": sorted(mentions.scope_ids), "names": mentions.names}
    return zlib.compress(json.dumps(values, ensure_ascii=False).encode(), level=1)


def as_sent(message: Message, *, scope_ids: Collection[int] | None) -> AsSent | None:
    """Return the email as it was sent, for a person who works for these hubs (None: for all hubs).

    Return None if it was not sent, if its content was not stored, or if it names sessions of other hubs.
    """
    if message.state != Message.State.SENT or message.sent_content is None:
        return None
    values = json.loads(zlib.decompress(message.sent_content))
    subject, text = values["subject"], values["text"]
    if scope_ids is not None:
        if not set(values["scopes"]) <= set(scope_ids):
            return None
        for name, instead in values["names"].items():
            subject, text = (_replaced(part, name, instead) for part in (subject, text))
    return AsSent(subject, text)


def _replaced(text: str, name: str, instead: str) -> str:
    """Return the text with `instead` for the name, except where the name is a part of another word."""
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda found: instead, text)
