"""The queryset for models with a foreign key `session`."""

from typing import Any, Self

from django.db import models

from accounts.models import Person
from sessions.models import Session


class OfSessionQuerySet[Row: models.Model](models.QuerySet[Row]):
    def editable_by(self, person: Person) -> Self:
        """Return the rows of sessions that this person may edit.

        Sessions of partner hubs in a joint series are not included.
        """
        return self.filter(session__in=Session.objects.editable_by(person))


def person_in_session(row: Any) -> str:
    """Return the name of the person and the session of a row, as the title of its page.

    The name is the one that coordinators see, with which `PersonOfSeriesAdmin` annotates its rows, or else the person's
    number.
    """
    return f"{getattr(row, 'name_shown', '') or row.person_id}, {row.session}"
