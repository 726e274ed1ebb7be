"""The roles of the isolation matrix, with the browser that a role uses and the texts that it must never read."""

from collections.abc import Callable
from dataclasses import dataclass

from django.test import Client

from accounts.models import Person
from hubs.models import Membership
from sessions.models import Series
from tests.admin.two_hubs import CANARY, OWN, HubRows, signed_in_client
from tests.people import People

JOINT = "XJOINTCANARY"
# What a partner hub of a joint series may not read. It may read the names of the series, its sessions and materials.
SECRETS_OF_JOINT_SERIES = [
    JOINT + end
    for end in ("KEY", "-person", "-coordinator", "-answer", "-why", "-object", "-report", "-row", "-reason", "-note")
] + [f"example.org/{JOINT}", f"{JOINT}-word"]


@dataclass(frozen=True)
class Role:
    """A role of a person. `forbidden` are texts that they must not read; `attacked` says whose rows they request.

    `may_enter` is whether they may open the start page of the administration. `in_each_run` is whether `make test`
    sends a sample of the requests in the role; `make attack` sends all requests in all roles.
    """

    name: str
    sign_in: Callable[["Rows", People], Client]
    forbidden: tuple[str, ...]
    attacked: str = "foreign"
    may_enter: bool = False
    in_each_run: bool = False


@dataclass(frozen=True)
class Rows:
    """The rows of the own hub, of another hub, of a hub with a joint series, and of a coordinator's second hub."""

    own: HubRows
    foreign: HubRows
    joint: HubRows
    second: HubRows


def _coordinator(rows: Rows, people: People) -> Client:
    return signed_in_client(rows.own.coordinator)


def _of_two_hubs(rows: Rows, people: People) -> Client:
    Membership.objects.create(person=rows.own.coordinator, hub=rows.second.hub, role=Membership.Role.COORDINATOR)
    return signed_in_client(rows.own.coordinator)


def _partner(rows: Rows, people: People) -> Client:
    rows.joint[Series].partner_hubs.add(rows.own.hub)
    return signed_in_client(rows.own.coordinator)


def _member(role: str) -> Callable[[Rows, People], Client]:
    def sign_in(rows: Rows, people: People) -> Client:
        person = people.make(f"{role}@example.org", "Robin Member", is_staff=True)
        Membership.objects.create(person=person, hub=rows.own.hub, role=role)
        return signed_in_client(person)

    return sign_in


def _no_hub(rows: Rows, people: People) -> Client:
    return signed_in_client(people.make("nobody@example.org", "No Hub", is_staff=True))


def _clinician(rows: Rows, people: People) -> Client:
    return signed_in_client(people.stranger)


def _anonymous(rows: Rows, people: People) -> Client:
    return Client()


def _without_second_factor(rows: Rows, people: People) -> Client:
    client = Client()
    client.force_login(rows.own.coordinator)
    return client


def _left(rows: Rows, people: People) -> Client:
    client = signed_in_client(rows.own.coordinator)
    Membership.objects.filter(person=rows.own.coordinator).delete()
    Person.objects.filter(pk=rows.own.coordinator.pk).update(name="Robin Member")  # the page displays their own name
    return client


def _inactive(rows: Rows, people: People) -> Client:
    client = signed_in_client(rows.own.coordinator)
    Person.objects.filter(pk=rows.own.coordinator.pk).update(is_active=False)
    return client


OTHER_HUBS = (CANARY, JOINT)
ALL_HUBS = (CANARY, JOINT, OWN)
ROLES = [
    Role("coordinator", _coordinator, OTHER_HUBS, may_enter=True, in_each_run=True),
    Role("coordinator of two hubs", _of_two_hubs, OTHER_HUBS, may_enter=True),
    Role(
        "coordinator of a partner hub",
        _partner,
        (CANARY, *SECRETS_OF_JOINT_SERIES),
        "joint",
        may_enter=True,
        in_each_run=True,
    ),
    Role("evaluator", _member("evaluator"), ALL_HUBS),
    Role("facilitator", _member("facilitator"), ALL_HUBS),
    Role("staff without a hub", _no_hub, ALL_HUBS),
    Role("clinician", _clinician, ALL_HUBS, in_each_run=True),
    Role("nobody signed in", _anonymous, ALL_HUBS),
    Role("coordinator without second factor", _without_second_factor, ALL_HUBS),
    Role("coordinator who left the hub", _left, ALL_HUBS),
    Role("inactive coordinator", _inactive, ALL_HUBS),
]
