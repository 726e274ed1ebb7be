"""The search in everything that is public."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from pages.models import Newsletter, Page, QuestionAndAnswer
from sessions.models import Material, Series, Session
from tests.builders import Programme

pytestmark = pytest.mark.django_db

QUERIES, QUERIES_OF_A_TYPING_ERROR = 5, 7


@pytest.fixture(autouse=True)
def content(programme: Programme) -> None:
    """Create rows of each kind about the heart, of two hubs, and rows that the public may not see."""
    heart = programme.series(
        "heart", title_en="Heart disease", title_fr="Maladies du cœur", summary_en="", summary_fr=""
    )
    programme.session(heart, 1, title_en="Heart failure at home", presenters=["Dr. Noor Siddiqui"])
    programme.session(heart, 2, days=-9, title_en="", title_fr="Le cœur, en français")
    programme.session(heart, 3, title_en="Heart to come", state=Session.State.DRAFT)
    programme.session(heart, 4, title_en="Heart cancelled", state=Session.State.CANCELLED)
    hidden = programme.series("hidden", title_en="Heart xylophones", state=Series.State.DRAFT, summary_en="")
    programme.session(hidden, 1, title_en="Heart xylophone")
    pain = programme.series("pain", hub=programme.bc, title_en="Pain", title_fr="Douleur", language="fr")
    programme.session(pain, 1, title_en="Pain and the heart")
    Page.objects.create(
        slug="why", title_en="Why it matters", body_en="It is **close** to our hearts.", is_published=True
    )
    asked = {"question_en": "Is my heart data safe?", "answer_en": "Yes."}
    QuestionAndAnswer.objects.create(slug="safe", is_published=True, **asked)
    QuestionAndAnswer.objects.create(slug="hidden", **asked)
    for name, days, on_site in (("sent", 0, True), ("later", 9, True), ("hidden", 0, False)):
        day = timezone.localdate() + dt.timedelta(days=days)
        Newsletter.objects.create(slug=name, published_on=day, title_en=f"Heart news {name}", is_published=on_site)
    Page.objects.create(slug="draft", title_en="A draft about hearts", body_en="Heart")


def found(client: Client, in_language: str = "en", /, **asked: str) -> list[str]:
    """Return the titles of the results."""
    with translation.override(in_language):
        url = reverse("search")
    page = client.get(url, asked).content.decode()
    return [re.sub("<.*?>", "", title) for title in re.findall(r"<h3[^>]*><a.*?>(.*?)</a></h3>", page)]


def text_of(client: Client, in_language: str = "en", /, **asked: str) -> str:
    with translation.override(in_language):
        url = reverse("search")
    return " ".join(client.get(url, asked).content.decode().split())


def test_search_finds_public_rows_of_every_kind(client: Client) -> None:
    expected = {
        "Heart disease",
        "Heart failure at home",
        "Le cœur, en français",
        "Pain and the heart",
        "Why it matters",
        "Is my heart data safe?",
        "Heart news sent",
    }
    assert set(found(client, q="heart")) == expected
    assert found(client, q="heart")[0] in ("Heart disease", "Heart failure at home")


def test_drafts_are_neither_found_nor_suggested(client: Client) -> None:
    assert found(client, q="xylophone") == []
    assert found(client, q="xylofone") == []
    assert "xylophone" not in text_of(client, q="xylofone")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"kind": "series"}, ["Heart disease"]),
        ({"kind": "page"}, ["Why it matters"]),
        ({"kind": "question"}, ["Is my heart data safe?"]),
        ({"kind": "newsletter"}, ["Heart news sent"]),
        ({"language": "fr"}, ["Pain and the heart"]),
        ({"hub": "bc"}, ["Pain and the heart"]),
        ({"hub": "bc", "language": "en"}, []),
        ({"kind": "series", "language": "fr"}, []),
    ],
)
def test_filters_select_results(client: Client, asked: dict[str, str], expected: list[str]) -> None:
    assert found(client, q="heart", **asked) == expected


def test_unknown_filters_are_ignored(client: Client) -> None:
    assert len(found(client, q="heart", kind="x", language="de", hub="nowhere", show="-1")) == 7


def test_french_query_finds_a_session_in_english_and_says_so(client: Client) -> None:
    page = text_of(client, "fr", q="heart failure")
    assert '<h3 lang="en"><a href=' in page
    assert "En anglais</li>" in page
    assert found(client, "fr", q="maladies du coeur")[0] == "Maladies du cœur"


def test_presenter_is_found(client: Client) -> None:
    assert found(client, q="siddiqui") == ["Heart failure at home"]


def test_corrected_query_is_displayed(client: Client) -> None:
    page = text_of(client, q="hart falure")
    assert "Results for “heart failure”." in page
    assert found(client, q="hart falure") == ["Heart failure at home"]


def test_results_with_some_of_the_words_say_so(client: Client) -> None:
    page = text_of(client, q="siddiqui matters")
    assert "No result has all of these words." in page
    assert set(found(client, q="siddiqui matters")) == {"Heart failure at home", "Why it matters"}


def test_found_words_are_marked_also_in_the_text_of_a_page(client: Client) -> None:
    page = text_of(client, q="heart", kind="page")
    assert "It is close to our <mark>hearts</mark>." in page


def test_ignored_words_are_not_marked(client: Client) -> None:
    assert "<mark>Le</mark>" not in text_of(client, q="le coeur")
    assert "Le <mark>cœur</mark>, en français" in text_of(client, q="le coeur")


def test_document_of_a_past_session_is_found_by_its_title(client: Client) -> None:
    past, to_come = Session.objects.get(number=2), Session.objects.get(number=1, title_en="Heart failure at home")
    for session in (past, to_come):
        Material.objects.create(session=session, kind="document", language="en", title="Compassion questionnaire")
    assert found(client, q="compasion questionnaire") == ["Compassion questionnaire"]
    assert reverse("session", kwargs={"session": past.public_id}) in text_of(client, q="questionnaire")
    Material.objects.update(state="withdrawn", note_en="x", hidden_at=timezone.now())
    assert found(client, q="questionnaire") == []


def test_series_with_one_session_of_its_title_is_found_once(client: Client, programme: Programme) -> None:
    webinar = programme.series("webinar", title_en="Practical cannabis", title_fr="")
    programme.session(webinar, 1, title_en="Practical cannabis")
    assert found(client, q="cannabis") == ["Practical cannabis"]


def test_query_without_words_asks_for_some(client: Client) -> None:
    assert "typing errors are forgiven" in text_of(client)
    assert "Nothing found" in text_of(client, q="?!")
    assert "Nothing found" in text_of(client, q="the and of")


@pytest.mark.parametrize("number", [1, 300])
def test_search_query_count_is_constant(client: Client, programme: Programme, number: int) -> None:
    series = programme.series("long", title_en="Grief")
    rows = [programme.new_session(series, index + 1, title_en=f"Bereaved {index}") for index in range(number)]
    Session.objects.bulk_create(rows)
    url = f"{reverse('search')}?show=1000&q="
    counts = [queries(client, f"{url}{typed}") for typed in ("grief", "greif")]
    assert counts == [QUERIES, QUERIES_OF_A_TYPING_ERROR]


def queries(client: Client, url: str) -> int:
    """Return the number of queries of a second request, because the first one fills the caches of the process."""
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)
