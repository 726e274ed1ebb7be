"""What an email says that some readers of a message may not see: sessions of other hubs and the profile's name."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


@dataclasses.dataclass
class Mentions:
    """`scope_ids` are the ids of the hubs whose sessions an email may name; `names` maps names to what others see."""

    scope_ids: set[int] = dataclasses.field(default_factory=set)
    names: dict[str, str] = dataclasses.field(default_factory=dict)


_noted: ContextVar[Mentions | None] = ContextVar("outbox_mentions", default=None)


@contextmanager
def noted_mentions() -> Iterator[Mentions]:
    """Within the block, note the mentions of the emails that are rendered."""
    mentions = Mentions()
    mark = _noted.set(mentions)
    try:
        yield mentions
    finally:
        _noted.reset(mark)


def note_scope(scope_id: int | None) -> None:
    """Note that the email may name a session of this hub."""
    if (mentions := _noted.get()) is not None and scope_id is not None:
        mentions.scope_ids.add(scope_id)


def note_name(name: str, instead: str) -> None:
    """Note that the email has a person's name, and what the readers of one hub see instead."""
    if (mentions := _noted.get()) is not None and name:
        mentions.names[name] = instead
