"""Admin pages of rows about a person, with the name that coordinators may see, also for sorting and searching."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hubs.admin_scope import HubScopedAdmin
from registrations.queries.people import with_shown_names


class PersonOfSeriesAdmin(HubScopedAdmin):
    """The base class of admin pages of models with a foreign key `person`, whose rows belong to a series.

    Display `person_name` and search in `key_shown`. Coordinators may not see the name of the profile until a
    registration is confirmed.
    """

    series_path = "session__series"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_shown_names(super().get_queryset(request), series=self.series_path)

    @admin.display(description=_("name"), ordering="key_shown")
    def person_name(self, row: Any) -> str:
        name: str = row.name_shown
        return name


class SessionsOfSeriesFilter(admin.RelatedOnlyFieldListFilter):
    """A filter that offers only sessions of the selected series, because a programme has thousands of sessions."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        chosen = request.GET.get("session__series__id__exact", "")
        if not chosen.isdecimal():
            return []
        rows = model_admin.get_queryset(request).filter(session__series=chosen).order_by()
        limit = {"pk__in": rows.values("session").distinct()}
        ordering = self.field_admin_ordering(field, request, model_admin)
        return list(field.get_choices(include_blank=False, limit_choices_to=limit, ordering=ordering))
