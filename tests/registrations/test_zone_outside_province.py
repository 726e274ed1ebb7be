"""A time zone that the chosen province does not have is neither offered nor kept (ADR 7)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import give_consent
from accounts.models import ConsentKind, Person
from accounts.time_zones import zone_of
from echo_portal.lib.zones import PROVINCES_WITH_SEVERAL_ZONES
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme
from tests.people import People
from tests.refused import shown_again
from tests.registrations.zone_forms import ASKED_EN, options, save_profile, send, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def psw(programme: Programme) -> None:
    programme.open_series("psw-cop")


def moved_from_quebec(people: People, client: Client) -> dict[str, str]:
    """Sign in a person in Quebec with Eastern time. Return the values of a form that they opened."""
    Person.objects.filter(pk=people.ama.pk).update(province="QC", time_zone="America/Toronto")
    client.force_login(people.ama)
    return {"email": people.ama.email, "opened_for": people.ama.email}


def province_and_zone(people: People) -> tuple[str, str]:
    people.ama.refresh_from_db()
    return people.ama.province, people.ama.time_zone


def test_person_who_moved_to_a_province_with_several_clocks_is_asked_for_one_of_them(
    client: Client, people: People
) -> None:
    own = moved_from_quebec(people, client)
    several = PROVINCES_WITH_SEVERAL_ZONES["BC"]
    assert options(client.get(url()).content.decode(), "bc") == [("", True), *[(name, False) for name in several]]
    answer = shown_again(client, send(client, province="BC", zone_bc="", **own))
    assert answer.context["form"].errors == {"zone_bc": [ASKED_EN]}
    answer = shown_again(client, send(client, province="BC", zone_bc="America/Toronto", **own))
    assert list(answer.context["form"].errors) == ["zone_bc"]
    assert province_and_zone(people) == ("QC", "America/Toronto")
    send(client, province="BC", zone_bc="America/Vancouver", **own)
    assert province_and_zone(people) == ("BC", "America/Vancouver")


@pytest.mark.parametrize("signed_in", [True, False])
def test_person_who_moved_to_a_province_with_one_clock_takes_it(
    client: Client, people: People, signed_in: bool
) -> None:
    own = moved_from_quebec(people, client)
    if not signed_in:
        client.logout()
        Person.objects.filter(pk=people.ama.pk).update(mailbox_proved_at=None, mailbox_used_at=None)
        own["opened_for"] = ""
    send(client, province="AB", **own)
    assert province_and_zone(people) == ("AB", "")
    assert zone_of(people.ama) == "America/Edmonton"


def test_zone_chosen_in_the_browser_is_not_stored_for_a_province_that_lacks_it(client: Client) -> None:
    client.cookies["zone"] = "America/Toronto"
    send(client, province="AB")
    assert zone_of(Person.objects.get()) == "America/Edmonton"


def test_profile_does_not_keep_a_zone_that_the_new_province_lacks(client: Client, people: People) -> None:
    moved_from_quebec(people, client)
    page = shown_again(client, save_profile(client, province="BC", time_zone="America/Toronto"))
    assert page.context["form"].errors == {"time_zone": [ASKED_EN]}
    assert page.context["form"]["time_zone"].value() == ""
    assert province_and_zone(people) == ("QC", "America/Toronto")
    assert save_profile(client, province="AB", time_zone="America/Toronto").status_code == 302
    assert province_and_zone(people) == ("AB", "")
    page = shown_again(client, save_profile(client, province="AB", time_zone="America/Halifax"))
    assert page.context["form"].errors == {"time_zone": ["Choose a time zone of your province."]}


@pytest.mark.parametrize(("province", "zone"), [("BC", ""), ("QC", ""), ("BC", "America/Toronto")])
def test_profile_is_saved_without_a_change_of_province_and_zone(
    client: Client, people: People, province: str, zone: str
) -> None:
    Person.objects.filter(pk=people.ama.pk).update(province=province, time_zone=zone)
    client.force_login(people.ama)
    answer = save_profile(client, province=province, time_zone=zone, community="Iqaluit")
    assert (answer.status_code, answer["Location"]) == (302, reverse("profile"))
    assert province_and_zone(people) == (province, zone)
    assert people.ama.community == "Iqaluit"


def test_profile_that_asks_for_the_zone_does_not_call_it_optional(client: Client, people: People) -> None:
    moved_from_quebec(people, client)

    def zone_field(page: str) -> str:
        return page.split('<div\n      id="div_id_time_zone"')[1].split("</select>", maxsplit=1)[0]

    before = zone_field(client.get(reverse("profile")).content.decode())
    assert ("(optional)" in before, "As my province" in before) == (True, True)
    assert "If your province or territory has several time zones, choose that of your community." in before
    asks = zone_field(shown_again(client, save_profile(client, province="BC")).content.decode())
    assert ASKED_EN in asks
    assert ("(optional)" in asks, "As my province" in asks) == (False, False)
    assert "Choose your community’s time zone" in asks


def test_one_press_asks_a_person_whose_stored_zone_the_province_lacks(client: Client, people: People) -> None:
    moved_from_quebec(people, client)
    Person.objects.filter(pk=people.ama.pk).update(province="BC")
    give_consent(
        person=people.ama, kind=ConsentKind.PRIVACY, language="en", source="test", at=timezone.now(), by_owner=True
    )
    session = Session.objects.order_by("starts_at")[0]
    answer = client.post(reverse("register_at_once", kwargs={"session": session.public_id}), follow=True)
    assert "Choose your community’s time zone first" in answer.content.decode()
    assert not Registration.objects.exists()


def test_only_the_zone_of_the_chosen_province_is_checked(client: Client) -> None:
    """The page may have been opened while another person was signed in. Only the field of this province is visible."""
    foreign = {f"zone_{code.lower()}": "America/Toronto" for code in PROVINCES_WITH_SEVERAL_ZONES}
    assert send(client, **(foreign | {"province": "ON"})).status_code == 302
    assert province_of_only_person() == ("ON", "America/Toronto")
    answer = shown_again(client, send(client, **(foreign | {"province": "NU", "email": "other@example.org"})))
    assert list(answer.context["form"].errors) == ["zone_nu"]
    answer = shown_again(client, send(client, **(foreign | {"province": "", "email": "other@example.org"})))
    assert list(answer.context["form"].errors) == ["province"]


def province_of_only_person() -> tuple[str, str]:
    person = Person.objects.get()
    return person.province, person.time_zone
