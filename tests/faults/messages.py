"""Write any number of reminders and confirmations with calendar parts, to people who exist in the tests only."""

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

from accounts.models import Person
from echo_portal.outbox import actions
from registrations.models import Registration
from sessions.models import Session
from tests.faults.running import STORM, Campaign

PROVINCES = ("AB", "BC", "MB", "NL", "NU", "ON", "QC", "SK")


def write_messages(
    campaign: Campaign,
    number: int,
    *,
    kind: Callable[[int], str] = lambda index: "confirmation" if index % 5 == 0 else "reminder-day",
    due_at: dt.datetime | None = None,
    expires_at: dt.datetime | None = None,
) -> list[str]:
    """Write `number` messages, each to another person and due now by default. Return the addresses in order."""
    return campaign.within(lambda: _write(number, kind, due_at, expires_at))


def _write(
    number: int, kind: Callable[[int], str], due_at: dt.datetime | None, expires_at: dt.datetime | None
) -> list[str]:
    session = Session.objects.select_related("series").get(series__slug=STORM, number=1)
    rows = _registrations(session, number)
    actions.write_messages(
        actions.NewMessage(
            kind=kind(index),
            dedupe_key=f"{kind(index)}:{row.pk}:{row.sequence}",
            address=row.person.email,
            language=row.person.language,
            person_id=row.person_id,
            scope_id=session.series.hub_id,
            about=f"registration:{row.pk}",
            why=lambda: "You registered.",
            payload={
                "registration": row.pk,
                "sequence": row.sequence,
                "series": session.series_id,
                "registrations": [row.pk],
            },
            due_at=due_at,
            expires_at=expires_at or (None if kind(index) == "confirmation" else session.starts_at),
        )
        for index, row in enumerate(rows)
    )
    return [row.person.email for row in rows]


def _registrations(session: Session, number: int) -> list[Registration]:
    have, now = Person.objects.filter(email__startswith="person-").count(), timezone.now()
    people = Person.objects.bulk_create(
        Person(
            email=f"person-{index}@example.org",
            email_key=f"person-{index}@example.org",
            name=f"Person Ngọc {index}",
            sort_key=f"person ngoc {index}",
            province=PROVINCES[index % len(PROVINCES)],
            language="fr" if index % 3 == 0 else "en",
            password="!",
        )
        for index in range(have, number)
    )
    Registration.objects.bulk_create(
        Registration(person=person, session=session, state="registered", registered_at=now, changed_at=now)
        for person in people
    )
    rows = Registration.objects.filter(session=session, person__email__startswith="person-")
    return list(rows.select_related("person", "session").order_by("pk")[:number])
