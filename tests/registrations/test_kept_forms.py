"""A partly filled form keeps its values when the language or time zone of its page changes, without JavaScript."""

from __future__ import annotations

import re
import uuid
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Consent, Person, RateCounter
from registrations.models import Registration
from sessions.models import Series, Session
from tests.builders import Programme
from tests.people import People
from tests.refused import shown_again

pytestmark = pytest.mark.django_db


@pytest.fixture
def keyed(programme: Programme) -> tuple[Series, list[Session]]:
    series, sessions = programme.open_series("ltc-cop", registration_mode="key")
    programme.key(series, "LTC2122")
    return series, sessions


def half_filled(sessions: list[Session], **changes: Any) -> dict[str, Any]:
    return {
        "form_key": str(uuid.uuid4()),
        "which": "some",
        "sessions": [sessions[1].pk],
        "enrollment_key": "nope",
        "name": 'Élodie "É." Tremblay',
        "email": "not yet an addr",
        "profession": "PSW",
        "province": "NU",
        "zone_nu": "America/Rankin_Inlet",
        "language": "en",
        "consent": "on",
        "news": "on",
        "website": "",
    } | changes


def form_in(language: str) -> str:
    with translation.override(language):
        return reverse("register", kwargs={"slug": "ltc-cop"})


def chosen(page: str, field: str) -> list[str]:
    """Return the values of this field that are selected, checked or typed in."""
    found = []
    for tag in re.findall(r"<input\b[^>]*>", page):
        if f'name="{field}"' in tag and ("checked" in tag or not re.search(r'type="(radio|checkbox)"', tag)):
            value = re.search(r'value="([^"]*)"', tag)
            found.append(unescape(value[1]) if value else "on")
    for select in re.findall(rf'<select[^>]*name="{field}"[^>]*>(.*?)</select>', page, re.DOTALL):
        found += re.findall(r'value="([^"]*)" selected', select)
    return found


def test_language_change_keeps_typed_values_without_validation(
    client: Client, keyed: tuple[Series, list[Session]]
) -> None:
    _series, sessions = keyed
    typed = half_filled(sessions)
    page = shown_again(client, client.post(form_in("fr"), typed | {"keep": "en"})).content.decode()
    assert "<title>Erreur" not in page
    assert 'class="error' not in page
    shown = {name: chosen(page, name) for name in typed if name != "website"}
    assert shown == {
        "form_key": [typed["form_key"]],
        "which": ["some"],
        "sessions": [str(sessions[1].pk)],
        "enrollment_key": ["nope"],
        "name": ['Élodie "É." Tremblay'],
        "email": ["not yet an addr"],
        "profession": ["PSW"],
        "province": ["NU"],
        "zone_nu": ["America/Rankin_Inlet"],
        "language": ["fr"],  # changed together with the language of the page
        "consent": ["on"],
        "news": ["on"],
    }
    assert not any(model.objects.exists() for model in (Person, Consent, Registration, RateCounter))


def test_email_language_chosen_by_the_person_is_kept(client: Client, keyed: tuple[Series, list[Session]]) -> None:
    typed = half_filled(keyed[1], language="fr")
    assert chosen(
        shown_again(client, client.post(form_in("fr"), typed | {"keep": "en"})).content.decode(), "language"
    ) == ["fr"]
    typed = half_filled(keyed[1], language="en")
    assert chosen(
        shown_again(client, client.post(form_in("en"), typed | {"keep": "fr"})).content.decode(), "language"
    ) == ["en"]


def test_language_of_a_refused_form_can_be_changed(client: Client, keyed: tuple[Series, list[Session]]) -> None:
    typed = half_filled(keyed[1])
    refused = client.post(form_in("en"), typed)
    page = shown_again(client, refused).content.decode()
    (switch,) = re.findall(r'<button\s+class="lang"[^>]*>', page)
    for attribute in (
        'form="registration"',
        f'formaction="{form_in("fr")}?again=',
        "formnovalidate",
        'name="keep" value="en"',
    ):
        assert attribute in " ".join(switch.split())
    kept = shown_again(client, client.post(form_in("fr"), typed | {"keep": "en"})).content.decode()
    assert chosen(kept, "name") == [typed["name"]]


def test_consent_is_recorded_in_the_language_of_the_submitted_page(
    client: Client, keyed: tuple[Series, list[Session]]
) -> None:
    typed = half_filled(keyed[1], email="elodie@example.org", enrollment_key="LTC2122")
    client.post(form_in("fr"), typed | {"keep": "en"})
    assert client.post(form_in("fr"), typed).status_code == 302
    assert set(Consent.objects.values_list("kind", "text_language")) == {("privacy", "fr"), ("news", "fr")}


def test_time_zone_change_keeps_typed_values(client: Client, keyed: tuple[Series, list[Session]]) -> None:
    typed = half_filled(keyed[1], zone_nu="")
    values = typed | {"keep": "clock", "zone": "America/Cambridge_Bay", "next": form_in("en")}
    sent_on = client.post(reverse("set_time_zone"), values)
    assert (sent_on.status_code, sent_on["Location"]) == (307, form_in("en"))
    page = shown_again(client, client.post(sent_on["Location"], values)).content.decode()
    assert chosen(page, "name") == [typed["name"]]
    assert chosen(page, "zone") == ["America/Cambridge_Bay"]
    assert chosen(page, "zone_nu") == ["America/Cambridge_Bay"]
    assert "Mountain time (Nunavut)" in page.partition("<aside")[0], "sessions are in the chosen zone"


def test_time_zone_form_does_not_forward_values_to_another_site(
    client: Client, keyed: tuple[Series, list[Session]]
) -> None:
    values = half_filled(keyed[1]) | {"keep": "clock", "zone": "America/Regina"}
    for elsewhere in ("https://evil.example/", "//evil.example/", ""):
        answer = client.post(reverse("set_time_zone"), values | {"next": elsewhere})
        assert (answer.status_code, answer["Location"]) == (302, reverse("catalogue"))


def test_typed_values_are_not_cached_for_other_visitors(client: Client, keyed: tuple[Series, list[Session]]) -> None:
    """Parts of an empty form are cached; those of a partly filled form are not."""
    typed = half_filled(keyed[1], province="", profession="", language="en", zone_nu="")
    client.post(form_in("en"), typed | {"keep": "fr"})
    fresh = Client().get(form_in("en")).content.decode()
    assert chosen(fresh, "name") == ["on"], "no value"
    assert "Tremblay" not in fresh


def test_hostile_values_are_kept_as_text(client: Client, keyed: tuple[Series, list[Session]]) -> None:
    script = '"><script>alert(1)</script>'
    for name in half_filled([*keyed[1]]):
        answer = shown_again(client, client.post(form_in("fr"), half_filled(keyed[1]) | {name: script, "keep": script}))
        assert "<script>alert" not in answer.content.decode(), name
    for sessions, statuses in ((["9" * 50_000], [422, 200]), (["x", "-1", "1\x00"], [303, 303])):
        values = [half_filled(keyed[1]) | {"sessions": sessions} | more for more in ({}, {"keep": "fr"})]
        assert [client.post(form_in("en"), sent).status_code for sent in values] == statuses


def test_signed_in_person_keeps_form_and_profile_language(
    client: Client, keyed: tuple[Series, list[Session]], people: People
) -> None:
    client.force_login(people.ama)
    page = shown_again(client, client.post(form_in("fr"), half_filled(keyed[1]) | {"keep": "en"})).content.decode()
    assert chosen(page, "name") == ['Élodie "É." Tremblay']
    assert chosen(page, "language") == ["en"]
    people.ama.refresh_from_db()
    assert people.ama.name == "Ama Okpik"
