"""Everything that the programme's file names is on the public site, and every page that a link leads to is in order."""

from __future__ import annotations

import gzip
import io
import re
import tomllib
from collections import Counter, deque
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation
from pytest_django.plugin import DjangoDbBlocker

from sessions.models import Series, Session
from tests.builders import enroll
from tests.pages.french import english_only, said
from tests.pages.nu_checker import faults_in
from tests.people import People
from tests.rows_of_module import rolled_back

pytestmark = pytest.mark.django_db

PROGRAMME = Path(__file__).resolve().parents[2] / "programme" / "national-2021-22.toml"
TEXTS = PROGRAMME.with_name("public-texts.toml")
# The view of each page and each form that the file names, with its arguments.
PAGES: dict[str, tuple[str, dict[str, str]]] = {
    "upcoming national sessions": ("catalogue", {}),
    "past national sessions": ("library", {}),
    "past newsletters": ("newsletters", {}),
    "hub partners": ("page", {"slug": "hub-partners"}),
    "semi-annual reports": ("reports", {}),
    "frequently asked questions": ("questions", {}),
    "about ECHO": ("about", {}),
    "how the project works (hub and spoke)": ("page", {"slug": "how-it-works"}),
    "Pallium's role": ("page", {"slug": "pallium-canada"}),
    "funding acknowledgement": ("catalogue", {}),  # at the foot of every page
}
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "an organisation that wants to become a partner": ("partner", {}),
    "a health care professional who wants to take part and be kept up to date": ("interest", {}),
    "an idea for an ECHO series, session or workshop (co-creation with a hub)": ("propose", {}),
    "registration for a series or session": ("register", {"slug": "psw-cop"}),
}
# Addresses that only a person's own link, or a form, leads to.
NOT_FOLLOWED = re.compile(r"^/(admin|i18n)/|\.(ics|pdf|png|css|js|ico|svg|woff2)$")
MOST_PAGES = 1500
OF_A_VIEW = 8  # pages that somebody who is registered opens of one view; guests open all pages
LANGUAGES = ("en", "fr")
NEXT_VIEW = 30 * 1024  # bytes of a page, compressed (DESIGN.md 1)


@pytest.fixture(scope="module")
def file(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Any]]:
    """Load the programme in a transaction that is rolled back after the module."""
    with rolled_back(django_db_blocker):
        with django_db_blocker.unblock():
            for command, path in (("load_programme", PROGRAMME), ("load_texts", TEXTS)):
                call_command(command, str(path), stdout=io.StringIO())
        yield tomllib.loads(PROGRAMME.read_text(encoding="utf-8"))


def words(page: str) -> str:
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u00a0", " ").split())


def plain(text: str) -> str:
    return text.replace("'", "’").replace("\u00a0", " ")


def links_of(page: str, here: str) -> set[str]:
    """Return the paths on this site to which the page links, with their query but without their fragment."""
    found = set()
    for reference in re.findall(r'<a\b[^>]*\shref="([^"]*)"', page):
        parts = urlsplit(urljoin(f"{settings.SITE_URL}{here}", unescape(reference)))
        if f"{parts.scheme}://{parts.netloc}" == settings.SITE_URL:
            found.add(urldefrag(f"{parts.path}?{parts.query}" if parts.query else parts.path)[0])
    return found


def crawl(client: Client, start: str, *, of_a_view: int = MOST_PAGES) -> tuple[dict[str, str], list[str]]:
    """Follow the links to pages in the language of the start, at most `of_a_view` for each view.

    Return the pages by path, and the broken links.
    """
    pages: dict[str, str] = {}
    broken = []
    waiting, seen = deque([(start, "")]), {start}
    views = Counter[str]()
    while waiting and len(pages) < MOST_PAGES:
        path, source = waiting.popleft()
        answer = client.get(path)
        if answer.status_code in (301, 302):
            answer = client.get(answer.headers["Location"])
        if answer.status_code != 200:
            broken.append(f"{source} -> {path}: {answer.status_code}")
            continue
        pages[path] = answer.content.decode() if "html" in answer.headers["Content-Type"] else ""
        for link in links_of(pages[path], path):
            if link not in seen and link.startswith(start) and not NOT_FOLLOWED.search(urlsplit(link).path):
                seen.add(link)
                view = view_of(link)
                views[view] += 1
                if views[view] <= of_a_view:
                    waiting.append((link, path))
    assert len(pages) < MOST_PAGES
    return pages, broken


def view_of(link: str) -> str:
    """Return the name of the view, or the link itself if no view answers it."""
    try:
        return resolve(urlsplit(link).path).view_name
    except Resolver404:
        return link


def test_links_lead_to_everything_that_the_file_names_and_none_is_broken(
    client: Client, file: dict[str, Any], tmp_path: Path
) -> None:
    found: dict[str, str] = {}
    for language in LANGUAGES:
        pages, broken = crawl(client, f"/{language}/")
        assert broken == []
        reached = {urlsplit(path).path for path in pages}
        assert [path for path in named_paths(file, language) if path not in reached] == []
        found |= check(pages, file, language)
    assert faults_in(found, tmp_path) == []


def test_links_of_somebody_who_is_registered_are_in_order(
    client: Client, file: dict[str, Any], people: People, tmp_path: Path
) -> None:
    ama = people.ama
    for slug in ("psw-cop", "journal-watch", "capaciti-information"):
        series = Series.objects.get(slug=slug)
        enroll(ama, series, *Session.objects.filter(series=series).public().to_come(timezone.now()).order_by("pk")[:2])
    client.force_login(ama)
    found: dict[str, str] = {}
    for language in LANGUAGES:
        pages, broken = crawl(client, f"/{language}/", of_a_view=OF_A_VIEW)
        assert broken == []
        own = {"en": "/en/my-sessions/", "fr": "/fr/mes-seances/"}[language]
        assert own in pages
        personal = {path: page for path, page in pages.items() if path.startswith(own) or ama.name in page}
        found |= check(personal, file, language)
    assert faults_in(found, tmp_path) == []


def check(pages: dict[str, str], file: dict[str, Any], language: str) -> dict[str, str]:
    """Assert that each page is small, in its language, and shows the funder's words. Return the HTML pages.

    Also assert that its links to fragments have a target in the page.
    """
    pages = {path: page for path, page in pages.items() if page}
    fragments = [
        f"{path} -> {reference}"
        for path, page in pages.items()
        for reference in re.findall(r'<a\b[^>]*\shref="(#[^"]+)"', page)
        if f'id="{reference[1:]}"' not in page
    ]
    assert fragments == []
    note = plain(file["programme"][f"funding_note_{language}"])
    assert [path for path, page in pages.items() if note not in plain(words(page))] == []
    assert {path for path, page in pages.items() if len(gzip.compress(page.encode(), 6)) > NEXT_VIEW} == set()
    # A separator stands between two texts, alone or within one, never at the beginning or end of one.
    cut = {path: [one for one in said(page) if one != "·" and one.strip("·") != one] for path, page in pages.items()}
    assert {path: lines for path, lines in cut.items() if lines} == {}
    if language == "fr":
        english = english_only()
        assert {path: left for path, page in pages.items() if (left := english.intersection(said(page)))} == {}
    return pages


def named_paths(file: dict[str, Any], language: str) -> list[str]:
    """Return the paths of all series, sessions, pages and forms that are named in the file."""
    assert [PAGES.keys(), FORMS.keys()] == [set(file["pages"]["public"]), set(file["pages"]["forms"])]
    series = [one["slug"] for one in [*file["series"], *file["past"]] if "series" not in one]
    sessions = Session.objects.public()
    assert (len(series), sessions.count()) == (20, 63)
    with translation.override(language):
        return [
            *(reverse("series", kwargs={"slug": slug}) for slug in series),
            *(reverse("session", kwargs={"session": row.public_id}) for row in sessions),
            *(reverse(name, kwargs=arguments) for name, arguments in {**PAGES, **FORMS}.values()),
        ]


def test_every_past_session_of_the_file_has_its_title_and_language(client: Client, file: dict[str, Any]) -> None:
    for entry in file["past"]:
        if "series" in entry:
            continue
        page = words(client.get(f"/en/series/{entry['slug']}/").content.decode())
        assert plain(entry["title"]) in plain(page), entry["slug"]
        assert [one["title"] for one in entry.get("session", []) if plain(one["title"]) not in plain(page)] == []
        assert ("French" in page) == (entry["language"] == "fr"), entry["slug"]


def test_ongoing_series_documents_and_articles_of_the_file_are_displayed(client: Client, file: dict[str, Any]) -> None:
    ongoing = [entry["slug"] for entry in file["series"] if entry.get("ongoing")]
    assert ongoing == ["journal-watch"]
    for entry in file["series"]:
        for number, row in enumerate(entry.get("session", []), start=1):
            if "read_before" in row:
                session = Session.objects.get(series__slug=entry["slug"], number=row.get("number", number))
                page = words(client.get(f"/en/sessions/{session.public_id}/").content.decode())
                assert plain(row["read_before"]) in plain(page)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_page_of_the_bc_hub_has_everything_that_the_file_says_of_it(
    client: Client, file: dict[str, Any], language: str
) -> None:
    (hub,) = (entry for entry in file["hub"] if entry["slug"] == "bc")
    page = plain(words(client.get({"en": "/en/hubs/bc/", "fr": "/fr/carrefours/bc/"}[language]).content.decode()))
    said = [hub[f"{name}_{language}"] for name in ("name", "vision", "founding_note")]
    said += [text for name in ("aims", "objectives", "principles") for text in hub[f"{name}_{language}"]]
    assert len(said) == 3 + 4 + 4 + 5
    assert [text for text in said if plain(text) not in page] == []
