"""Kinds of messages: how each is rendered and checked, and what happens if the outcome of sending is unknown."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from echo_portal.outbox.email_content import Rendered
from echo_portal.outbox.models import Message


class NoLongerTrue(Exception):
    """Raised by a renderer, with a reason code, if the message is no longer true. The message is then dropped."""


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of message.

    `render` may raise NoLongerTrue. `still_true` is called just before the email is sent and changes nothing.

    If `must_arrive` is true, a message is sent again under the same Message-ID if the transport cannot determine
    whether it arrived; messages of other kinds then fail and are listed for staff (SAFETY.md 2). If
    `also_to_suppressed` is true, messages are also sent to suppressed addresses (sign-in codes, which have their own
    rate limit). `label` is the kind's name on pages. `readable` is whether staff may read messages; sign-in codes and
    account notices are private to their recipient, and are neither edited nor sent again.

    `bundle` returns the other messages that can be sent in one email with this one, and `render_bundle` renders that
    email.

    `waits` returns whether the recipient must get another message first, which has not been sent. The message is then
    tried again later, until it has expired or, if it does not expire, for two days.
    """

    name: str
    render: Callable[[Message], Rendered]
    still_true: Callable[[Message], bool]
    must_arrive: bool
    also_to_suppressed: bool = False
    label: Any = ""
    readable: bool = True
    bundle: Callable[[Message], list[Message]] | None = None
    render_bundle: Callable[[Message, Sequence[Message]], Rendered] | None = None
    waits: Callable[[Message], bool] = lambda message: False

    def bundle_of(self, message: Message) -> list[Message]:
        """Return the other pending messages that would be in the same email if this message was sent now.

        Does not change any message.
        """
        return self.bundle(message) if self.bundle else []

    def render_with(self, message: Message, bundle: Sequence[Message]) -> Rendered:
        """Return the email of a message, including the messages of its bundle."""
        return self.render_bundle(message, bundle) if self.render_bundle and bundle else self.render(message)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Register a kind. Apps call this when they are ready. Raises ValueError if another kind has the same name."""
    if _kinds.get(kind.name, kind) != kind:
        raise ValueError(f"message kind {kind.name!r} is registered twice")
    _kinds[kind.name] = kind


def kind_of(message: Message) -> Kind:
    """Return the message's kind. Raises KeyError for an unknown one; delivery then marks the message as failed."""
    return _kinds[message.kind]


def kind_label(name: str) -> str:
    """Return the kind's label for pages, or its name if it has none."""
    kind = _kinds.get(name)
    return str(kind.label) if kind and kind.label else name


def is_readable(name: str) -> bool:
    """Return whether staff may read messages of this kind. Return False for an unknown kind."""
    kind = _kinds.get(name)
    return kind is not None and kind.readable


def known_kinds() -> list[str]:
    return list(_kinds)
