"""Reminders: rows written with the place, taken back with it (PRODUCT.md 4)."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.clock import zone_of
from accounts.models import Person
from echo_portal.outbox.actions import NewMessage, write_messages
from registrations.emails import REMINDER_KINDS
from registrations.models import Registration
from registrations.reminder_times import due_at, is_worth_writing
from sessions.vocabularies import Reminder

REMINDERS = tuple(REMINDER_KINDS.values())


def write_reminders(*, person: Person, registrations: Sequence[Registration]) -> None:
    """One row a reminder for places that stand, each with its own key; a second call writes nothing twice.

    The key carries the SEQUENCE: a place given back and taken again, or a session that moved, has reminders anew.
    """
    now = timezone.now()
    zone = zone_of(person)
    rows: list[NewMessage] = []
    with override(person.language):
        for row in registrations:
            session = row.session
            if row.state != Registration.State.REGISTERED or session.starts_at is None or session.starts_at <= now:
                continue
            why = _("You registered for “%(session)s”.") % {"session": session.title}
            for name in session.reminders:
                due = due_at(Reminder(name), session.starts_at, zone)
                if not is_worth_writing(due, now):
                    continue
                rows.append(
                    NewMessage(
                        kind=REMINDER_KINDS[Reminder(name)],
                        dedupe_key=f"reminder-{name}:{row.pk}:{row.sequence}",
                        address=person.email,
                        language=person.language,
                        person_id=person.pk,
                        scope_id=session.series.hub_id,
                        about=f"registration:{row.pk}",
                        why=why,
                        payload={"registration": row.pk, "sequence": row.sequence},
                        due_at=due,
                        expires_at=session.starts_at,
                    )
                )
    write_messages(rows)
