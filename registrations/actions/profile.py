"""Change a person's profile, and the messages that depend on it."""

from typing import Any

from django.db import transaction

from accounts import actions as accounts_actions
from accounts.models import Person
from registrations.actions.reminding import follow_time_zone


@transaction.atomic
def change_profile(*, person: Person, by: Person, values: dict[str, Any]) -> None:
    """Save the values. Unsent messages get the new language, and reminders the due times of the new time zone."""
    accounts_actions.change_profile(person=person, by=by, values=values)
    if {"province", "time_zone"} & values.keys():
        follow_time_zone(person=Person.objects.get(pk=person.pk))
