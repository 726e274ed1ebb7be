"""Staff correct a mistyped address. An email is sent to the new address and, if it was proved, to the old one."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.links import MANAGE, token_for
from accounts.models import Person
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations import actions
from registrations.links import manage_path
from registrations.models import AddressCorrection
from sessions.models import Series
from tests.builders import Programme, enroll
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db
RIGHT = "ama.okpik@example.org"


@pytest.fixture
def coordinator(programme: Programme, people: People) -> Person:
    return people.coordinator(programme.national)


@pytest.fixture
def series(programme: Programme, people: People) -> Series:
    series, sessions = programme.open_series("mistyped", sessions=2)
    enroll(people.ama, series, *sessions)
    return series


def propose(series: Series, person: Person, by: Person, address: str = RIGHT) -> AddressCorrection:
    return actions.propose_address(person=person, series=series, new_address=address, reason="by telephone", by=by)


def told() -> list[tuple[str, str]]:
    return list(Message.objects.filter(kind__startswith="address-").order_by("pk").values_list("kind", "address"))


def test_proposal_changes_nothing_and_tells_nobody(series: Series, coordinator: Person, people: People) -> None:
    before = checksums()
    propose(series, people.ama, coordinator)
    after = checksums()
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"registrations_addresscorrection", "accounts_auditevent"}


def test_accepted_address_gets_the_unsent_emails_and_has_to_be_confirmed(
    series: Series, coordinator: Person, people: People
) -> None:
    old_path = manage_path(people.ama)
    correction = propose(series, people.ama, coordinator)
    actions.accept_address(correction=correction, by=people.staff)
    person = Person.objects.get(pk=people.ama.pk)
    assert (person.email, person.is_proved) == (RIGHT, False)
    unsent = Message.objects.unsent().filter(person_id=person.pk).exclude(kind__startswith="address-")
    assert set(unsent.values_list("address", flat=True)) == {RIGHT}
    assert told() == [("address-corrected", RIGHT), ("address-replaced", "ama@example.org")]
    assert Client().get(old_path).status_code == 410, "links in earlier emails may be in a stranger's mailbox"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_email_to_the_old_address_contains_neither_the_new_one_nor_a_link(
    series: Series, coordinator: Person, people: People, language: str
) -> None:
    actions.accept_address(correction=propose(series, people.ama, coordinator), by=people.staff)
    person = Person.objects.get(pk=people.ama.pk)
    text = preview(Message.objects.get(kind="address-replaced"), language, scope_ids=None).text
    assert "a…@example.org" in text
    assert RIGHT not in text
    assert token_for(person, MANAGE) not in text
    assert "my-sessions" not in text


def test_old_address_that_nobody_proved_is_not_told(series: Series, coordinator: Person, people: People) -> None:
    Person.objects.filter(pk=people.ama.pk).update(mailbox_proved_at=None)
    actions.accept_address(correction=propose(series, people.ama, coordinator), by=people.staff)
    assert told() == [("address-corrected", RIGHT)]


def test_refused_proposal_changes_nothing_and_another_one_can_be_made(
    series: Series, coordinator: Person, people: People
) -> None:
    correction = propose(series, people.ama, coordinator)
    with pytest.raises(Refusal) as twice:
        propose(series, people.ama, coordinator)
    assert twice.value.code == "waiting"
    actions.refuse_address(correction=correction, by=people.staff)
    assert Person.objects.get(pk=people.ama.pk).email == "ama@example.org"
    assert (told(), propose(series, people.ama, coordinator).state) == ([], "proposed")


@pytest.mark.parametrize("code", ["taken", "changed-since", "decided"])
def test_proposal_that_cannot_be_accepted_changes_nothing(
    series: Series, coordinator: Person, people: People, code: str
) -> None:
    correction = propose(series, people.ama, coordinator, people.luc.email.upper() if code == "taken" else RIGHT)
    if code == "changed-since":
        Person.objects.filter(pk=people.ama.pk).update(email="new@example.org", email_key="new@example.org")
    elif code == "decided":
        AddressCorrection.objects.update(state="refused", decided_at=timezone.now())
    staff = people.staff
    before = checksums()
    with pytest.raises(Refusal) as refused:
        actions.accept_address(correction=correction, by=staff)
    assert (refused.value.code, checksums()) == (code, before)
