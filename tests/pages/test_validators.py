"""Public pages return 304 to a browser that has them. Pages for one person are never stored."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from sessions.actions import save_session
from tests.pages.addresses import Content, addresses
from tests.people import People

pytestmark = pytest.mark.django_db

# Pages of one person, and pages that have a form with a token.
NOT_STORED = {
    "register",
    "key",
    "sign in",
    "done",
    "not found",
    "partner",
    "propose",
    "interest",
    "inquiry sent",
    "tell me",
    "newsletters",
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_unchanged_public_page_returns_304(client: Client, content: Content, people: People, language: str) -> None:
    for name, url in addresses(content, people.ama, language).public.items():
        if name in NOT_STORED:
            continue
        first = client.get(url)
        assert (first.status_code, first.headers["Cache-Control"]) == (200, "private, no-cache"), name
        again = client.get(url, headers={"if-none-match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b""), name
        # The stored page keeps its policy, because its scripts have that policy's nonce.
        assert "Content-Security-Policy" not in again.headers
        assert "Content-Security-Policy" in first.headers


def test_changed_public_page_returns_200(client: Client, content: Content) -> None:
    url = reverse("series", kwargs={"slug": content.keyed.slug})
    etag = client.get(url).headers["ETag"]
    content.keyed.title_en = "Another title"
    content.keyed.save()
    client.cookies["zone"] = "America/Vancouver"
    again = client.get(url, headers={"if-none-match": etag})
    assert (again.status_code, "Another title" in again.content.decode()) == (200, True)
    other_clock = client.get(url, headers={"if-none-match": etag}, HTTP_COOKIE="zone=America/Toronto")
    assert other_clock.status_code == 200


def test_public_calendar_file_returns_304_until_a_session_changes(client: Client, content: Content) -> None:
    session = content.sessions[0]
    for url in (
        reverse("session_calendar", kwargs={"session": session.public_id}),
        reverse("series_calendar", kwargs={"slug": content.keyed.slug}),
    ):
        first = client.get(url)
        fresh = {"if-none-match": first.headers["ETag"]}
        assert "Last-Modified" in first.headers
        assert client.get(url, headers=fresh).status_code == 304
        session.title_en += " changed"
        save_session(session=session, by=None)
        again = client.get(url, headers=fresh)
        assert (again.status_code, "changed" in again.content.decode()) == (200, True)


def test_pages_of_one_person_and_forms_have_no_etag(client: Client, content: Content, people: People) -> None:
    here = addresses(content, people.ama, "en")
    own = {**here.own, **{name: here.public[name] for name in NOT_STORED}}
    found = {name: client.get(url).headers.get("ETag") for name, url in own.items()}
    assert found == dict.fromkeys(own)


def test_pages_of_people_who_are_signed_in_are_not_stored(client: Client, content: Content, people: People) -> None:
    client.force_login(people.ama)
    for name, url in addresses(content, people.ama, "en").public.items():
        answer = client.get(url)
        if answer.status_code == 200:
            assert "no-store" in answer.headers["Cache-Control"], name
            assert "ETag" not in answer.headers, name


def test_nonce_is_the_only_difference_between_two_responses(client: Client, content: Content) -> None:
    """Control: with the nonce, the pages differ; without it, they are equal."""
    one, two = (client.get(reverse("about")).content.decode() for _time in range(2))
    assert one != two
    assert re.sub(r'nonce="[^"]+"', "", one) == re.sub(r'nonce="[^"]+"', "", two)
