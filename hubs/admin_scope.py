"""The administration's rule for what belongs to hubs: coordinators work for their own, Pallium staff for all."""

from django.http import HttpRequest

from accounts.admin_scope import Scoped, ScopedAdmin, ScopedInline
from accounts.models import Person
from hubs.models import Hub


class HubScoped(Scoped):
    def works_here(self, request: HttpRequest) -> bool:
        """Whoever works for a hub; staff without one sees nothing. Asked once a request."""
        if "_works_for_a_hub" not in request.__dict__:
            person = request.user
            answer = isinstance(person, Person) and Hub.objects.editable_by(person).exists()
            request.__dict__["_works_for_a_hub"] = answer or super().works_here(request)
        return bool(request.__dict__["_works_for_a_hub"])


class HubScopedAdmin(HubScoped, ScopedAdmin):
    """The pages of a model whose rows belong to hubs."""


class HubScopedInline(HubScoped, ScopedInline):
    """Rows that hang on one of a hub."""
