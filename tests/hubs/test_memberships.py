"""Give and remove memberships, and with them a coordinator's access to the administration."""

import pytest

from accounts.models import AuditEvent, Person
from hubs.actions import give_membership, remove_membership
from hubs.models import Membership
from tests.builders import Programme
from tests.people import People

COORDINATOR, EVALUATOR, FACILITATOR = (
    Membership.Role.COORDINATOR,
    Membership.Role.EVALUATOR,
    Membership.Role.FACILITATOR,
)


def may_enter(person: Person) -> bool:
    """Return whether this person may use the administration, according to the stored row."""
    return Person.objects.get(pk=person.pk).is_staff


def events(person: Person) -> list[tuple[str, int | None, int | None, dict[str, str]]]:
    rows = AuditEvent.objects.filter(about=f"person:{person.pk}").order_by("pk")
    return list(rows.values_list("verb", "actor_id", "scope_id", "details"))


def test_coordinator_gets_access_to_the_administration(programme: Programme, people: People) -> None:
    assert not may_enter(people.luc)
    membership = give_membership(person=people.luc, hub=programme.bc, role=COORDINATOR, by=people.staff)
    assert (membership.person, membership.hub, membership.role) == (people.luc, programme.bc, COORDINATOR)
    assert may_enter(people.luc)
    assert events(people.luc) == [("membership-given", people.staff.pk, programme.bc.pk, {"role": COORDINATOR})]


@pytest.mark.parametrize("role", [EVALUATOR, FACILITATOR])
def test_other_roles_get_no_access_to_the_administration(programme: Programme, people: People, role: str) -> None:
    give_membership(person=people.luc, hub=programme.bc, role=role, by=people.staff)
    assert not may_enter(people.luc)


def test_giving_a_membership_twice_creates_one_row(programme: Programme, people: People) -> None:
    first, second = (
        give_membership(person=people.luc, hub=programme.bc, role=COORDINATOR, by=people.staff) for _call in range(2)
    )
    assert second == first
    assert Membership.objects.filter(person=people.luc).count() == 1
    assert [verb for verb, *_rest in events(people.luc)] == ["membership-given"]


def test_removing_the_last_coordinator_membership_removes_the_access(programme: Programme, people: People) -> None:
    memberships = [
        give_membership(person=people.luc, hub=hub, role=COORDINATOR, by=people.staff)
        for hub in (programme.bc, programme.national)
    ]
    give_membership(person=people.luc, hub=programme.bc, role=EVALUATOR, by=people.staff)
    remove_membership(membership=memberships[0], by=people.staff)
    assert may_enter(people.luc)
    remove_membership(membership=memberships[1], by=people.staff)
    assert not may_enter(people.luc)
    assert list(Membership.objects.values_list("person", "role")) == [(people.luc.pk, EVALUATOR)]
    assert events(people.luc)[-2:] == [
        ("membership-taken", people.staff.pk, programme.bc.pk, {"role": COORDINATOR}),
        ("membership-taken", people.staff.pk, programme.national.pk, {"role": COORDINATOR}),
    ]


def test_pallium_staff_keep_the_access_without_a_membership(programme: Programme, people: People) -> None:
    membership = give_membership(person=people.staff, hub=programme.bc, role=COORDINATOR, by=None)
    remove_membership(membership=membership, by=None)
    assert may_enter(people.staff)


def test_removing_a_membership_twice_keeps_other_memberships(programme: Programme, people: People) -> None:
    kept = give_membership(person=people.luc, hub=programme.national, role=COORDINATOR, by=people.staff)
    membership = give_membership(person=people.luc, hub=programme.bc, role=COORDINATOR, by=people.staff)
    for row in (membership, Membership(pk=membership.pk, person=people.luc, hub=programme.bc, role=COORDINATOR)):
        remove_membership(membership=row, by=people.staff)
    assert list(Membership.objects.filter(person=people.luc)) == [kept]
    assert may_enter(people.luc)
