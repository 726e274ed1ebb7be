"""The page that lists the public calendar feeds, and the links to it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from accounts.vocabularies import Profession
from tests.builders import Programme

pytestmark = pytest.mark.django_db

LISTED = re.compile(
    r"<code>([^<]+)</code></p>\s*</div>\s*<div class=\"rows__act\">\s*<a class=\"btn btn--quiet\" href=\"([^\"]+)\""
)


def listed(client: Client, language: str) -> list[tuple[str, str]]:
    """Return the listed feed URLs, each with the link that opens it in a calendar program."""
    with translation.override(language):
        return LISTED.findall(client.get(reverse("calendars"), secure=True).content.decode())


@pytest.fixture
def programme_shown(programme: Programme) -> Programme:
    programme.session(programme.series("coming"), 1, days=3)
    programme.session(programme.series("over"), 1, days=-3)
    programme.series("later", ongoing=True)
    programme.session(programme.series("hidden", state="draft"), 1, days=3)
    return programme


@pytest.mark.parametrize("language", ["en", "fr"])
def test_listed_feeds_can_be_opened_and_past_or_hidden_series_are_not_listed(
    client: Client, programme_shown: Programme, language: str
) -> None:
    feeds = listed(client, language)
    series = [url.rpartition("/")[2] for url, _webcal in feeds if "/series/" in url]
    assert series == ["coming.ics", "later.ics"]
    professions = [url for url, _webcal in feeds if "/professions/" in url]
    assert len(professions) == len(Profession.values) - 2
    for url, webcal in feeds:
        assert url.startswith(f"https://testserver/{language}/")
        assert webcal == f"webcal{url.removeprefix('https')}"
        answer = client.get(url.removeprefix("https://testserver"), secure=True)
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8", url


def feed_link(client: Client, query: str, **headers: str) -> tuple[str, str]:
    """Return the URL and the text of the feed link beside the schedule."""
    page = client.get(f"{reverse('catalogue')}?{query}", headers=headers).content.decode()
    (link,) = re.findall(r'<p id="feed-link"[^>]*>.*?<a href="([^"]+)">(.*?)</a>', page, re.DOTALL)
    return link[0], strip_tags(link[1])


@pytest.mark.parametrize(
    ("query", "anchor", "words"),
    [
        ("", "", "Calendar feeds"),
        ("profession=RN", "#profession-RN", "subscribe to “Registered nurse”"),
        ("language=fr", "#language-fr", "subscribe to “ECHO sessions in French”"),
        ("hub=national", "#hub-national", "subscribe to “National ECHO”"),
        ("profession=nobody", "", "Calendar feeds"),
        ("area=PALL", "", "Calendar feeds"),
        ("profession=RN&language=fr", "", "Calendar feeds"),
        ("profession=RN&credits=1", "", "Calendar feeds"),
    ],
)
def test_agenda_links_to_the_feed_of_its_one_filter(
    client: Client, programme_shown: Programme, query: str, anchor: str, words: str
) -> None:
    expected = f"{reverse('calendars')}{anchor}", words
    assert feed_link(client, query) == expected
    assert feed_link(client, query, HX_Request="true") == expected
    assert not anchor or f'id="{anchor[1:]}"' in client.get(reverse("calendars")).content.decode()


def test_series_page_links_to_its_calendar_file_and_to_its_feed_while_it_runs(
    client: Client, programme_shown: Programme
) -> None:
    def offered(slug: str) -> list[str]:
        page = client.get(reverse("series", kwargs={"slug": slug})).content.decode()
        return re.findall(r'<li>\s*<a href="([^"]+(?:\.ics|#series-[^"]+))"', page)

    feeds = reverse("calendars")
    assert offered("coming") == [reverse("series_calendar", kwargs={"slug": "coming"}), f"{feeds}#series-coming"]
    assert offered("over") == [reverse("series_calendar", kwargs={"slug": "over"})]
    assert offered("later") == [f"{feeds}#series-later"]


def test_every_page_links_to_the_feeds(client: Client, programme_shown: Programme) -> None:
    for name in ("about", "privacy", "have_key"):
        assert f'<a href="{reverse("calendars")}">Calendar feeds</a>' in client.get(reverse(name)).content.decode()
