"""Who can be erased, what a preview does, and what is not kept of a person without credits."""

from typing import Any

import pytest
from django.utils import timezone, translation

from accounts.models import Person
from credits.models import Accreditation, Reviewer
from echo_portal.erasure.actions import erase_person, erasure_preview
from echo_portal.erasure.reasons import Reason
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import write_message
from echo_portal.outbox.models import Message, Suppression
from hubs.models import Hub, Membership
from registrations.models import AddressCorrection
from tests.builders import Programme, enroll
from tests.erasure.canary import FORMER, Canary
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db


def erase(person: Person, by: Person) -> Any:
    return erase_person(person=person, by=by, reason=Reason.ASKED)


def refused(person: Person, by: Person) -> str:
    before = checksums()
    with pytest.raises(Refusal) as refusal:
        erase(person, by)
    assert checksums() == before
    return refusal.value.code


def test_people_with_a_role_are_not_erased(programme: Programme, people: People) -> None:
    coordinator, other = people.coordinator(programme.bc), people.make("s@example.org", "S", is_programme_staff=True)
    assert refused(coordinator, people.staff) == "has-role"
    assert refused(other, people.staff) == "has-role"
    Membership.objects.all().delete()
    assert erase(coordinator, people.staff).profiles == 1
    assert not Person.objects.get(pk=coordinator.pk).is_staff


def test_reviewer_is_erased_only_after_the_access_ended(found: Canary, people: People) -> None:
    now = timezone.now()
    record = Accreditation.objects.all()[0]
    row = Reviewer.objects.create(accreditation=record, person=people.ama, until=now.date(), given_at=now)
    assert refused(people.ama, people.staff) == "has-role"
    Reviewer.objects.filter(pk=row.pk).update(ended_at=now)
    erase(people.ama, people.staff)


def test_only_pallium_staff_erase_and_nobody_themselves(programme: Programme, people: People) -> None:
    assert refused(people.ama, people.coordinator(programme.bc)) == "not-staff"
    assert refused(people.staff, people.staff) == "oneself"


def test_second_call_and_merged_profile_are_refused(found: Canary, people: People) -> None:
    assert refused(found.merged, people.staff) == "merged"
    erase(found.person, people.staff)
    assert refused(found.person, people.staff) == "erased"


def test_contact_address_of_a_hub_is_changed_first(programme: Programme, people: People) -> None:
    Hub.objects.filter(pk=programme.bc.pk).update(contact_email="AMA@example.org")
    assert refused(people.ama, people.staff) == "contact"


def test_preview_says_the_same_and_changes_nothing(found: Canary, people: People) -> None:
    staff, before = people.staff, checksums()
    preview = erasure_preview(person=found.person, by=staff)
    assert checksums() == before
    done = erase(found.person, staff)
    assert (preview.erased, preview.kept, preview.places) == (done.erased, done.kept, done.places)
    assert preview.places == 1


def test_name_is_not_kept_without_a_record_of_credits(programme: Programme, people: People) -> None:
    series, sessions = programme.open_series()
    enroll(people.ama, series, *sessions)
    done = erase(people.ama, people.staff)
    person = Person.objects.get(pk=people.ama.pk)
    assert (done.name, done.until, person.name, person.sort_key) == ("", None, "", "")
    assert (done.places, str(person)) == (3, "Erased person")
    with translation.override("fr"):
        assert str(person) == "Personne effacée"


def test_former_address_of_somebody_else_is_left_alone(found: Canary, people: People) -> None:
    people.make(FORMER, "Robin Newcomer")
    Suppression.objects.create(address_key=FORMER, reason="complaint")
    assert AddressCorrection.objects.filter(person=found.person, old_address=FORMER).exists()
    erase(found.person, people.staff)
    assert Suppression.objects.filter(address_key=FORMER).exists()


def test_no_message_is_written_to_an_erased_person(people: People) -> None:
    erase(people.ama, people.staff)
    address = Person.objects.get(pk=people.ama.pk).email
    for number, to in enumerate((address, people.luc.email)):
        write_message(
            kind="left", dedupe_key=f"left:{number}", address=to, language="en", about="registration:1", why=lambda: "-"
        )
    assert list(Message.objects.values_list("address", flat=True)) == [people.luc.email]
