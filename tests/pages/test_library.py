"""The library: past sessions, their materials, its search and its filters."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from sessions.models import Material, Series, Session
from tests.attendance.held_session import register
from tests.builders import Programme
from tests.people import People

pytestmark = pytest.mark.django_db

SIGNED_OUT, SIGNED_IN, WITH_SEARCH = 4, 7, 5
RECORDING = "https://video.example.org/heart"
LINK = r'<p class="res">\s*<span>\s*<a\s+href="(.*?)">'


def held(programme: Programme, slug: str, *, title_en: str, title_fr: str = "", **of_series: Any) -> Session:
    """Create a series with one session that was held nine days ago, and return the session."""
    series = programme.series(slug, **of_series)
    return programme.session(series, 1, days=-9, title_en=title_en, title_fr=title_fr)


def material(session: Session, kind: str = "recording", *, url: str = RECORDING, open_to: str = "public") -> Material:
    return Material.objects.create(session=session, kind=kind, url=url, open_to=open_to, language="en")


def titles(client: Client, query: str = "", language: str = "en") -> list[str]:
    """Return the titles of the listed sessions."""
    with translation.override(language):
        url = reverse("library")
    page = client.get(f"{url}?{query}").content.decode()
    return [re.sub("<.*?>", "", title) for title in re.findall(r"<h3[^>]*><a.*?>(.*?)</a></h3>", page)]


@pytest.fixture
def heart(programme: Programme) -> Session:
    session = held(programme, "heart", title_en="Heart failure", title_fr="Insuffisance cardiaque évoluée")
    material(session)
    return session


@pytest.mark.parametrize(
    ("language", "typed", "title"),
    [
        ("en", "heart+failures", "Heart failure"),
        ("en", "evoluee", "Heart failure"),
        ("fr", "evoluee", "Insuffisance cardiaque évoluée"),
        ("fr", "HEART", "Insuffisance cardiaque évoluée"),
        ("fr", "insufisance", "Insuffisance cardiaque évoluée"),
    ],
)
def test_past_session_is_found_in_both_languages_without_accents(
    client: Client, programme: Programme, heart: Session, language: str, typed: str, title: str
) -> None:
    held(programme, "other", title_en="Grief", title_fr="Deuil")
    assert titles(client, f"q={typed}", language) == [title]


def test_recording_of_a_past_session_is_a_link(client: Client, heart: Session) -> None:
    page = client.get(reverse("library")).content.decode()
    url = reverse("material", kwargs={"material": Material.objects.get().public_id})
    assert re.findall(LINK, page) == [url]
    assert client.get(url)["Location"] == RECORDING


def test_recording_for_registrants_is_a_link_for_registrants_only(
    client: Client, programme: Programme, people: People
) -> None:
    session = held(programme, "heart", title_en="Heart failure")
    material(session, open_to="registrants")
    register(people.ama, session)

    def links() -> list[str]:
        return re.findall(LINK, client.get(reverse("library")).content.decode())

    assert links() == []
    client.force_login(people.luc)
    assert links() == [], "Luc is not registered for it"
    client.force_login(people.ama)
    assert links() == [reverse("material", kwargs={"material": Material.objects.get().public_id})]


def test_session_says_what_is_not_online(client: Client, programme: Programme) -> None:
    material(held(programme, "a", title_en="With slides"), "slides", url="")
    held(programme, "b", title_en="With nothing")
    page = " ".join(client.get(reverse("library")).content.decode().split())
    assert "Slides (not online yet)" in page
    assert "No recording or slides yet" in page


@pytest.mark.parametrize(
    ("kinds", "missing"),
    [
        (["captions", "slides"], ["Recording"]),
        (["small-video"], ["Slides"]),
        (["article"], ["Recording", "Slides"]),
        (["slides", "recording"], []),
    ],
)
def test_session_with_materials_says_which_of_recording_and_slides_are_missing(
    client: Client, programme: Programme, kinds: list[str], missing: list[str]
) -> None:
    session = held(programme, "a", title_en="With some")
    for kind in kinds:
        material(session, kind)
    page = " ".join(client.get(reverse("library")).content.decode().split())
    assert [word for word in ("Recording", "Slides") if f"{word} (not online yet)" in page] == missing


def test_library_lists_public_sessions_that_were_held(client: Client, programme: Programme) -> None:
    series = programme.series("shown")
    programme.session(series, 1, days=-9, title_en="Held")
    programme.session(series, 2, days=9, title_en="To come")
    programme.session(series, 3, days=-9, title_en="Cancelled", state=Session.State.CANCELLED)
    programme.session(series, 4, days=-9, title_en="Draft", state=Session.State.DRAFT)
    programme.session(series, 5, days=-9, title_en="")
    draft = programme.series("draft", state=Series.State.DRAFT)
    programme.session(draft, 1, days=-9, title_en="Of a draft series")
    assert titles(client) == ["Held"]
    assert titles(client, "q=draft") == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("language=fr", ["Deuil"]),
        ("language=fr&language=en", ["Deuil", "Heart failure"]),
        ("area=HEART", ["Heart failure"]),
        ("area=HEART&area=GRIEF", ["Deuil", "Heart failure"]),
        ("has=recording", ["Heart failure"]),
        ("has=recording&has=slides", []),
        ("hub=bc", ["Deuil"]),
        ("profession=RN", ["Deuil", "Heart failure"]),
        ("profession=RN&language=en", ["Heart failure"]),
        ("hub=nowhere&area=X&has=x&language=de&profession=%00", ["Deuil", "Heart failure"]),
        ("q=deuil&language=en", []),
    ],
)
def test_filters_select_sessions(client: Client, programme: Programme, query: str, expected: list[str]) -> None:
    material(held(programme, "heart", title_en="Heart failure", practice_areas=["HEART"]))
    grief = held(
        programme, "z", title_en="", title_fr="Deuil", language="fr", practice_areas=["GRIEF"], hub=programme.bc
    )
    material(grief, "slides", url="")
    assert sorted(titles(client, query)) == expected


def test_session_of_the_other_language_is_marked(client: Client, programme: Programme) -> None:
    held(programme, "z", title_en="", title_fr="Le deuil", language="fr")
    page = " ".join(client.get(reverse("library")).content.decode().split())
    assert re.findall(r'<h3 lang="fr"><a href=".*?">Le deuil</a></h3>', page)
    assert "In French </li>" in page


def test_typed_query_is_displayed_as_text(client: Client, heart: Session) -> None:
    page = client.get(reverse("library"), {"q": '"><script>alert(1)</script> heart'}).content.decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize("number", [1, 300])
def test_library_query_count_is_constant(client: Client, programme: Programme, people: People, number: int) -> None:
    series = programme.series("long")
    rows = [
        programme.new_session(series, index + 1, days=-index - 1, title_en=f"Pain {index}") for index in range(number)
    ]
    Material.objects.bulk_create(
        Material(session=row, kind="slides", language="en") for row in Session.objects.bulk_create(rows)
    )
    url = f"{reverse('library')}?show=2000"
    assert [queries(client, url), queries(client, f"{url}&q=pain")] == [SIGNED_OUT, WITH_SEARCH]
    client.force_login(people.ama)
    assert queries(client, url) == SIGNED_IN


def queries(client: Client, url: str) -> int:
    """Return the number of queries of a second request, because the first one fills the caches of the process."""
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)
