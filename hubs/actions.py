"""Actions that add and remove memberships of hubs. Coordinators and Pallium staff may use the administration."""

from django.db import transaction

from accounts.actions import end_sessions, record
from accounts.models import Person
from hubs.models import Hub, Membership


@transaction.atomic
def give_membership(*, person: Person, hub: Hub, role: str, by: Person | None) -> Membership:
    """Give a person a role in a hub and return the membership. Coordinators also get access to the administration.

    The person's browser sessions are ended, so that they sign in again with the second factor that the role requires.

    Locks the person's row. There is one row for each person, hub and role; a second call changes nothing.
    """
    locked = Person.objects.select_for_update().get(pk=person.pk)
    membership, is_new = Membership.objects.get_or_create(person=locked, hub=hub, role=role)
    if is_new:
        _update_admin_access(locked)
        end_sessions(person=locked)
        _record("membership-given", membership, by)
    return membership


@transaction.atomic
def remove_membership(*, membership: Membership, by: Person | None) -> None:
    """Remove a membership.

    A person who no longer coordinates any hub loses access to the administration, unless they are Pallium staff. Locks
    the person's row.
    """
    locked = Person.objects.select_for_update().get(pk=membership.person_id)
    _record("membership-taken", membership, by)
    membership.delete()
    _update_admin_access(locked)


def _update_admin_access(person: Person) -> None:
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
