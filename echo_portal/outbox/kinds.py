"""What each kind of message is: how it is rendered, whether it is still true, what happens when its fate is unknown."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from echo_portal.outbox.email_content import Rendered
from echo_portal.outbox.models import Message


class NoLongerTrue(Exception):
    """The fact behind a message is gone: raised by a renderer with a reason's code, with which the row is dropped."""


@dataclasses.dataclass(frozen=True)
class Kind:
    """`render` may raise NoLongerTrue. `still_true` is asked once more just before the body goes out, and only reads.

    `must_arrive`: when the transport cannot tell whether a message arrived, it is sent again under the same
    Message-ID; others stay in doubt and are shown (SAFETY.md 2). `also_to_suppressed`: tried even where mail has
    come back before (sign-in codes, which are throttled by themselves). `words`: what the kind is called on a page.
    `readable`: whether people who look after messages may read it; sign-in codes and account notices are nobody's but
    their receiver's, and are neither edited nor sent again.
    `bundle` names the other messages that share this one's email, and `render_bundle` renders it with them.
    """

    name: str
    render: Callable[[Message], Rendered]
    still_true: Callable[[Message], bool]
    must_arrive: bool
    also_to_suppressed: bool = False
    words: Any = ""
    readable: bool = True
    bundle: Callable[[Message], list[Message]] | None = None
    render_bundle: Callable[[Message, Sequence[Message]], Rendered] | None = None

    def bundle_of(self, message: Message) -> list[Message]:
        """Return the other messages that would leave in this one's email now; reads only."""
        return self.bundle(message) if self.bundle else []

    def render_with(self, message: Message, bundle: Sequence[Message]) -> Rendered:
        """Render the email of a message and of those that it carries."""
        return self.render_bundle(message, bundle) if self.render_bundle and bundle else self.render(message)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Called by a room when it is ready; a second registration of the same name is a mistake."""
    if _kinds.get(kind.name, kind) != kind:
        raise ValueError(f"message kind {kind.name!r} is registered twice")
    _kinds[kind.name] = kind


def kind_of(message: Message) -> Kind:
    """Raises KeyError for a kind nobody registered; delivery fails such a row with the reason."""
    return _kinds[message.kind]


def kind_in_words(name: str) -> str:
    """What a kind is called on a page; its bare name where no room knows it."""
    kind = _kinds.get(name)
    return str(kind.words) if kind and kind.words else name


def is_readable(name: str) -> bool:
    """Fails closed: a kind that no room knows is shown to nobody."""
    kind = _kinds.get(name)
    return kind is not None and kind.readable


def known_kinds() -> list[str]:
    return list(_kinds)
