"""The authentication backend, which loads the signed-in person and whether they have a role with one query."""

import datetime as dt
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Person
from credits.models import Reviewer
from echo_portal.lib.compiled_query import compiled_query
from hubs.models import Membership
from sessions.models import SessionRole
from sessions.models.role import OPEN_AFTER


class PeopleWithRoles(ModelBackend):
    """Django's backend, whose people have the attribute `has_role`.

    A role is access to the administration, a membership of a hub, a role in a session that is not long over, or access
    for a review.
    """

    def get_user(self, user_id: Any) -> Person | None:
        now = timezone.now()
        people = _person_with_has_role(int(user_id), now - OPEN_AFTER, timezone.localdate(now))
        person = people[0] if people else None
        return person if person is not None and self.user_can_authenticate(person) else None


@compiled_query
def _person_with_has_role(person_id: int, over_after: dt.datetime, today: dt.date) -> QuerySet[Person]:
    roles = (
        Membership.objects.all(),
        SessionRole.objects.over_after(over_after),
        Reviewer.objects.open(today),
    )
    has_role = Q(is_staff=True)
    for rows in roles:
        has_role |= Q(Exists(rows.filter(person=OuterRef("pk"))))
    return Person.objects.get_queryset().annotate(has_role=has_role).filter(pk=person_id)


def has_role(person: Person) -> bool:
    """Return whether the person who is signed in has a role."""
    return bool(getattr(person, "has_role", person.is_staff))
