"""What a person changes about herself, and what follows from it for her letters."""

from typing import Any

from django.db import transaction

from accounts import actions as accounts_actions
from accounts.models import Person
from registrations.actions.reminding import follow_clock


@transaction.atomic
def change_profile(*, person: Person, by: Person, values: dict[str, Any]) -> None:
    """Saves it; what waits to be sent follows her language, and reminders follow her clock."""
    accounts_actions.change_profile(person=person, by=by, values=values)
    if {"province", "time_zone"} & values.keys():
        follow_clock(person=Person.objects.get(pk=person.pk))
