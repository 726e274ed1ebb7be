"""A letter as somebody other than its receiver may see it: her personal links stand in, other hubs' facts are left out.

A link of a mail opens a person's registrations without signing in, so nobody but she may read it. Whoever signs such
a token passes it through `personal`; whoever writes of something outside the message's own hub asks `may_tell`.
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
from echo_portal.outbox.models import Message
from echo_portal.outbox.personal_links import hidden


@dataclasses.dataclass(frozen=True)
class Reader:
    """`scope_ids`: the hubs whose facts the reader may know; None for all. `edits`: she is about to write its words."""

    scope_ids: Collection[int] | None
    edits: bool = False


_reader: ContextVar[Reader | None] = ContextVar("outbox_reader", default=None)


@contextmanager
def shown_to(scope_ids: Collection[int] | None, *, edits: bool = False) -> Iterator[None]:
    """What is rendered inside is for a reader who works for these hubs (None: for all), not for its receiver."""
    mark = _reader.set(Reader(scope_ids, edits))
    try:
        with hidden():
            yield
    finally:
        _reader.reset(mark)


def may_tell(scope_id: int | None) -> bool:
    """Whether a fact of this hub may stand in what is being rendered; always, when it is for its receiver."""
    reader = _reader.get()
    return reader is None or reader.scope_ids is None or scope_id in reader.scope_ids


def leaves_alone(message: Message) -> bool:
    """Whether its words are somebody's own, or about to be: then it neither says another message nor is said by one."""
    reader = _reader.get()
    return message.is_edited or (reader is not None and reader.edits)


def preview(message: Message, language: str, *, scope_ids: Collection[int] | None, to_edit: bool = False) -> Rendered:
    """The letter in one of the two languages as it will leave, as far as is known; its row is left as it is.

    Edited words stand in the message's own language only. Raises what its renderer raises, NoLongerTrue above all.
    """
    shown = copy.copy(message)
    shown.payload, shown.language = dict(message.payload), language
    with shown_to(scope_ids, edits=to_edit), translation.override(language):
        kind = kind_of(message)
        rendered = kind.render_with(shown, kind.bundle_of(shown))
        edited = language == message.language and message.is_edited
        return with_edits(message, rendered, {}) if edited else rendered
