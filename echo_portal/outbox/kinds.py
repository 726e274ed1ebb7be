"""Message kinds: how each is rendered and checked, and the policy if the outcome of sending is unknown."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from echo_portal.outbox.email_content import Rendered
from echo_portal.outbox.models import Message


class NoLongerTrue(Exception):
    """Raised by a renderer, with a reason code, if the message is no longer true; the message is dropped."""


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of message.

    `render` may raise NoLongerTrue. `still_true` is called just before the email is sent and changes nothing.

    `must_arrive`: if the transport cannot tell whether a message arrived, send it again under the same Message-ID;
    messages of other kinds fail and are listed for staff (SAFETY.md 2). `also_to_suppressed`: send even to
    suppressed addresses (sign-in codes, which have their own rate limit). `label`: the kind's name on pages.
    `readable`: whether staff may read it; sign-in codes and account notices are private to their recipient and are
    neither edited nor sent again.

    `bundle` returns the other messages that share this one's email, and `render_bundle` renders it with them.
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

    def bundle_of(self, message: Message) -> list[Message]:
        """Return the other messages that would be sent in this one's email now. It changes nothing."""
        return self.bundle(message) if self.bundle else []

    def render_with(self, message: Message, bundle: Sequence[Message]) -> Rendered:
        """Return the email of a message, which includes the messages of its bundle."""
        return self.render_bundle(message, bundle) if self.render_bundle and bundle else self.render(message)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Register a kind; called by apps when they are ready. Raises ValueError if the name has another kind already."""
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
    """Return whether staff may read this kind; False for an unknown one."""
    kind = _kinds.get(name)
    return kind is not None and kind.readable


def known_kinds() -> list[str]:
    return list(_kinds)
