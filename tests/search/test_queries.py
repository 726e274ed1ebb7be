"""The queries of queries.txt and page_queries.txt, which were written before the search found them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from echo_portal.search.fixed_pages import FIXED_PAGES, fixed_page
from echo_portal.search.queries import Hit, Wanted, find
from echo_portal.search.sources import Kind
from echo_portal.views.sitemap import NAMED
from hubs.models import Hub
from pages.models import Page
from sessions.models import Series, Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded_programme")]


TEXTS = Path(__file__).resolve().parents[2] / "programme" / "public-texts.toml"


def queries_in(name: str) -> list[tuple[str, ...]]:
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [tuple(part.strip() for part in line.split("|")) for line in lines if line and not line.startswith("#")]


@pytest.fixture
def public_texts() -> None:
    call_command("load_texts", str(TEXTS), stdout=io.StringIO())


def name_of(hit: Hit) -> str:
    """Return the name of a result, as queries.txt writes it."""
    if hit.kind == Kind.HUB:
        return f"hub:{Hub.objects.get(pk=hit.id).slug}"
    if hit.kind == Kind.PAGE:
        return f"page:{fixed_page(hit.id).name if hit.id < 0 else Page.objects.get(pk=hit.id).slug}"
    if hit.kind in (Kind.QUESTION, Kind.NEWSLETTER, Kind.MATERIAL):
        return f"{hit.kind}:{hit.id}"
    if hit.kind == Kind.SERIES:
        return Series.objects.get(pk=hit.id).slug
    session = Session.objects.select_related("series").get(pk=hit.id)
    series = session.series
    is_only = series.sessions.count() == 1 and session.title in (series.title_en, series.title_fr)
    return series.slug if is_only else f"{series.slug}:{session.number}"


@pytest.mark.parametrize(("file", "count", "at_least"), [("queries.txt", 60, 55), ("page_queries.txt", 50, 48)])
def test_search_finds_the_expected_first_result(file: str, count: int, at_least: int, public_texts: None) -> None:
    queries = queries_in(file)
    assert len(queries) == count
    missed = []
    for language, typed, expected in queries:
        found = find(typed, Wanted(), now=timezone.now(), first=3)
        names = [name_of(hit) for hit in found.hits]
        if names[:1] != [expected]:
            missed.append(f"{language} | {typed} | {expected} | {', '.join(names)} | {found.words}")
    assert len(queries) - len(missed) >= at_least, "\n".join(missed)


def test_each_page_in_the_sitemap_is_found_by_its_title(public_texts: None) -> None:
    rows = {page.name for page in FIXED_PAGES} | set(Page.objects.values_list("slug", flat=True))
    assert set(NAMED) - rows - {"catalogue", "about"} == set()
    for page in FIXED_PAGES:
        for title in (page.title_en, page.title_fr):
            assert name_of(find(title, Wanted(), now=timezone.now(), first=1).hits[0]) == f"page:{page.name}"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_fixed_page_has_the_title_of_its_result(client: Client, language: str) -> None:
    for page in FIXED_PAGES:
        with translation.override(language):
            answer = client.get(reverse(page.name))
        title = page.title_en if language == "en" else page.title_fr
        assert title in answer.content.decode(), page.name
