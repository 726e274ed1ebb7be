"""The queryset for models with a foreign key `session`."""

from typing import Self

from django.db import models

from accounts.models import Person
from sessions.models import Session


class OfSessionQuerySet[Row: models.Model](models.QuerySet[Row]):
    def editable_by(self, person: Person) -> Self:
        """Return the rows of sessions that this person may edit.

        Sessions of partner hubs in a joint series are not included.
        """
        return self.filter(session__in=Session.objects.editable_by(person))
