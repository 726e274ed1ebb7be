"""The time zone of a page: the person's choice, their browser's zone, and that of their province."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.links import MANAGE, token_for
from accounts.models import Person
from echo_portal.lib.zones import zone_label
from registrations.links import join_token
from tests.builders import Programme
from tests.pages.addresses import fill
from tests.people import People

pytestmark = pytest.mark.django_db


def pick(client: Client, zone: str) -> None:
    client.post(reverse("set_time_zone"), {"zone": zone, "next": "/en/"})


def test_zone_picker_changes_the_times_of_pages_of_a_personal_link(
    client: Client, programme: Programme, people: People
) -> None:
    """The picker displays the time zone of the rows, and choosing another zone changes their times."""
    content = fill(programme, people.ama)
    token = token_for(people.ama, MANAGE)
    urls = [
        reverse("my_sessions_link", kwargs={"token": token}),
        reverse("leave_session", kwargs={"token": token, "registration": content.registration.public_id}),
        reverse("swap_session", kwargs={"token": token, "registration": content.swappable.public_id}),
        reverse("join", kwargs={"token": join_token(content.registration)}),
    ]
    client.cookies["browser_zone"] = "America/Regina"
    page = client.get(urls[0]).content.decode()
    assert '<option value="America/Iqaluit" selected>' in page, "the profile comes before the browser's clock"
    assert "Saskatchewan time" not in page.partition("<aside")[0]
    pick(client, "America/Vancouver")
    page = client.get(urls[0]).content.decode()
    assert '<option value="America/Vancouver" selected>' in page
    for url in urls:
        assert "Pacific time (BC)" in client.get(url).content.decode().partition("<aside")[0], url


def test_zone_picker_saves_the_zone_in_the_profile_if_signed_in(
    client: Client, programme: Programme, people: People
) -> None:
    fill(programme, people.ama)
    client.force_login(people.ama)
    pick(client, "America/Rankin_Inlet")
    people.ama.refresh_from_db()
    assert people.ama.time_zone == "America/Rankin_Inlet"
    label = zone_label("America/Rankin_Inlet", "en")
    assert label in client.get(reverse("my_sessions")).content.decode().partition("<aside")[0]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_zone_picker_saves_no_zone_that_the_province_lacks(
    client: Client, programme: Programme, people: People, signed_in: bool, language: str
) -> None:
    """This is also tested with a personal link, whose owner is not signed in."""
    sentence = {
        "en": "Choose a time zone of your province, or change your province in “My details”.",
        "fr": "Choisissez un fuseau de votre province, ou changez de province dans «\u00a0Mes renseignements\u00a0».",
    }
    with translation.override(language):
        own = reverse("my_sessions_link", kwargs={"token": token_for(people.ama, MANAGE)})
        values = {"zone": "America/Vancouver", "next": own}
        if signed_in:
            client.force_login(people.ama)
        else:
            values["token"] = token_for(people.ama, MANAGE)
        page = client.post(reverse("set_time_zone"), values, follow=True).content.decode()
    people.ama.refresh_from_db()
    assert (people.ama.time_zone, "zone" in client.cookies) == ("America/Iqaluit", False)
    assert sentence[language] in page


def test_zone_picker_saves_any_zone_without_a_province(client: Client, people: People) -> None:
    Person.objects.filter(pk=people.ama.pk).update(province="")
    client.force_login(people.ama)
    pick(client, "America/Vancouver")
    people.ama.refresh_from_db()
    assert people.ama.time_zone == "America/Vancouver"


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize(
    ("browser", "shown"), [("America/Rainy_River", "Central time (Ontario)"), ("America/St_Johns", "")]
)
def test_browsers_zone_is_used_only_if_the_province_has_it(
    client: Client, programme: Programme, people: People, signed_in: bool, browser: str, shown: str
) -> None:
    """Otherwise, pages display the same times as emails. People who travel can choose the time zone."""
    content = fill(programme, people.stranger)
    if signed_in:
        client.force_login(people.stranger)
    series = content.registration.session.series
    urls = [reverse("my_sessions_link", kwargs={"token": token_for(people.stranger, MANAGE)})]
    if signed_in:
        urls.append(reverse("series", kwargs={"slug": series.slug}))
    client.cookies["browser_zone"] = browser
    for url in urls:
        page = client.get(url).content.decode().partition("<aside")[0]
        assert "Newfoundland time" not in page, url
        assert shown in page, url
    if not signed_in:
        client.cookies["zone"] = "America/St_Johns"
        assert "Newfoundland time" in client.get(urls[0]).content.decode().partition("<aside")[0]


@pytest.mark.parametrize(
    ("province", "browser", "shown"),
    [
        ("NT", "America/Edmonton", "Northwest Territories time"),
        ("NU", "America/Winnipeg", ""),
        ("ON", "America/Coral_Harbour", ""),
    ],
)
def test_merged_zone_of_a_browser_is_not_used_before_that_of_the_province(
    client: Client, programme: Programme, people: People, province: str, browser: str, shown: str
) -> None:
    fill(programme, people.stranger)
    people.stranger.province = province
    people.stranger.save()
    client.cookies["browser_zone"] = browser
    url = reverse("my_sessions_link", kwargs={"token": token_for(people.stranger, MANAGE)})
    times = client.get(url).content.decode().partition("<aside")[0]
    assert zone_label(browser, "en") not in times
    assert shown in times


def test_sessions_of_which_one_is_chosen_have_no_usual_time(client: Client, programme: Programme) -> None:
    for slug, choose_one in (("capaciti", True), ("usual", False)):
        series = programme.series(slug, choose_one=choose_one)
        days = [dt.date(2030, 1, day) for day in (9, 16, 23)]
        for number, (day, hour) in enumerate(zip(days, ("12:00", "12:00", "16:00"), strict=True), 1):
            programme.session(series, number, on_date=day, at=hour)
        page = client.get(reverse("series", kwargs={"slug": slug})).content.decode()
        assert ("later than usual" in page) is not choose_one
