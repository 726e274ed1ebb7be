"""Requests that no form of the portal sends: forged, malformed, too large, from another site, with invented tokens."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from accounts.links import MANAGE, token_for
from accounts.models import Person
from tests.builders import Programme
from tests.registrations.hostile import Offer, assert_no_markup_of_ours, counts, register_url, valid_form

pytestmark = pytest.mark.django_db


def test_forged_fields_are_ignored(client: Client, offer: Offer) -> None:
    forged = {
        "is_staff": "1",
        "is_superuser": "1",
        "is_programme_staff": "1",
        "hub": "1",
        "person": "1",
        "person_id": "1",
        "state": "registered",
        "mailbox_proved_at": "2026-01-01",
        "link_version": "9",
        "enrollment": "1",
        "capacity": "1000",
        "id": "1",
    }
    assert client.post(register_url(offer.open), valid_form(offer) | forged).status_code == 302
    person = Person.objects.get()
    assert not any([person.is_staff, person.is_superuser, person.is_programme_staff, person.is_proved])
    assert person.link_version == 1
    assert person.registrations.count() == 1


def test_name_with_script_is_stored_and_escaped(client: Client, offer: Offer) -> None:
    """A name may be any text, so it is stored, and pages escape it."""
    name = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    answer = client.post(register_url(offer.open), valid_form(offer) | {"name": name})
    assert answer.status_code == 302
    assert Person.objects.get().name == name
    assert_no_markup_of_ours(client.get(answer["Location"]).content.decode())
    again = client.post(register_url(offer.open), valid_form(offer) | {"name": name, "consent": ""})
    assert_no_markup_of_ours(again.content.decode())


def test_last_value_of_a_repeated_field_is_used(client: Client, offer: Offer) -> None:
    """Django uses the last value. Nothing is registered for the first one."""
    twice = valid_form(offer) | {"email": ["first@example.org", "second@example.org"], "name": ["First", "Second"]}
    assert client.post(register_url(offer.open), twice).status_code == 302
    assert list(Person.objects.values_list("email", "name")) == [("second@example.org", "Second")]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b'{"name": "Ama"}', "application/json", 303),
        (b"<form/>", "text/xml", 303),
        (b"", "application/x-www-form-urlencoded", 303),
        (b"name", "text/plain", 303),
        (b"\xff\xfe\x00\x01" * 50, "application/octet-stream", 303),
        (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x", 303),
        (b"name=a", "multipart/form-data", 400),
        (b"name=%ff%fe%00&email=%c3%28", "application/x-www-form-urlencoded", 303),
        ("name=\ud800".encode("utf-8", "surrogatepass"), "application/x-www-form-urlencoded", 303),
        (b"name=%ED%A0%80&email=a%40example.org", "application/x-www-form-urlencoded", 303),
        (b"name=a", "application/x-www-form-urlencoded; charset=utf-7", 400),
        (b"name=a", "application/x-www-form-urlencoded; charset=nonsense", 303),
    ],
)
def test_malformed_body_saves_nothing(client: Client, offer: Offer, content: bytes, kind: str, status: int) -> None:
    before = counts()
    answer = client.generic("POST", register_url(offer.open), content, content_type=kind)
    assert answer.status_code == status
    assert counts() == before


def test_lone_surrogate_in_a_name_is_replaced(client: Client, offer: Offer, language: str) -> None:
    body = "&".join(f"{key}={value}" for key, value in valid_form(offer).items() if key not in ("name", "sessions"))
    body = f"{body}&sessions={offer.sessions[0].pk}&name=Ama%ED%A0%80".replace("é", "e")
    answer = client.generic(
        "POST", register_url(offer.open), body.encode(), content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 302
    assert Person.objects.get().name == "Ama\ufffd\ufffd\ufffd"


def test_form_with_2001_fields_is_refused(client: Client, offer: Offer, caplog: pytest.LogCaptureFixture) -> None:
    before = counts()
    answer = client.post(
        register_url(offer.open), valid_form(offer) | {f"field{number}": "x" for number in range(2001)}
    )
    assert answer.status_code == 400
    assert counts() == before
    caplog.clear()  # Django logs a suspicious request as an error


def test_form_of_two_megabytes_is_refused(client: Client, offer: Offer, caplog: pytest.LogCaptureFixture) -> None:
    before = counts()
    answer = client.post(register_url(offer.open), valid_form(offer) | {"name": "x" * 2_000_000})
    assert answer.status_code == 413
    assert counts() == before
    caplog.clear()


def test_file_in_a_text_field_is_refused(client: Client, offer: Offer) -> None:
    before = counts()
    file = SimpleUploadedFile("name.html", b"<script>alert(1)</script>", content_type="text/html")
    answer = client.post(register_url(offer.open), valid_form(offer) | {"name": file, "sessions": file})
    assert answer.status_code == 400
    assert counts() == before


def test_form_without_csrf_token_is_refused_with_an_explanation(offer: Offer, language: str) -> None:
    before = counts()
    strict = Client(enforce_csrf_checks=True)
    for values in (valid_form(offer), valid_form(offer) | {"csrfmiddlewaretoken": "x" * 64}):
        answer = strict.post(register_url(offer.open), values)
        assert answer.status_code == 403
        assert gettext("This form has been open too long") in answer.content.decode()
    assert counts() == before


def test_form_from_another_site_is_refused(offer: Offer) -> None:
    before = counts()
    strict = Client(enforce_csrf_checks=True)
    page = strict.get(register_url(offer.open)).content.decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert token
    values = valid_form(offer) | {"csrfmiddlewaretoken": token}
    for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
        assert strict.post(register_url(offer.open), values, headers={"origin": origin}).status_code == 403, origin
    assert counts() == before
    assert strict.post(register_url(offer.open), values, headers={"origin": "http://testserver"}).status_code == 302


def test_time_zone_is_not_set_from_another_site(client: Client) -> None:
    """This form has no CSRF token; the Origin and Sec-Fetch-Site headers are checked instead."""
    values = {"zone": "America/Regina", "next": "/en/"}
    url = reverse("set_time_zone")
    elsewhere = ("https://evil.example", "https://testserver", "http://testserver:8080", "null")
    for headers in (*({"origin": origin} for origin in elsewhere), {"sec-fetch-site": "cross-site"}):
        answer = client.post(url, values, headers=headers)
        assert answer.status_code == 403, headers
        assert not answer.cookies
    assert client.post(url, values, headers={"origin": "http://testserver"}).cookies["zone"].value == "America/Regina"


@pytest.mark.parametrize(
    "zone", ["", "../../etc/passwd", "Europe/Paris", "America/Regina\r\nSet-Cookie: a=b", "x" * 5000, "\x00"]
)
def test_unknown_time_zone_is_refused_with_a_sentence(client: Client, programme: Programme, zone: str) -> None:
    answer = client.post(reverse("set_time_zone"), {"zone": zone, "next": "/en/about/"}, follow=True)
    assert answer.status_code == 200
    assert "Choose a time zone from the list." in answer.content.decode()
    assert "zone" not in client.cookies


def test_wrong_http_methods_are_refused(client: Client, offer: Offer) -> None:
    before = counts()
    session = offer.sessions[0].public_id
    read_only = [
        reverse("catalogue"),
        reverse("series", kwargs={"slug": "psw-cop"}),
        reverse("series_calendar", kwargs={"slug": "psw-cop"}),
        reverse("session", kwargs={"session": session}),
        reverse("session_calendar", kwargs={"session": session}),
        reverse("about"),
        reverse("privacy"),
        reverse("registered", kwargs={"receipt": uuid.uuid4()}),
        reverse("my_sessions_link", kwargs={"token": "x"}),
        reverse("feed", kwargs={"token": "x"}),
        reverse("join", kwargs={"token": "x"}),
    ]
    acting = [
        reverse("set_time_zone"),
        reverse("sign_out"),
        reverse("register_at_once", kwargs={"session": session}),
        reverse("change_language", kwargs={"token": "x"}),
    ]
    assert {url: client.post(url, valid_form(offer)).status_code for url in read_only} == dict.fromkeys(read_only, 405)
    assert {url: client.get(url).status_code for url in acting} == dict.fromkeys(acting, 405)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert client.generic(method, register_url(offer.open)).status_code == 405, method
    assert counts() == before


TOKENS = [
    "x",
    "..",
    "WzEsMV0.",
    "WzEsMV0.AAAA",
    "a.b.c",
    "é",
    "%00",
    "\x00",
    "x" * 3000,
    "WzEsMV0:forged",
    "null",
    "eyJhIjoxfQ.x",
]


@pytest.mark.parametrize("token", TOKENS)
def test_malformed_link_is_not_found(client: Client, offer: Offer, token: str) -> None:
    before = counts()
    registration = uuid.uuid4()
    reads = ["my_sessions_link", "feed", "join", "enter"]
    answers = [client.get(reverse(name, kwargs={"token": token})) for name in reads]
    for name in ("leave_session", "swap_session"):
        url = reverse(name, kwargs={"token": token, "registration": registration})
        answers += [client.get(url), client.post(url, {"to": "not-a-uuid"})]
    answers.append(client.post(reverse("leave_series", kwargs={"token": token, "slug": "psw-cop"})))
    answers.append(client.post(reverse("change_language", kwargs={"token": token}), {"language": "fr"}))
    assert {answer.status_code for answer in answers} == {404}
    assert counts() == before


@pytest.mark.parametrize("wanted", ["not-a-uuid", "", "1", "\x00", "{}", "9" * 500])
def test_swap_to_invalid_session_is_refused(client: Client, offer: Offer, wanted: str) -> None:
    client.post(register_url(offer.choice), valid_form(offer) | {"sessions": [offer.choices[0].pk]})
    person = Person.objects.get()
    row = person.registrations.get()
    url = reverse("swap_session", kwargs={"token": token_for(person, MANAGE), "registration": row.public_id})
    before = counts()
    assert client.post(url, {"to": wanted}).status_code == 404
    assert counts() == before
    foreign = client.post(url, {"to": str(offer.foreign.public_id)}, follow=True)
    assert "These dates do not have the same content." in foreign.content.decode()
    row.refresh_from_db()
    assert row.state == "registered"


QUERIES = [
    {"session": "9" * 30},
    {"session": "-1"},
    {"session": "\x00"},
    {"session": "١"},
    {"profession": "<script>alert(1)</script>"},
    {"key": '"><script>alert(1)</script>'},
    {"key": "\x00"},
    {"show": "9" * 30, "hub": "\x00", "area": "x", "language": "xx", "credits": "\x00"},
    {"hub": "' OR 1=1 --"},
]


@pytest.mark.parametrize("query", QUERIES)
def test_page_with_a_hostile_query_string_is_displayed(client: Client, offer: Offer, query: dict[str, str]) -> None:
    for url in (register_url(offer.open), register_url(offer.keyed), reverse("catalogue"), reverse("sign_in")):
        answer = client.get(url, query)
        assert answer.status_code == 200, url
        assert_no_markup_of_ours(answer.content.decode())
