"""Visitors type abbreviations and beginnings of words, which are searched before anything is corrected."""

from __future__ import annotations

import pytest
from django.utils import timezone

from echo_portal.search.queries import Found, Wanted, find
from echo_portal.search.sources import Kind
from echo_portal.search.words import highlighted
from hubs.models import Organisation
from sessions.models import Series, Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded_programme")]


def search(typed: str) -> Found:
    return find(typed, Wanted(), now=timezone.now(), first=20)


def series_of(found: Found) -> list[str]:
    ids = [hit.id for hit in found.hits if hit.kind == Kind.SERIES]
    slugs = dict(Series.objects.filter(pk__in=ids).values_list("pk", "slug"))
    return [slugs[one] for one in ids]


def session_series(session_id: int) -> str:
    return Session.objects.get(pk=session_id).series.slug


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("PSW", "psw-cop"),
        ("PSWs", "psw-cop"),
        ("pab", "psw-cop"),
        ("LTC", "ltc-cop"),
        ("SLD", "ltc-cop"),
        ("QI", "qi-collaborative"),
    ],
)
def test_abbreviation_finds_what_it_stands_for(typed: str, first: str) -> None:
    found = search(typed)
    assert series_of(found)[:1] == [first]
    assert not found.corrected


def test_beginning_of_a_word_finds_the_word_and_is_not_corrected() -> None:
    found = search("neurolo")
    assert {session_series(hit.id) for hit in found.hits if hit.kind == Kind.SESSION} == {"fin-de-vie-neuro"}
    assert (found.words, found.corrected) == (["neurolo"], False)


def test_name_of_the_credits_finds_the_accredited_series() -> None:
    complete = Series.objects.filter(accreditations__scheme="mainpro").exclude(accreditations__statement_fr="")
    expected = {series.slug for series in complete if series.accreditations.complete().exists()}
    assert expected
    assert set(series_of(search("Mainpro+"))) == expected


def test_word_that_differs_twice_and_at_its_beginning_is_not_replaced() -> None:
    assert search("leurs").total  # a word of the texts, two characters from "neurq"
    found = search("neurq")
    assert (found.total, found.words) == (0, ["neurq"])


def test_abbreviation_does_not_find_its_words_apart() -> None:
    Series.objects.filter(slug="ltc-cop").update(
        summary_en="Care of the term that takes long", title_en="X", summary_fr=""
    )
    Series.objects.filter(slug="ltc-cop").update(title_fr="Y")
    assert "ltc-cop" not in series_of(search("LTC"))


def test_words_of_an_abbreviation_are_marked() -> None:
    found = search("psw")
    assert highlighted("Personal Support Workers", found.marked) == (
        "<mark>Personal</mark> <mark>Support</mark> <mark>Workers</mark>"
    )


@pytest.mark.parametrize("typed", ["Queen’s", "Queen's University", "queens", "université queen"])
def test_series_is_found_by_the_organisations_that_offer_it(typed: str) -> None:
    Organisation.objects.filter(slug="queens").update(name_fr="Université Queen’s")
    expected = set(Series.objects.published().filter(organisations__organisation__slug="queens").values_list("slug"))
    assert expected
    assert {(one,) for one in series_of(search(typed))} == expected
