"""Access to messages: coordinators see those that belong to their hubs, and Pallium staff see all."""

from django.db.models import QuerySet

from accounts.models import Person
from echo_portal.outbox.models import Message, Suppression
from hubs.models import Hub


def messages_of(person: Person) -> QuerySet[Message]:
    """Return the messages that this person may see.

    Only Pallium staff may see messages without a hub, such as sign-in codes and notices about accounts.
    """
    if person.is_pallium_staff:
        return Message.objects.all()
    return Message.objects.filter(scope_id__in=Hub.objects.editable_by(person).values("pk"))


def suppressions_of(person: Person) -> QuerySet[Suppression]:
    """Return the suppressions that messages of the person's hubs caused; for Pallium staff, all suppressions.

    Others are not included, because they would reveal that another hub sent an email to the address.
    """
    if person.is_pallium_staff:
        return Suppression.objects.all()
    return Suppression.objects.filter(scope_id__in=Hub.objects.editable_by(person).values("pk"))


def readable_scopes(person: Person) -> frozenset[int] | None:
    """Return the IDs of the hubs whose sessions this person may see in emails, or None for all hubs."""
    if person.is_pallium_staff:
        return None
    return frozenset(Hub.objects.editable_by(person).values_list("pk", flat=True))
