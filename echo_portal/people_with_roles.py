"""The authentication backend, which loads the signed-in person and whether they have a role with one query."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Person
from credits.models import Reviewer
from hubs.models import Membership
from sessions.models import SessionRole


class PeopleWithRoles(ModelBackend):
    """Django's backend, whose people have the attribute `has_role`.

    A role is access to the administration, a membership of a hub, a role in a session that is not long over, or access
    for a review.
    """

    def get_user(self, user_id: Any) -> Person | None:
        now = timezone.now()
        roles = (
            Membership.objects.all(),
            SessionRole.objects.open(now),
            Reviewer.objects.open(timezone.localdate(now)),
        )
        has_role = Q(is_staff=True)
        for rows in roles:
            has_role |= Q(Exists(rows.filter(person=OuterRef("pk"))))
        person = Person.objects.get_queryset().annotate(has_role=has_role).filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None


def has_role(person: Person) -> bool:
    """Return whether the person who is signed in has a role."""
    return bool(getattr(person, "has_role", person.is_staff))
