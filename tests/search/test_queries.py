"""The sixty queries of queries.txt, which were written before the search was."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from echo_portal.search.queries import Hit, Wanted, find
from echo_portal.search.sources import Kind
from hubs.models import Hub
from sessions.models import Series, Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded_programme")]

AT_LEAST = 55
QUERIES = [
    tuple(part.strip() for part in line.split("|"))
    for line in (Path(__file__).parent / "queries.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def name_of(hit: Hit) -> str:
    """Return the name of a result, as queries.txt writes it."""
    if hit.kind == Kind.HUB:
        return f"hub:{Hub.objects.get(pk=hit.id).slug}"
    if hit.kind == Kind.SERIES:
        return Series.objects.get(pk=hit.id).slug
    session = Session.objects.select_related("series").get(pk=hit.id)
    series = session.series
    is_only = series.sessions.count() == 1 and session.title in (series.title_en, series.title_fr)
    return series.slug if is_only else f"{series.slug}:{session.number}"


def test_search_finds_the_expected_first_result() -> None:
    assert len(QUERIES) == 60
    missed = []
    for language, typed, expected in QUERIES:
        found = find(typed, Wanted(), now=timezone.now(), first=3)
        names = [name_of(hit) for hit in found.hits]
        if names[:1] != [expected]:
            missed.append(f"{language} | {typed} | {expected} | {', '.join(names)} | {found.words}")
    assert len(QUERIES) - len(missed) >= AT_LEAST, "\n".join(missed)
