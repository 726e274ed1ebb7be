"""Admin pages of rows about a person: the name that coordinators of the series may see, also to sort and to search."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hubs.admin_scope import HubScopedAdmin
from registrations.queries.people import with_shown_names


class PersonOfSeriesAdmin(HubScopedAdmin):
    """The base class of admin pages of a model with a foreign key `person`, whose rows belong to a series.

    Display `person_name` and search in `key_shown`: those of the profile are secret until they are confirmed.
    """

    series_path = "session__series"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_shown_names(super().get_queryset(request), series=self.series_path)

    @admin.display(description=_("name"), ordering="key_shown")
    def person_name(self, row: Any) -> str:
        name: str = row.name_shown
        return name
