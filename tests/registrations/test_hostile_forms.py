"""Forty hostile posts, in both languages: a clear sentence at the field or a 4xx, nothing stored, never a 500."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext

from accounts.links import MANAGE, token_for
from accounts.models import Person
from sessions.models import Series, Session
from tests.builders import Programme

pytestmark = pytest.mark.django_db

Post = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """An open series with one session of every kind, a keyed one, a choice of two, and another series."""

    open: Series
    sessions: list[Session]
    held: Session
    cancelled: Session
    draft: Session
    foreign: Session
    keyed: Series
    choice: Series
    choices: list[Session]


@pytest.fixture
def place(programme: Programme) -> Place:
    open_series, sessions = programme.open_series("psw-cop", sessions=3)
    keyed, _sessions = programme.open_series("ltc-cop", sessions=2, registration_mode="key")
    programme.key(keyed, "LTC2122")
    _other, foreign = programme.open_series("other")
    choice, choices = programme.open_series("capaciti", sessions=2, choose_one=True)
    return Place(
        open=open_series,
        sessions=sessions,
        held=programme.session(open_series, 7, days=-7),
        cancelled=programme.session(open_series, 8, days=8, state="cancelled"),
        draft=programme.session(open_series, 9, days=9, state="draft"),
        foreign=foreign[0],
        keyed=keyed,
        choice=choice,
        choices=choices,
    )


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


def good(place: Place) -> Post:
    return {
        "form_key": str(uuid.uuid4()),
        "which": "some",
        "sessions": [place.sessions[0].pk],
        "name": "Élodie Tremblay",
        "email": "elodie@example.org",
        "profession": "PSW",
        "province": "QC",
        "language": "fr",
        "consent": "on",
        "website": "",
    }


def form_of(series: Series) -> str:
    return reverse("register", kwargs={"slug": series.slug})


def counts() -> dict[str, int]:
    """Rows of every table but the counters of tries and the cache, which are there to count refusals."""
    kept = [model for model in apps.get_models() if model._meta.label_lower != "accounts.ratecounter"]
    return {model._meta.label: model._default_manager.count() for model in kept}


# What is changed in a good form, the field whose sentence is expected, and the sentence.
# "" as a field: the summary alone (the field cannot be seen, or the whole form is meant).
Change = Callable[[Place], Post]
CONTROL = "Write this on one line, without special control characters."
FROM_THE_LIST = "Choose sessions from the list."
ADDRESS = "Write an e-mail address like name@example.ca."
REFUSED: dict[str, tuple[Change, str, str]] = {
    "no name": (lambda place: {"name": ""}, "name", "Write your name."),
    "a name of spaces": (lambda place: {"name": " \u00a0\u2003"}, "name", "Write your name."),
    "a name of zero width": (lambda place: {"name": "\u200b\u200b"}, "name", "Write your name."),
    "a name of joiners": (lambda place: {"name": "\u2060 \u200d\ufeff"}, "name", "Write your name."),
    "a name of fillers": (lambda place: {"name": "\u3164\u115f"}, "name", "Write your name."),
    "a name too long": (lambda place: {"name": "é" * 201}, "name", "Write your name in at most 200 characters."),
    "a name with a line break": (lambda place: {"name": "Ama\r\nBcc: all@example.org"}, "name", CONTROL),
    "a name with a bell": (lambda place: {"name": "Ama\x07"}, "name", CONTROL),
    "a name that turns round": (lambda place: {"name": "Ama \u202egpj.exe"}, "name", CONTROL),
    "a name with a line separator": (lambda place: {"name": "Ama\u2028Okpik"}, "name", CONTROL),
    "no address": (lambda place: {"email": ""}, "email", "Write your e-mail address."),
    "an address without a domain": (lambda place: {"email": "elodie"}, "email", ADDRESS),
    "an address of 300 letters": (
        lambda place: {"email": f"{'a' * 290}@example.org"},
        "email",
        "This e-mail address is too long.",
    ),
    "an address with CR and LF": (lambda place: {"email": "a@example.org\r\nBcc: b@example.org"}, "email", ADDRESS),
    "two addresses": (lambda place: {"email": "a@example.org,b@example.org"}, "email", ADDRESS),
    "an address that is a script": (lambda place: {"email": "<script>alert(1)</script>@example.org"}, "email", ADDRESS),
    "no profession": (lambda place: {"profession": ""}, "profession", "Choose your profession."),
    "an unknown profession": (
        lambda place: {"profession": "WIZARD"},
        "profession",
        "Choose your profession from the list.",
    ),
    "no province": (lambda place: {"province": ""}, "province", "Choose your province or territory."),
    "an unknown province": (
        lambda place: {"province": "XX"},
        "province",
        "Choose your province or territory from the list.",
    ),
    "another language": (lambda place: {"language": "de"}, "language", "Choose English or French."),
    "no agreement": (
        lambda place: {"consent": ""},
        "consent",
        "Tick the box to agree to the privacy policy; we need it to register you.",
    ),
    "no session": (lambda place: {"sessions": []}, "sessions", "Choose at least one session."),
    "a choice of sessions that is no choice": (
        lambda place: {"which": "none"},
        "which",
        "Choose all sessions, or single ones.",
    ),
    "a session of another series": (lambda place: {"sessions": [place.foreign.pk]}, "sessions", FROM_THE_LIST),
    "a session that was held": (lambda place: {"sessions": [place.held.pk]}, "sessions", FROM_THE_LIST),
    "a session that was cancelled": (lambda place: {"sessions": [place.cancelled.pk]}, "sessions", FROM_THE_LIST),
    "a session that is a draft": (lambda place: {"sessions": [place.draft.pk]}, "sessions", FROM_THE_LIST),
    "a negative session": (lambda place: {"sessions": [-1]}, "sessions", FROM_THE_LIST),
    "a session and a half": (lambda place: {"sessions": ["1.5"]}, "sessions", FROM_THE_LIST),
    "a huge session": (lambda place: {"sessions": ["9" * 400]}, "sessions", FROM_THE_LIST),
    "a session in other digits": (lambda place: {"sessions": ["١٢٣"]}, "sessions", FROM_THE_LIST),
    "a session with a NUL": (lambda place: {"sessions": ["1\x00"]}, "sessions", FROM_THE_LIST),
    "a script as a session": (lambda place: {"sessions": ["<script>"]}, "sessions", FROM_THE_LIST),
    "a form key that is no key": (lambda place: {"form_key": "1"}, "form_key", ""),
    "no form key": (lambda place: {"form_key": ""}, "form_key", ""),
    "a list as a form key": (lambda place: {"form_key": ["a", "b"]}, "form_key", ""),
    "the trap filled in": (lambda place: {"website": "https://spam.example"}, "website", "Leave this field empty."),
    "the trap filled with a novel": (lambda place: {"website": "x" * 5000}, "website", ""),
    "a NUL in the name": (lambda place: {"name": "Ama\x00"}, "name", ""),
    "a NUL in the address": (lambda place: {"email": "a\x00@example.org"}, "email", ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_form_is_refused_with_a_sentence_at_its_field(
    client: Client, place: Place, language: str, name: str
) -> None:
    change, field, sentence = REFUSED[name]
    before = counts()
    answer = client.post(form_of(place.open), good(place) | change(place))
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert list(errors) == [field]
    if sentence:
        assert errors[field] == [gettext(sentence)]
    page = answer.content.decode()
    for said in errors[field]:
        assert_shown(page, said)
    assert_no_markup_of_ours(page)
    assert counts() == before


def assert_shown(page: str, sentence: str) -> None:
    """Escaped, in the summary at the top, which links to the field."""
    assert 'class="error-summary"' in page
    assert escape(sentence) in page


def assert_no_markup_of_ours(page: str) -> None:
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type the enrollment key. You find it on the page of the series or in your invitation."),
        ("x" * 41, "A key is shorter: it has at most 40 characters."),
        ("LTC\r\n2122", CONTROL),
        (
            "<script>alert(1)</script>",
            "No series has this key. Check it once more; capitals, spaces and hyphens do not matter.",
        ),
        ("' OR 1=1 --", "No series has this key. Check it once more; capitals, spaces and hyphens do not matter."),
        (
            "%s%n{0.__class__}",
            "No series has this key. Check it once more; capitals, spaces and hyphens do not matter.",
        ),
        ("—", "No series has this key. Check it once more; capitals, spaces and hyphens do not matter."),
        ("LTC2122\x00", ""),
    ],
)
def test_a_hostile_key_is_refused_with_a_sentence(
    client: Client, place: Place, language: str, typed: str, sentence: str
) -> None:
    before = counts()
    answer = client.post(form_of(place.keyed), good(place) | {"which": "all", "sessions": [], "enrollment_key": typed})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert list(errors) == ["enrollment_key"]
    if sentence:
        assert errors["enrollment_key"] == [gettext(sentence)]
    assert_no_markup_of_ours(answer.content.decode())
    assert counts() == before


def test_two_dates_of_one_choice_are_refused(client: Client, place: Place, language: str) -> None:
    before = counts()
    both = [row.pk for row in place.choices]
    answer = client.post(form_of(place.choice), good(place) | {"sessions": both})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["sessions"]
    assert counts() == before


# --- What is sent is no form, or not to where forms go ----------------------------------------------------


def test_forged_fields_change_nothing_but_what_the_form_is_for(client: Client, place: Place) -> None:
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
    assert client.post(form_of(place.open), good(place) | forged).status_code == 302
    person = Person.objects.get()
    assert not any([person.is_staff, person.is_superuser, person.is_programme_staff, person.is_proved])
    assert person.link_version == 1
    assert person.registrations.count() == 1


def test_a_script_for_a_name_is_kept_as_the_text_it_is(client: Client, place: Place) -> None:
    """A name is free text: it is stored, and every page escapes it."""
    name = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    answer = client.post(form_of(place.open), good(place) | {"name": name})
    assert answer.status_code == 302
    assert Person.objects.get().name == name
    assert_no_markup_of_ours(client.get(answer["Location"]).content.decode())
    again = client.post(form_of(place.open), good(place) | {"name": name, "consent": ""})
    assert_no_markup_of_ours(again.content.decode())


def test_a_field_sent_twice_counts_once(client: Client, place: Place) -> None:
    """As browsers and Django do it: the last one. Nothing is registered for the first."""
    twice = good(place) | {"email": ["first@example.org", "second@example.org"], "name": ["First", "Second"]}
    assert client.post(form_of(place.open), twice).status_code == 302
    assert list(Person.objects.values_list("email", "name")) == [("second@example.org", "Second")]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"name": "Ama"}', "application/json"),
        (b"<form/>", "text/xml"),
        (b"", "application/x-www-form-urlencoded"),
        (b"name", "text/plain"),
        (b"\xff\xfe\x00\x01" * 50, "application/octet-stream"),
        (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
        (b"name=a", "multipart/form-data"),
        (b"name=%ff%fe%00&email=%c3%28", "application/x-www-form-urlencoded"),
        ("name=\ud800".encode("utf-8", "surrogatepass"), "application/x-www-form-urlencoded"),
        (b"name=%ED%A0%80&email=a%40example.org", "application/x-www-form-urlencoded"),
        (b"name=a", "application/x-www-form-urlencoded; charset=utf-7"),
        (b"name=a", "application/x-www-form-urlencoded; charset=nonsense"),
    ],
)
def test_what_is_no_form_is_refused(client: Client, place: Place, content: bytes, kind: str) -> None:
    before = counts()
    answer = client.generic("POST", form_of(place.open), content, content_type=kind)
    assert 400 <= answer.status_code < 500
    assert counts() == before


def test_a_lone_surrogate_in_a_name_is_refused_or_replaced(client: Client, place: Place, language: str) -> None:
    before = counts()
    body = "&".join(f"{key}={value}" for key, value in good(place).items() if key not in ("name", "sessions"))
    body = f"{body}&sessions={place.sessions[0].pk}&name=Ama%ED%A0%80".replace("é", "e")
    answer = client.generic(
        "POST", form_of(place.open), body.encode(), content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (302, 422)
    if answer.status_code == 422:
        assert counts() == before
    else:
        Person.objects.get().name.encode("utf-8")


def test_two_thousand_and_one_fields_are_refused(
    client: Client, place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    before = counts()
    answer = client.post(form_of(place.open), good(place) | {f"field{number}": "x" for number in range(2001)})
    assert answer.status_code == 400
    assert counts() == before
    caplog.clear()  # Django logs a suspicious request as an error


def test_two_megabytes_are_refused(client: Client, place: Place, caplog: pytest.LogCaptureFixture) -> None:
    before = counts()
    answer = client.post(form_of(place.open), good(place) | {"name": "x" * 2_000_000})
    assert answer.status_code in (400, 413)
    assert counts() == before
    caplog.clear()


def test_a_file_where_a_word_is_expected_is_refused(client: Client, place: Place) -> None:
    before = counts()
    file = SimpleUploadedFile("name.html", b"<script>alert(1)</script>", content_type="text/html")
    answer = client.post(form_of(place.open), good(place) | {"name": file, "sessions": file})
    assert answer.status_code == 422
    assert counts() == before


def test_a_form_without_its_token_is_refused_in_words(place: Place, language: str) -> None:
    before = counts()
    strict = Client(enforce_csrf_checks=True)
    for values in (good(place), good(place) | {"csrfmiddlewaretoken": "x" * 64}):
        answer = strict.post(form_of(place.open), values)
        assert answer.status_code == 403
        assert gettext("This form has been open too long") in answer.content.decode()
    assert counts() == before


def test_a_form_from_another_site_is_refused(place: Place) -> None:
    before = counts()
    strict = Client(enforce_csrf_checks=True)
    page = strict.get(form_of(place.open)).content.decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert token
    values = good(place) | {"csrfmiddlewaretoken": token}
    for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
        assert strict.post(form_of(place.open), values, headers={"origin": origin}).status_code == 403, origin
    assert counts() == before
    assert strict.post(form_of(place.open), values, headers={"origin": "http://testserver"}).status_code == 302


def test_the_time_zone_is_not_set_from_another_site(client: Client) -> None:
    """The one form without a token: the browser says where it stood."""
    values = {"zone": "America/Regina", "next": "/en/"}
    url = reverse("set_time_zone")
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        answer = client.post(url, values, headers=headers)
        assert answer.status_code == 403, headers
        assert not answer.cookies
    assert client.post(url, values, headers={"origin": "http://testserver"}).cookies["zone"].value == "America/Regina"


@pytest.mark.parametrize(
    "zone", ["../../etc/passwd", "Europe/Paris", "America/Regina\r\nSet-Cookie: a=b", "x" * 5000, "\x00"]
)
def test_an_unknown_time_zone_is_refused_in_words(client: Client, programme: Programme, zone: str) -> None:
    answer = client.post(reverse("set_time_zone"), {"zone": zone, "next": "/en/about/"}, follow=True)
    assert answer.status_code == 200
    assert "Choose a time zone from the list." in answer.content.decode()
    assert "zone" not in client.cookies


def test_addresses_that_are_read_refuse_posts_and_those_that_act_refuse_gets(client: Client, place: Place) -> None:
    before = counts()
    session = place.sessions[0].public_id
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
        reverse("enter", kwargs={"token": "x"}),
    ]
    acting = [
        reverse("set_time_zone"),
        reverse("sign_out"),
        reverse("register_at_once", kwargs={"session": session}),
        reverse("change_language", kwargs={"token": "x"}),
    ]
    assert {url: client.post(url, good(place)).status_code for url in read_only} == dict.fromkeys(read_only, 405)
    assert {url: client.get(url).status_code for url in acting} == dict.fromkeys(acting, 405)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert client.generic(method, form_of(place.open)).status_code == 405, method
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
def test_a_broken_link_is_told_nothing(client: Client, place: Place, token: str) -> None:
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
def test_a_swap_to_nowhere_is_refused(client: Client, place: Place, wanted: str) -> None:
    client.post(form_of(place.choice), good(place) | {"sessions": [place.choices[0].pk]})
    person = Person.objects.get()
    row = person.registrations.get()
    url = reverse("swap_session", kwargs={"token": token_for(person, MANAGE), "registration": row.public_id})
    before = counts()
    assert client.post(url, {"to": wanted}).status_code == 404
    assert counts() == before
    foreign = client.post(url, {"to": str(place.foreign.public_id)}, follow=True)
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
def test_a_hostile_query_still_shows_the_page(client: Client, place: Place, query: dict[str, str]) -> None:
    for url in (form_of(place.open), form_of(place.keyed), reverse("catalogue"), reverse("sign_in")):
        answer = client.get(url, query)
        assert answer.status_code in (200, 400, 404), url
        assert_no_markup_of_ours(answer.content.decode())
