"""Record what an email contains that some readers may not see: sessions of other hubs, and the profile's name."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


@dataclasses.dataclass
class Mentions:
    """What an email may contain that some readers may not see.

    `scope_ids` contains the IDs of the hubs whose sessions it may name. `names` maps names to the text that others see.
    """

    scope_ids: set[int] = dataclasses.field(default_factory=set)
    names: dict[str, str] = dataclasses.field(default_factory=dict)


_noted: ContextVar[Mentions | None] = ContextVar("outbox_mentions", default=None)


@contextmanager
def noted_mentions() -> Iterator[Mentions]:
    """Within the block, record the mentions of the emails that are rendered."""
    mentions = Mentions()
    mark = _noted.set(mentions)
    try:
        yield mentions
    finally:
        _noted.reset(mark)


def note_scope(scope_id: int | None) -> None:
    """Record that the email may name a session of this hub."""
    if (mentions := _noted.get()) is not None and scope_id is not None:
        mentions.scope_ids.add(scope_id)


def note_name(name: str, instead: str) -> None:
    """Record that the email contains this name, and what readers of a hub see instead."""
    if (mentions := _noted.get()) is not None and name:
        mentions.names[name] = instead
