"""Limit admin pages to rows of the person's hubs. Pallium staff have access to all rows."""

from django.http import HttpRequest

from accounts.admin_scope import Scoped, ScopedAdmin, ScopedInline
from accounts.models import Person
from hubs.models import Hub


class HubScoped(Scoped):
    def has_access(self, request: HttpRequest) -> bool:
        """Return whether this person is Pallium staff or coordinates a hub. The result is cached per request."""
        if "_works_for_a_hub" not in request.__dict__:
            person = request.user
            answer = isinstance(person, Person) and Hub.objects.editable_by(person).exists()
            request.__dict__["_works_for_a_hub"] = answer or super().has_access(request)
        return bool(request.__dict__["_works_for_a_hub"])


class HubScopedAdmin(HubScoped, ScopedAdmin):
    """The base class of admin pages of models whose rows belong to hubs."""


class HubScopedInline(HubScoped, ScopedInline):
    """The base class of inlines whose parent row belongs to a hub."""
