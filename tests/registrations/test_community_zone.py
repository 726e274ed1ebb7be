"""In provinces with several time zones, the form has a field for the community's zone (DOMAIN.md TZ-4)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.translation import override

from accounts.actions import give_consent
from accounts.models import ConsentKind, Person
from accounts.time_zones import zone_of
from echo_portal.lib.dates import moment
from echo_portal.lib.zones import (
    PROVINCE_ZONES,
    PROVINCES_WITH_SEVERAL_ZONES,
    ZONE_BY_NAME,
    has_several_clocks,
    zone_label,
)
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme
from tests.people import People
from tests.refused import shown_again
from tests.registrations.zone_forms import ASKED_EN, options, save_profile, send, url

pytestmark = pytest.mark.django_db

SEVERAL_CLOCKS = {"BC", "NL", "NU", "ON", "QC"}
ASKED_FR = "Votre province ou territoire compte plusieurs fuseaux horaires. Choisissez celui de votre localité."


@pytest.fixture(autouse=True)
def psw(programme: Programme) -> None:
    programme.open_series("psw-cop")


def test_profile_gets_the_time_zone_of_the_community(client: Client) -> None:
    assert send(client, zone_nu="America/Rankin_Inlet", zone_on="America/Atikokan").status_code == 302
    assert Person.objects.get().time_zone == "America/Rankin_Inlet"


def test_community_zone_overrides_the_browser_zone(client: Client) -> None:
    client.cookies["browser_zone"] = "America/Toronto"
    send(client, zone_nu="America/Cambridge_Bay")
    assert Person.objects.get().time_zone == "America/Cambridge_Bay"


@pytest.mark.parametrize("browser", ["", "America/Winnipeg", "America/Toronto"])
@pytest.mark.parametrize(("language", "sentence"), [("en", ASKED_EN), ("fr", ASKED_FR)])
def test_form_asks_for_the_zone_of_the_community_if_it_is_uncertain(
    client: Client, browser: str, language: str, sentence: str
) -> None:
    client.cookies["browser_zone"] = browser
    with override(language):
        path = url()
    typed = {"zone_nu": "", "email": "ama@example.org", "profession": "PSW", "news": "on"}
    page = shown_again(client, send(client, path=path, **typed)).content.decode()
    assert not Person.objects.exists()
    assert page.count(sentence) == 2, "the summary, with a link to the field, and the field"
    assert '<a href="#id_zone_nu">' in page
    assert options(page, "nu")[0] == ("", True)
    assert '<option value="NU" selected>' in page
    assert 'value="ama@example.org"' in page
    assert 'value="Ama Okpik"' in page


@pytest.mark.parametrize(
    ("province", "browser"),
    [
        ("ON", "America/Coral_Harbour"),
        ("ON", "America/Winnipeg"),
        ("NU", "America/Toronto"),
        ("BC", "America/Toronto"),
    ],
)
def test_zone_of_a_browser_that_the_province_lacks_is_asked_about(client: Client, province: str, browser: str) -> None:
    """Browsers report Coral Harbour in Atikokan, and Winnipeg in Rankin Inlet."""
    client.cookies["browser_zone"] = browser
    answer = shown_again(client, send(client, province=province, **{f"zone_{province.lower()}": ""}))
    assert answer.context["form"].errors == {f"zone_{province.lower()}": [ASKED_EN]}
    assert not Person.objects.exists()


def test_signed_in_person_whose_zone_is_assumed_sees_it_chosen_and_can_change_it(
    client: Client, people: People
) -> None:
    Person.objects.filter(pk=people.ama.pk).update(time_zone="", province="NU")
    client.force_login(people.ama)
    client.cookies["browser_zone"] = "America/Winnipeg"
    assert [name for name, mark in options(client.get(url()).content.decode(), "nu") if mark] == [PROVINCE_ZONES["NU"]]
    send(client, zone_nu="America/Rankin_Inlet", email=people.ama.email, opened_for=people.ama.email)
    assert zone_of(Person.objects.get(pk=people.ama.pk)) == "America/Rankin_Inlet"


def test_zone_of_the_browser_is_used_without_an_answer_if_the_province_has_it(client: Client) -> None:
    client.cookies["browser_zone"] = "America/Rankin_Inlet"
    send(client, zone_nu="")
    assert zone_of(Person.objects.get()) == "America/Rankin_Inlet"


@pytest.mark.parametrize("province", [code for code in PROVINCE_ZONES if code not in SEVERAL_CLOCKS])
def test_form_does_not_require_a_zone_in_a_province_with_one_clock(client: Client, province: str) -> None:
    client.cookies["browser_zone"] = "America/Toronto"
    send(client, province=province)
    assert zone_of(Person.objects.get()) == PROVINCE_ZONES[province]


def test_provinces_with_several_time_zones_are_known() -> None:
    assert {code for code in PROVINCE_ZONES if has_several_clocks(code)} == SEVERAL_CLOCKS
    assert not has_several_clocks("")


def test_community_zone_is_ignored_in_a_province_with_one_zone(client: Client) -> None:
    assert set(PROVINCES_WITH_SEVERAL_ZONES) == {"BC", "NL", "NU", "ON", "QC", "SK"}
    send(client, province="MB", zone_nu="America/Rankin_Inlet")
    assert Person.objects.get().time_zone == ""


def test_zone_outside_the_list_is_refused(client: Client) -> None:
    answer = shown_again(client, send(client, zone_nu="Europe/Paris"))
    assert answer.context["form"].errors == {"zone_nu": ["Choose a time zone from the list."]}


def test_community_zone_is_preselected_only_if_it_is_known(client: Client) -> None:
    several = PROVINCES_WITH_SEVERAL_ZONES["NU"]
    page = client.get(url()).content.decode()
    assert options(page, "nu") == [("", True), *[(name, False) for name in several]]
    client.cookies["browser_zone"] = "America/Rankin_Inlet"
    page = client.get(url()).content.decode()
    assert options(page, "nu") == [(name, name == "America/Rankin_Inlet") for name in several]
    assert '<option value="NU" selected>' in page, "the one province with this zone"
    client.cookies["browser_zone"] = "America/Winnipeg"
    page = client.get(url()).content.decode()
    assert options(page, "on")[0] == ("", True), "it may be Kenora's, so they are asked"
    client.cookies["zone"] = "America/Winnipeg"
    page = client.get(url()).content.decode()
    assert options(page, "on")[0] == ("", True), "the province does not have it, so they are asked"


def test_signed_in_person_keeps_their_zone_unless_they_choose_another(client: Client, people: People) -> None:
    client.force_login(people.ama)
    client.cookies["browser_zone"] = "America/Toronto"
    send(client, province="NU", zone_nu="", email=people.ama.email, opened_for=people.ama.email)
    people.ama.refresh_from_db()
    assert people.ama.time_zone == "America/Iqaluit"
    send(client, province="NU", zone_nu="America/Coral_Harbour", email=people.ama.email, opened_for=people.ama.email)
    people.ama.refresh_from_db()
    assert people.ama.time_zone == "America/Coral_Harbour"


def test_style_sheet_displays_the_zone_field_of_each_province_with_several_zones() -> None:
    style = (Path(__file__).resolve().parents[2] / "static" / "css" / "portal.css").read_text()
    shown = re.findall(r"form:has\(\[name=province\] \[value=(\w\w)\]:checked\) \.zone-in--(\w\w)", style)
    assert shown == [(code, code.lower()) for code in PROVINCES_WITH_SEVERAL_ZONES]


@pytest.mark.parametrize(
    ("province", "community", "words"),
    [
        ("SK", {}, "Saskatchewan time"),
        ("BC", {"zone_bc": "America/Vancouver"}, "Pacific time (BC)"),
        ("NL", {"zone_nl": "America/St_Johns"}, "Newfoundland time"),
    ],
)
def test_done_page_uses_the_zone_of_the_form_in_the_same_browser(
    client: Client, province: str, community: dict[str, str], words: str
) -> None:
    """Without JavaScript, only the form contains the time zone."""
    done = send(client, province=province, **community)["Location"]
    page = client.get(done).content.decode()
    lines = re.findall(
        r'<span class="times__own"><span class="vh">Your time: </span><span class="nowrap">([^<]*)</span> ([^<]*)<',
        page,
    )
    assert len(lines) == 4, "the next session, and each that was chosen"
    assert {zone for _hours, zone in lines} == {words}
    (own,) = re.findall(r'<li class="is-own"><span class="ribbon__zone">[^<]*.*?ribbon__time">([^<]*)<', page)
    assert lines[0][0].startswith(own.strip()), "the marked cell has the same hour"
    assert words not in Client().get(done).content.decode(), "another browser sees Eastern time"


@pytest.mark.parametrize("picker", ["America/Creston", "America/Edmonton"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_done_page_and_email_display_the_same_time_zone(
    client: Client, people: People, picker: str, signed_in: bool
) -> None:
    if signed_in:
        client.force_login(people.ama)
    client.cookies["zone"] = picker
    email = people.ama.email if signed_in else "someone@example.org"
    done = send(client, email=email, opened_for=email if signed_in else "", zone_nu="America/Rankin_Inlet")["Location"]
    person = Person.objects.get(email=email)
    assert zone_of(person) == "America/Rankin_Inlet"
    session = Session.objects.order_by("starts_at")[0]
    assert session.starts_at is not None
    assert session.ends_at is not None
    for language in ("en", "fr"):
        written = moment(session.starts_at, session.ends_at, zone_of(person), language)
        page = re.sub(r"<[^>]+>", "", client.get(translate_url(done, language)).content.decode())
        assert page.count(f"{written.own_text} · {written.eastern_text}") == 4, (
            "the next session, and each that was chosen"
        )
        assert zone_label(picker, language) not in page


def test_done_page_of_a_signed_in_person_displays_the_zone_of_their_profile(client: Client, people: People) -> None:
    """The zone chosen in the browser before signing in is not used, because emails use the zone of the profile."""
    client.force_login(people.ama)
    client.cookies["zone"] = "America/St_Johns"
    Person.objects.filter(pk=people.ama.pk).update(time_zone="")
    page = client.get(
        send(client, province="MB", email=people.ama.email, opened_for=people.ama.email)["Location"]
    ).content.decode()
    people.ama.refresh_from_db()
    assert zone_of(people.ama) == "America/Winnipeg"
    assert "Manitoba time" in page
    assert "Newfoundland time" not in page


@pytest.mark.parametrize(
    ("browser", "province", "emails"),
    [
        ("America/Edmonton", "NT", "America/Inuvik"),  # Yellowknife
        ("America/Winnipeg", "NU", ""),  # Rankin Inlet
        ("America/Coral_Harbour", "ON", ""),  # Atikokan
        ("America/Toronto", "MB", "America/Winnipeg"),  # a person who travels
        ("America/Rainy_River", "ON", "America/Rainy_River"),
        ("America/Edmonton", "BC", "America/Edmonton"),  # Cranbrook
    ],
)
def test_browser_zone_does_not_override_the_chosen_province(
    client: Client, browser: str, province: str, emails: str
) -> None:
    client.cookies["browser_zone"] = browser
    field = f"zone_{province.lower()}"
    if province in PROVINCES_WITH_SEVERAL_ZONES:
        chosen = [name for name, mark in options(client.get(url()).content.decode(), province.lower()) if mark]
        assert chosen == [emails], "they are asked unless it is theirs"
    answer = send(client, province=province, **{field: ""})
    if not emails:
        assert list(shown_again(client, answer).context["form"].errors) == [field]
        return
    assert zone_of(Person.objects.get()) == emails
    page = client.get(answer["Location"]).content.decode().partition("<aside")[0]
    assert ZONE_BY_NAME[emails].label("en") in page
    assert browser == emails or ZONE_BY_NAME[browser].label("en") not in page


@pytest.mark.parametrize(
    ("browser", "guess"),
    [
        ("America/Edmonton", "AB"),
        ("America/Winnipeg", "MB"),
        ("America/Coral_Harbour", ""),
        ("America/Goose_Bay", "NL"),
    ],
)
def test_province_is_preselected_only_if_the_browser_zone_has_one_province(
    client: Client, browser: str, guess: str
) -> None:
    client.cookies["browser_zone"] = browser
    form = client.get(url()).context["form"]
    assert form.initial["province"] == guess


@pytest.mark.parametrize("language", ["en", "fr"])
def test_quebec_offers_the_clocks_of_the_islands_and_of_the_lower_north_shore(client: Client, language: str) -> None:
    with override(language):
        page = client.get(url()).content.decode()
    found = re.findall(r"<option[^>]*>([^<]*)", page.partition('name="zone_qc"')[2].partition("</select>")[0])
    island, shore = {
        "en": ("Atlantic time: Nova Scotia, Prince Edward Island, Îles-de-la-Madeleine", "Lower North Shore"),
        "fr": (
            "Heure de l’Atlantique\u00a0: Nouvelle-Écosse, Île-du-Prince-Édouard, Îles-de-la-Madeleine",
            "Basse-Côte-Nord",
        ),
    }[language]
    assert found[2] == island
    assert found[3].endswith(shore)
    send(client, province="QC", zone_qc="America/Halifax")
    assert zone_of(Person.objects.get()) == "America/Halifax"


@pytest.mark.parametrize("province", sorted(SEVERAL_CLOCKS))
def test_profile_asks_for_the_zone_where_the_registration_form_does(
    client: Client, people: People, province: str
) -> None:
    client.force_login(people.ama)
    page = shown_again(client, save_profile(client, province=province))
    assert page.context["form"].errors == {"time_zone": [ASKED_EN]}
    people.ama.refresh_from_db()
    assert (people.ama.province, people.ama.time_zone) == ("NU", "America/Iqaluit")
    own = PROVINCES_WITH_SEVERAL_ZONES[province][-1]
    assert save_profile(client, province=province, time_zone=own).status_code == 302
    assert zone_of(Person.objects.get(pk=people.ama.pk)) == own


@pytest.mark.parametrize("province", ["", *[code for code in PROVINCE_ZONES if code not in SEVERAL_CLOCKS]])
def test_profile_does_not_ask_in_a_province_with_one_clock(client: Client, people: People, province: str) -> None:
    client.force_login(people.ama)
    assert save_profile(client, province=province).status_code == 302
    assert zone_of(Person.objects.get(pk=people.ama.pk)) == PROVINCE_ZONES.get(province)


def test_profile_preselects_the_zone_of_the_browser_if_the_province_has_it(client: Client, people: People) -> None:
    Person.objects.filter(pk=people.ama.pk).update(time_zone="")
    client.force_login(people.ama)
    for browser, selected in (("America/Winnipeg", ""), ("America/Rankin_Inlet", "America/Rankin_Inlet")):
        client.cookies["browser_zone"] = browser
        assert client.get(reverse("profile")).context["form"]["time_zone"].value() == selected


@pytest.mark.parametrize(
    ("province", "stored", "browser", "saved"),
    [
        ("NU", "", "", None),
        ("NU", "", "America/Winnipeg", None),
        ("NU", "", "America/Rankin_Inlet", "America/Rankin_Inlet"),
        ("NU", "America/Iqaluit", "America/Rankin_Inlet", "America/Iqaluit"),
        ("MB", "", "America/Toronto", ""),
    ],
)
def test_one_press_asks_for_an_uncertain_zone_in_the_form(
    client: Client, people: People, province: str, stored: str, browser: str, saved: str | None
) -> None:
    Person.objects.filter(pk=people.ama.pk).update(time_zone=stored, province=province)
    give_consent(
        person=people.ama, kind=ConsentKind.PRIVACY, language="en", source="test", at=timezone.now(), by_owner=True
    )
    client.force_login(people.ama)
    client.cookies["browser_zone"] = browser
    session = Session.objects.order_by("starts_at")[0]
    answer = client.post(reverse("register_at_once", kwargs={"session": session.public_id}), follow=True)
    people.ama.refresh_from_db()
    if saved is None:
        assert "Choose your community’s time zone first" in answer.content.decode()
        chosen = [name for name, mark in options(answer.content.decode(), province.lower()) if mark]
        assert chosen == [PROVINCE_ZONES[province]], "the zone of their emails, which they can change"
        assert not Registration.objects.exists()
    else:
        assert people.ama.time_zone == saved
        assert Registration.objects.get().person == people.ama
