"""Build a message to a person about a series."""

from collections.abc import Callable
from typing import Any

from accounts.models import Person
from echo_portal.outbox.actions import NewMessage
from sessions.models import Series


def message_to(
    person: Person, *, kind: str, key: str, series: Series, about: str, why: Callable[[], str], **fields: Any
) -> NewMessage:
    """Return a message in the person's language, owned by the series' hub; `key` makes it unique within its kind."""
    return NewMessage(
        kind=kind,
        dedupe_key=f"{kind}:{key}",
        address=person.email,
        language=person.language,
        person_id=person.pk,
        scope_id=series.hub_id,
        about=about,
        why=why,
        **fields,
    )
