"""Pages have a canonical URL, links to their other language, and icons."""

from __future__ import annotations

import contextlib
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.pages.addresses import Content, addresses
from tests.people import People

pytestmark = pytest.mark.django_db

INDEXED = {
    "home",
    "filters",
    "series",
    "choose one",
    "session",
    "register",
    "calendars",
    "library",
    "hubs",
    "public data",
    "hub",
    "about",
    "page",
    "privacy",
    "accessibility",
    "questions",
    "newsletters",
    "newsletter",
    "contact",
    "partner",
    "kit",
    "kit template",
    "propose",
    "interest",
    "report",
    "reports",
}


def links_of(page: str) -> dict[str, str]:
    """Return the URLs of the page's canonical link and of its language alternates."""
    found = {}
    for tag in re.findall(r"<link\b[^>]*>", page):
        values: dict[str, str] = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if values["rel"] == "canonical" or "hreflang" in values:
            found[values.get("hreflang", values["rel"])] = values["href"]
    return found


@pytest.mark.parametrize("language", ["en", "fr"])
def test_page_links_to_its_canonical_url_and_its_languages(
    client: Client, content: Content, people: People, language: str
) -> None:
    paths = {code: addresses(content, people.ama, code).public for code in ("en", "fr")}
    for name, url in paths[language].items():
        found = links_of(client.get(url).content.decode())
        if name not in INDEXED:
            assert found == {}, name
            continue
        in_both = {code: f"{settings.SITE_URL}{paths[code][name].partition('?')[0]}" for code in ("en", "fr")}
        canonical, default = in_both[language], in_both["en"]
        assert found == {"canonical": canonical, **in_both, "x-default": default}, name


@pytest.mark.parametrize("query", ["?session=1", "?key=LTC2122", "?session=1&key=LTC2122&profession=RN", "?next=/en/"])
def test_canonical_url_has_no_query(client: Client, content: Content, query: str) -> None:
    for path in (
        reverse("register", kwargs={"slug": content.keyed.slug}),
        reverse("series", kwargs={"slug": content.keyed.slug}),
        reverse("session", kwargs={"session": content.sessions[0].public_id}),
    ):
        found = links_of(client.get(path + query).content.decode())
        assert found["canonical"] == found["en"] == found["x-default"] == f"{settings.SITE_URL}{path}"
        assert "?" not in found["fr"]


def test_pages_of_one_person_have_no_canonical_url(client: Client, content: Content, people: People) -> None:
    for name, url in addresses(content, people.ama, "en").own.items():
        assert links_of(client.get(url).content.decode()) == {}, name


def test_error_page_of_a_known_view_has_no_canonical_url(client: Client, content: Content) -> None:
    answer = client.get(reverse("series", kwargs={"slug": "no-such-series"}))
    assert (answer.status_code, links_of(answer.content.decode())) == (404, {})


@pytest.mark.parametrize("language", ["en", "fr"])
def test_path_with_words_of_the_other_language_redirects(
    client: Client, content: Content, people: People, language: str
) -> None:
    other = {"en": "fr", "fr": "en"}[language]
    paths = {code: addresses(content, people.ama, code).public for code in ("en", "fr")}
    for name, url in paths[language].items():
        elsewhere = paths[other][name].replace(f"/{other}/", f"/{language}/", 1)
        if name in ("home", "filters", "not found") or elsewhere == url or "next=" in url:
            continue
        answer = client.get(elsewhere)
        assert (answer.status_code, answer.headers.get("Location")) == (302, url), name


def test_form_sent_to_a_path_with_words_of_the_other_language_is_not_found(client: Client) -> None:
    with translation.override("fr"):
        path = reverse("sign_in").replace("/fr/", "/en/")
    assert client.post(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/robots.txt", "text/plain"),
        ("/favicon.ico", "image/x-icon"),
        ("/apple-touch-icon.png", "image/png"),
    ],
)
def test_files_that_browsers_request_without_a_link_exist(client: Client, path: str, kind: str) -> None:
    with contextlib.closing(client.get(path)) as answer:
        assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, kind)


def test_pages_have_icons_and_a_theme_colour(client: Client) -> None:
    page = client.get(reverse("about")).content.decode()
    assert '<meta name="theme-color" content="#291838">' in page
    icons = re.findall(r'<link rel="(icon|apple-touch-icon)"', page)
    assert icons == ["icon", "icon", "apple-touch-icon"]
