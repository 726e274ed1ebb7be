"""Build a message to a person about a series."""

from collections.abc import Callable
from typing import Any

from accounts.models import Person
from echo_portal.outbox.actions import NewMessage
from registrations.models import Announcement, Registration
from registrations.why_sent import hub_added, registered_for, registered_on_the_portal, waits_for
from sessions.models import Series


def message_to(
    person: Person, *, kind: str, key: str, series: Series, about: str, why: Callable[[], str], **fields: Any
) -> NewMessage:
    """Return a message in the person's language that belongs to the series' hub.

    `key` makes it unique within its kind.
    """
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


def why_registered(row: Registration) -> Callable[[], str]:
    """Return a function for the reason of an email: the hub registered the person, they wait, or they registered."""
    waits = row.state == Registration.State.WAITING
    if row.awaits_answer:
        return hub_added(row.session.series, waits=waits)
    return waits_for(row.session) if waits else registered_for(row.session)


def why_announced(row: Registration, announcement: Announcement) -> Callable[[], str]:
    """Return a function for the reason of an announcement to a session or to a series. It need not be saved."""
    if announcement.session_id is None and not row.awaits_answer:
        return registered_on_the_portal(row.session.series)
    return why_registered(row)
