"""The rows for measuring messages: registrations for one session, and a queued message for each of them."""

import datetime as dt

from django.utils import timezone

from accounts.models import Person
from echo_portal.outbox.actions import NewMessage, write_messages
from echo_portal.outbox.models import Message
from registrations.message_kinds import CONFIRMATION
from registrations.models import Registration
from sessions.models import Session

WHY = "You registered on the Palliative Care ECHO portal."


def registrations_for(session: Session, number: int) -> list[Registration]:
    """Register `number` people for the session, who are created if needed, and return their registrations."""
    names = [f"reader-{index}@bench.example.org" for index in range(number)]
    Person.objects.bulk_create(
        (
            Person(
                email=name,
                email_key=name,
                name=f"Élodie Tremblay-{index}",
                sort_key=f"elodie tremblay-{index}",
                province=("BC", "AB", "ON", "NL")[index % 4],
                language="fr" if index % 3 == 0 else "en",
                password="!",  # noqa: S106 (no password can match it)
            )
            for index, name in enumerate(names)
        ),
        ignore_conflicts=True,
    )
    now = timezone.now()
    Registration.objects.bulk_create(
        (
            Registration(person=person, session=session, state="registered", registered_at=now, changed_at=now)
            for person in Person.objects.filter(email_key__in=names)
        ),
        ignore_conflicts=True,
    )
    found = Registration.objects.filter(session=session, person__email_key__in=names)
    return list(found.select_related("person", "session__series__hub").order_by("pk"))


def queue_messages(rows: list[Registration], *, due: bool = True) -> None:
    """Cancel all unsent messages, and queue a confirmation for each row, which is due now or tomorrow."""
    Message.objects.filter(state__in=Message.LIVE).update(state="cancelled", token=None, lease_until=None)
    Message.objects.filter(about="bench:messages").delete()
    write_messages(
        NewMessage(
            kind=CONFIRMATION,
            dedupe_key=f"bench:{row.pk}",
            address=row.person.email,
            language=row.person.language,
            about="bench:messages",
            why=lambda: WHY,
            person_id=row.person_id,
            scope_id=row.session.series.hub_id,
            payload={"series": row.session.series_id, "registrations": [row.pk]},
            due_at=None if due else timezone.now() + dt.timedelta(days=1),
        )
        for row in rows
    )
