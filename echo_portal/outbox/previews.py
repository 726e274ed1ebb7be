"""Render emails for a person other than the recipient: without personal links and sessions of other hubs.

A personal link opens the recipient's registrations without signing in, so nobody else may see it. Code that signs such
a token passes it through `personal`; code that renders a session of another hub calls `may_mention`; code that renders
the name of the profile calls `own_name`.
"""

import copy
import dataclasses
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import translation

from echo_portal.outbox.edits import with_edits
from echo_portal.outbox.email_content import Rendered
from echo_portal.outbox.kinds import kind_of
from echo_portal.outbox.mentions import note_name, note_scope
from echo_portal.outbox.models import Message
from echo_portal.outbox.personal_links import hidden_tokens


@dataclasses.dataclass(frozen=True)
class Reader:
    """The person for whom an email is rendered, if they are not the recipient.

    `scope_ids` are the IDs of the hubs whose sessions they may see, or None for all. `edits` is whether they edit the
    text.
    """

    scope_ids: Collection[int] | None
    edits: bool = False


_reader: ContextVar[Reader | None] = ContextVar("outbox_reader", default=None)


@contextmanager
def rendered_for(scope_ids: Collection[int] | None, *, edits: bool = False) -> Iterator[None]:
    """Within the block, render emails for a person who works for these hubs (None: for all), not for the recipient."""
    mark = _reader.set(Reader(scope_ids, edits))
    try:
        with hidden_tokens():
            yield
    finally:
        _reader.reset(mark)


def may_mention(scope_id: int | None) -> bool:
    """Return whether the email may mention sessions of this hub. This is True in an email to the recipient."""
    reader = _reader.get()
    if reader is None:
        note_scope(scope_id)
    return reader is None or reader.scope_ids is None or scope_id in reader.scope_ids


def own_name(name: str, instead: str) -> str:
    """Return the name of the recipient's profile, or `instead` if the email is rendered for one hub."""
    if not may_mention(None):
        return instead
    note_name(name, instead)
    return name


def is_sent_alone(message: Message) -> bool:
    """Return whether the message is never bundled, because it was edited or is being rendered for editing."""
    reader = _reader.get()
    return message.is_edited or (reader is not None and reader.edits)


def preview(message: Message, language: str, *, scope_ids: Collection[int] | None, to_edit: bool = False) -> Rendered:
    """Return the email in one language as it would be sent now, without changing the message.

    Edits are included only in the message's own language. Raises exceptions of the renderer, such as NoLongerTrue.
    """
    shown = copy.copy(message)
    shown.payload, shown.language = dict(message.payload), language
    with rendered_for(scope_ids, edits=to_edit), translation.override(language):
        kind = kind_of(message)
        rendered = kind.render_with(shown, kind.bundle_of(shown))
        edited = language == message.language and message.is_edited
        return with_edits(message, rendered, None) if edited else rendered
