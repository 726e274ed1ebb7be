"""The queryset of models with a foreign key `session`."""

from typing import Self

from django.db import models

from accounts.models import Person
from sessions.models import Session


class OfSessionQuerySet[Row: models.Model](models.QuerySet[Row]):
    def editable_by(self, person: Person) -> Self:
        """Return the rows of the sessions that this person may edit, so not those of partner hubs of a joint series."""
        return self.filter(session__in=Session.objects.editable_by(person))
