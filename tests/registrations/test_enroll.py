"""The registration form: what is stored, displayed and refused."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.actions import give_consent
from accounts.models import AuditEvent, Consent, ConsentKind, FormReceipt, Person
from accounts.policies import current_policy
from echo_portal.outbox.models import Message
from registrations.models import Enrollment, Registration
from sessions.models import Session
from tests.builders import Programme
from tests.messages import answers
from tests.people import People
from tests.refused import shown_again
from tests.registrations.forms import form

pytestmark = pytest.mark.django_db


def post(client: Client, slug: str, **changes: Any) -> Any:
    return client.post(reverse("register", kwargs={"slug": slug}), form(**changes))


def states() -> dict[tuple[str, str], str]:
    rows = Registration.objects.select_related("person", "session")
    return {(row.person.email_key, row.session.title_en): row.state for row in rows}


def nothing_stored() -> bool:
    return not any(
        model.objects.exists() for model in (Person, Registration, Enrollment, Consent, Message, FormReceipt)
    )


def test_chosen_sessions_are_registered_with_consent_and_one_message(client: Client, programme: Programme) -> None:
    _series, sessions = programme.open_series(sessions=3)
    answer = post(client, "psw-cop", sessions=[sessions[0].pk, sessions[2].pk], news="on")
    receipt = FormReceipt.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("registered", kwargs={"receipt": receipt.public_id})
    assert states() == {
        ("elodie@example.org", "psw-cop 1"): "registered",
        ("elodie@example.org", "psw-cop 3"): "registered",
    }
    consents = Consent.objects.values_list("kind", "text_version", "text_language", "source")
    assert sorted(consents) == [
        ("news", "2026-11-27", "en", "registration:psw-cop"),
        ("privacy", current_policy("privacy").version, "en", "registration:psw-cop"),
    ]
    message = answers().get()
    assert (message.kind, message.address, message.language) == ("confirmation", "elodie@example.org", "fr")
    assert AuditEvent.objects.get().verb == "enroll"
    person = Person.objects.get()
    assert (person.name, person.profession, person.province, person.is_proved) == (
        "Élodie Tremblay",
        "PSW",
        "QC",
        False,
    )


def test_choosing_the_whole_series_registers_for_all_sessions_to_come(client: Client, programme: Programme) -> None:
    series, _sessions = programme.open_series(sessions=3)
    post(client, "psw-cop", which="all")
    enrollment = Enrollment.objects.get()
    assert (enrollment.series, enrollment.covers_later_sessions) == (series, True)
    assert set(states().values()) == {"registered"}
    assert Registration.objects.filter(enrollment=enrollment).count() == 3


def test_form_submitted_twice_is_processed_once(client: Client, programme: Programme) -> None:
    _series, sessions = programme.open_series()
    same = form(sessions=[sessions[0].pk])
    url = reverse("register", kwargs={"slug": "psw-cop"})
    first, second = client.post(url, same), client.post(url, same)
    assert first["Location"] == second["Location"]
    assert (Registration.objects.count(), answers().count()) == (1, 1)


def test_form_key_with_other_content_is_refused(client: Client, programme: Programme) -> None:
    _series, sessions = programme.open_series()
    same = form(sessions=[sessions[0].pk])
    url = reverse("register", kwargs={"slug": "psw-cop"})
    client.post(url, same)
    answer = client.post(url, same | {"sessions": [sessions[1].pk]})
    assert answer.status_code == 409
    assert "This form was sent before" in answer.content.decode()
    assert list(states()) == [("elodie@example.org", "psw-cop 1")]


def test_refused_form_can_be_submitted_again_with_the_same_form_key(client: Client, programme: Programme) -> None:
    _series, sessions = programme.open_series()
    same = form(sessions=[sessions[0].pk])
    url = reverse("register", kwargs={"slug": "psw-cop"})
    assert client.post(url, same | {"consent": ""}).status_code == 303
    assert client.post(url, same).status_code == 302
    assert len(states()) == 1


def test_second_form_with_the_same_address_adds_registrations(client: Client, programme: Programme) -> None:
    _series, sessions = programme.open_series()
    post(client, "psw-cop", sessions=[sessions[0].pk])
    post(client, "psw-cop", sessions=[sessions[1].pk], email=" ELODIE@Example.org ")
    assert states() == {
        ("elodie@example.org", "psw-cop 1"): "registered",
        ("elodie@example.org", "psw-cop 2"): "registered",
    }
    assert Person.objects.count() == 1


def test_known_address_gets_the_same_page_and_an_email_that_nothing_changed(
    client: Client, programme: Programme
) -> None:
    _series, sessions = programme.open_series()
    first = post(client, "psw-cop", sessions=[sessions[0].pk])
    second = post(client, "psw-cop", sessions=[sessions[0].pk])
    pages = [client.get(answer["Location"]).content.decode() for answer in (first, second)]
    keys = [str(receipt.public_id) for receipt in FormReceipt.objects.order_by("pk")]
    tokens = [page.replace(key, "KEY") for page, key in zip(pages, keys, strict=True)]
    assert without_csrf(tokens[0]) == without_csrf(tokens[1])
    assert list(answers().values_list("kind", flat=True)) == [
        "confirmation",
        "registration-unchanged",
    ]


def test_done_page_displays_the_address_in_the_browser_that_sent_the_form(client: Client, programme: Programme) -> None:
    programme.open_series()
    done = [post(client, "psw-cop", which="all", email=f"{name}@example.org")["Location"] for name in ("ama", "luc")]
    pages = [client.get(url).content.decode() for url in done]
    assert ["<b>ama@example.org</b>" in pages[0], "<b>luc@example.org</b>" in pages[1]] == [True, True]
    cookie = client.cookies["sent_here"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 3600)


def test_done_page_masks_the_address_in_other_browsers(client: Client, programme: Programme) -> None:
    programme.open_series()
    done = post(client, "psw-cop", which="all", email="ama@example.org")["Location"]
    forged = Client()
    forged.cookies["sent_here"] = client.cookies["sent_here"].value.replace(":", "x:", 1)
    another = Client()
    post(another, "psw-cop", which="all", email="luc@example.org")
    for stranger in (Client(), forged, another):
        page = stranger.get(done).content.decode()
        assert "<b>a…@example.org</b>" in page
        assert "ama@example.org" not in page


def without_csrf(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line and "nonce" not in line]


def test_proved_profile_is_not_overwritten_by_a_form(client: Client, programme: Programme, people: People) -> None:
    _series, sessions = programme.open_series()
    post(client, "psw-cop", sessions=[sessions[0].pk], email=people.ama.email, name="Somebody Else", province="BC")
    people.ama.refresh_from_db()
    assert (people.ama.name, people.ama.province, people.ama.language) == ("Ama Okpik", "NU", "en")
    assert states() == {("ama@example.org", "psw-cop 1"): "registered"}


def test_unproved_profile_gets_the_latest_values(client: Client, programme: Programme) -> None:
    _series, sessions = programme.open_series()
    post(client, "psw-cop", sessions=[sessions[0].pk])
    post(client, "psw-cop", sessions=[sessions[1].pk], name="Élodie T.", language="en")
    person = Person.objects.get()
    assert (person.name, person.language) == ("Élodie T.", "en")


@pytest.mark.parametrize("typed", ["LTC2122", "ltc 2122", "ltc-2l22", " LTC–2122 ", "LTC2I22"])
def test_key_is_accepted_with_other_case_spaces_and_lookalikes(
    client: Client, programme: Programme, typed: str
) -> None:
    series, sessions = programme.open_series("ltc-cop", registration_mode="key")
    key = programme.key(series, "LTC2122")
    assert post(client, "ltc-cop", sessions=[sessions[0].pk], enrollment_key=typed).status_code == 302
    assert Enrollment.objects.get().enrollment_key == key


def test_wrong_key_is_refused_with_a_sentence_that_says_why(client: Client, programme: Programme) -> None:
    series, sessions = programme.open_series("ltc-cop", registration_mode="key")
    other, _others = programme.open_series("heart-cop", registration_mode="key")
    now = timezone.now()
    programme.key(other, "HEART22")
    programme.key(series, "OLD", closes_at=now)
    programme.key(series, "SOON", opens_at=now + dt.timedelta(days=1))
    programme.key(series, "FULL", max_uses=0)
    expected = {
        "": "Type the enrollment key.",
        "NOPE": "No series has this key.",
        "HEART22": "This key opens another series: Series heart-cop.",
        "OLD": "This key was valid until ",
        "SOON": "This key is valid from ",
        "FULL": "This key has been used as many times as it can be.",
    }
    for typed, sentence in expected.items():
        answer = shown_again(client, post(client, "ltc-cop", sessions=[sessions[0].pk], enrollment_key=typed))
        assert sentence in answer.content.decode(), typed
    assert nothing_stored()


def test_only_wrong_keys_count_towards_the_limit(client: Client, programme: Programme) -> None:
    series, sessions = programme.open_series("ltc-cop", registration_mode="key")
    programme.key(series, "LTC2122")
    for number in range(40):
        right = post(
            client, "ltc-cop", sessions=[sessions[0].pk], enrollment_key="LTC2122", email=f"p{number}@example.org"
        )
        assert right.status_code == 302, "right keys never count"
    guesses = [form(sessions=[sessions[0].pk], enrollment_key=f"GUESS{number}") for number in range(31)]
    here = reverse("register", kwargs={"slug": "ltc-cop"})
    texts = [client.post(here, guess, follow=True).content.decode() for guess in guesses]
    assert all("No series has this key" in text for text in texts[:30])
    assert "Too many wrong keys" in texts[30]


def test_choose_one_series_accepts_only_one_date(client: Client, programme: Programme) -> None:
    _series, sessions = programme.open_series("capaciti", sessions=2, choose_one=True)
    both = post(client, "capaciti", sessions=[sessions[0].pk, sessions[1].pk])
    assert "Choose one of the dates" in shown_again(client, both).content.decode()
    assert post(client, "capaciti", sessions=[sessions[1].pk]).status_code == 302
    assert states() == {("elodie@example.org", "capaciti 2"): "registered"}


def test_session_without_a_time_can_be_chosen_but_a_held_session_cannot(client: Client, programme: Programme) -> None:
    series = programme.series("heart-cop")
    held = programme.session(series, 1, days=-1)
    dated = programme.session(series, 2, days=3, at="")
    assert post(client, "heart-cop", which="some", sessions=[held.pk]).status_code == 303
    assert not Registration.objects.filter(session=held).exists()
    assert post(client, "heart-cop", sessions=[dated.pk]).status_code == 302
    assert Registration.objects.filter(session=dated).count() == 1


def test_session_number_is_displayed_once(client: Client, programme: Programme) -> None:
    series = programme.series("psw-cop")
    programme.session(series, 6, title_en="", days=7)
    programme.session(series, 7, title_en="Grief", days=14)
    for language, expected in (("en", ["Session 6", "7. Grief"]), ("fr", ["Séance 6", "7. Grief"])):
        with translation.override(language):
            page = client.get(reverse("register", kwargs={"slug": "psw-cop"})).content.decode()
        assert re.findall(r'<span\s+class="pick__t"[^>]*>([^<]*)<', page) == expected


def test_list_of_sessions_displays_day_and_times_in_one_line(client: Client, programme: Programme) -> None:
    series = programme.series("psw-cop")
    days = [dt.date(2030, 1, day) for day in (9, 16)]
    for number, day in enumerate(days, start=1):
        programme.session(series, number, on_date=day)
    client.cookies["browser_zone"] = "America/Regina"
    page = client.get(reverse("register", kwargs={"slug": "psw-cop"})).content.decode()
    found = re.search(r'<span class="pick__when">(.*?)</label>', page, re.DOTALL)
    assert found is not None
    words = " ".join(re.sub(r"<[^>]+>", "", found[1]).split())
    assert words == "Wed, Jan 9, 11:00 am – 12:00 pm"


def test_draft_series_is_not_found(client: Client, programme: Programme) -> None:
    series, _sessions = programme.open_series()
    series.state = "draft"
    series.save()
    assert client.get(reverse("register", kwargs={"slug": "psw-cop"})).status_code == 404
    assert post(client, "psw-cop", which="all").status_code == 404
    assert nothing_stored()


def test_full_session_adds_people_to_the_waiting_list_in_order(client: Client, programme: Programme) -> None:
    series = programme.series("small")
    session = programme.session(series, 1, capacity=1)
    for name in ("a", "b", "c"):
        post(client, "small", sessions=[session.pk], email=f"{name}@example.org")
    rows = Registration.objects.order_by("pk").values_list("state", "waiting_number")
    assert list(rows) == [("registered", None), ("waiting", 1), ("waiting", 2)]
    assert (
        "Full: waiting list, 2 people waiting"
        in client.get(reverse("register", kwargs={"slug": "small"})).content.decode()
    )


def test_one_press_registers_a_signed_in_person_who_gave_consent(
    client: Client, programme: Programme, people: People
) -> None:
    _series, sessions = programme.open_series(sessions=2)
    client.force_login(people.ama)
    url = reverse("register_at_once", kwargs={"session": sessions[0].public_id})
    first_time = client.post(url)
    assert "session=" in first_time["Location"], "without consent the form is shown"
    post(client, "psw-cop", sessions=[sessions[1].pk], email=people.ama.email)
    client.post(url)
    client.post(url)
    assert states() == {("ama@example.org", "psw-cop 1"): "registered", ("ama@example.org", "psw-cop 2"): "registered"}


def test_session_of_another_series_is_refused(client: Client, programme: Programme) -> None:
    programme.open_series()
    _other, foreign = programme.open_series("other")
    answer = post(client, "psw-cop", sessions=[foreign[0].pk])
    assert "Choose sessions from the list." in shown_again(client, answer).content.decode()
    assert nothing_stored()
    assert Session.objects.count() == 6


def test_lists_offer_registration_with_one_press_only_to_signed_in_people(
    client: Client, programme: Programme, people: People
) -> None:
    _series, sessions = programme.open_series(sessions=1)
    keyed, locked = programme.open_series("ltc-cop", sessions=1, registration_mode="key")
    programme.key(keyed, "LTC2122")
    press = [reverse("register_at_once", kwargs={"session": row.public_id}) for row in (sessions[0], locked[0])]
    visited = client.get(reverse("catalogue")).content.decode()
    assert [url in visited for url in press] == [False, False]
    client.force_login(people.ama)
    page = client.get(reverse("catalogue")).content.decode()
    assert [url in page for url in press] == [True, False]
    give_consent(
        person=people.ama, kind=ConsentKind.PRIVACY, language="en", source="test", at=timezone.now(), by_owner=True
    )
    here = reverse("catalogue") + "?language=en"
    answer = client.post(press[0], {"next": here})
    assert answer["Location"] == here
    assert states() == {("ama@example.org", "psw-cop 1"): "registered"}
    assert client.post(press[0], {"next": "https://evil.example.org/"})["Location"] == "/en/series/psw-cop/"


@pytest.mark.parametrize("signed_in", [True, False])
def test_form_speaks_of_accounts_only_to_people_who_are_not_signed_in(
    client: Client, programme: Programme, people: People, signed_in: bool
) -> None:
    programme.open_series("psw-cop")
    if signed_in:
        client.force_login(people.luc)
    with translation.override("fr"):
        url = reverse("register", kwargs={"slug": "psw-cop"})
    page = client.get(url).content.decode()
    assert ("Ni compte ni mot de passe" in page) is not signed_in
    assert "nous vous envoyons par courriel un résumé avec vos liens" in page
