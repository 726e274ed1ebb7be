"""Who works for a hub. Coordinators and Pallium staff enter the administration; nobody else does."""

from django.db import transaction

from accounts.actions import record
from accounts.models import Person
from hubs.models import Hub, Membership


@transaction.atomic
def give_membership(*, person: Person, hub: Hub, role: str, by: Person | None) -> Membership:
    """One row per person, hub and role; a second call changes nothing. A coordinator may enter the administration."""
    locked = Person.objects.select_for_update().get(pk=person.pk)
    membership, is_new = Membership.objects.get_or_create(person=locked, hub=hub, role=role)
    if is_new:
        _open_or_close_administration(locked)
        _record("membership-given", membership, by)
    return membership


@transaction.atomic
def remove_membership(*, membership: Membership, by: Person | None) -> None:
    """The way into the administration closes with the last hub a person coordinates, Pallium staff apart."""
    locked = Person.objects.select_for_update().get(pk=membership.person_id)
    _record("membership-taken", membership, by)
    membership.delete()
    _open_or_close_administration(locked)


def _open_or_close_administration(person: Person) -> None:
    coordinates = Membership.objects.filter(person=person, role=Membership.Role.COORDINATOR).exists()
    may_enter = coordinates or person.is_programme_staff or person.is_superuser
    if person.is_staff != may_enter:
        person.is_staff = may_enter
        person.save()


def _record(verb: str, membership: Membership, by: Person | None) -> None:
    record(
        verb,
        about=f"person:{membership.person_id}",
        by=by,
        scope_id=membership.hub_id,
        details={"role": membership.role},
    )
