"""Pages about the project: the text in both languages, sanitised, and what is not displayed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hubs.models import Hub
from pages.models import Page
from tests.builders import FUNDING_EN, FUNDING_FR, Programme

pytestmark = pytest.mark.django_db

EN, FR = "/en/about/how-it-works/", "/fr/a-propos/how-it-works/"
# The only query of a page besides those of the footer: the page itself, and the list of pages.
QUERIES = 2


def write(**fields: Any) -> Page:
    values = {
        "slug": "how-it-works",
        "place": "about",
        "is_published": True,
        "title_en": "How it works",
        "title_fr": "Comment ça marche",
        "body_en": "## Hubs\n\nThey teach.",
        "body_fr": "## Carrefours\n\nIls enseignent : tous.",
    }
    return Page.objects.create(**{**values, **fields})


def test_page_displays_the_text_of_each_language(client: Client) -> None:
    write()
    english, french = (client.get(path).content.decode() for path in (EN, FR))
    assert "<h2>Hubs</h2>\n<p>They teach.</p>" in english
    assert "<h2>Carrefours</h2>\n<p>Ils enseignent&nbsp;: tous.</p>" in french


@pytest.mark.parametrize(
    ("path", "missing", "note", "marked"),
    [
        (FR, {"title_fr": "", "body_fr": ""}, "Ce texte est en anglais seulement.", '<div class="prose" lang="en">'),
        (EN, {"title_en": "", "body_en": ""}, "This text is in French only.", '<div class="prose" lang="fr">'),
    ],
)
def test_page_without_a_translation_displays_the_other_language(
    client: Client, path: str, missing: dict[str, str], note: str, marked: str
) -> None:
    write(**missing)
    answer = client.get(path)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert (page.count(note), page.count(marked), page.count("<h1 lang=")) == (1, 1, 1)


def test_page_that_is_a_sample_says_so(client: Client) -> None:
    row = write(is_sample=True)
    sentence = "This text is a sample."
    assert sentence in client.get(EN).content.decode()
    Page.objects.filter(pk=row.pk).update(is_sample=False)
    assert sentence not in client.get(EN).content.decode()


def test_markdown_is_sanitised(client: Client) -> None:
    hostile = (
        "<script>alert(1)</script> ![picture](https://x.example/p.png) [link](javascript:alert(2)) "
        '[home](/en/ "title") <a href="/en/" onclick="alert(3)">home</a>'
    )
    write(body_en=hostile)
    text = str(client.get(EN).context["page"].html)
    assert text == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;  [link](javascript:alert(2)) "
        '<a href="/en/" title="title">home</a> &lt;a href="/en/" onclick="alert(3)"&gt;home&lt;/a&gt;</p>\n'
    )


def test_headings_of_other_levels_and_code_are_displayed(client: Client) -> None:
    write(body_en="# One\n\n###### Six\n\nA `code`.\n\n```\n# a  <b>\n```")
    assert str(client.get(EN).context["page"].html) == (
        "<h2>One</h2>\n<h3>Six</h3>\n<p>A <code>code</code>.</p>\n<pre><code># a  &lt;b&gt;\n</code></pre>\n"
    )


@pytest.mark.parametrize("depth", [">", "- ", "*", "[", "**"])
def test_deeply_nested_markdown_is_displayed(client: Client, depth: str) -> None:
    write(body_en=depth * 3000 + "deep")
    assert client.get(EN).status_code == 200


def test_unpublished_and_missing_pages_are_not_found(client: Client, programme: Programme) -> None:
    write(is_published=False)
    write(slug="of-a-hub", place="", hub=programme.bc)
    for path in (EN, "/en/about/of-a-hub/", "/en/about/no-such-page/"):
        assert client.get(path).status_code == 404


def test_about_without_pages_still_answers(client: Client) -> None:
    assert client.get("/en/about/").status_code == 200


def test_list_of_pages_is_in_order_and_marks_the_current_one(client: Client) -> None:
    write(position=2)
    write(slug="about-echo", position=1, title_en="About ECHO")
    write(slug="hidden", is_published=False)
    write(slug="nowhere", place="")
    links = client.get(EN).context["about_pages"]
    assert [(link.title, link.url, link.is_here) for link in links] == [
        ("About ECHO", "/en/about/", False),
        ("How it works", EN, True),
    ]


@pytest.mark.parametrize(("path", "words"), [(EN, FUNDING_EN), (FR, FUNDING_FR)])
def test_funding_acknowledgement_is_on_pages_whose_text_is_empty(
    client: Client, programme: Programme, path: str, words: str
) -> None:
    write(body_en="", body_fr="")
    assert client.get(path).content.decode().count(words) == 1


@pytest.mark.parametrize("count", [1, 300])
def test_page_makes_the_same_queries_for_one_and_for_many_pages(client: Client, count: int) -> None:
    write()
    Page.objects.bulk_create(Page(slug=f"p{n}", place="about", is_published=True, title_en="P") for n in range(count))
    client.get(EN)
    with CaptureQueriesContext(
        connection,
    ) as found:
        client.get(EN)
    assert len([one for one in found if '"pages_page"' in one["sql"]]) == QUERIES


@pytest.mark.parametrize(
    "fields",
    [{"title_en": "", "title_fr": ""}, {"place": "top"}, {"body_en": "a" * 40_001}, {"body_fr": "a" * 40_001}],
)
def test_impossible_page_is_refused_by_the_database(fields: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write(**fields)


def test_page_of_a_hub_has_no_place_and_its_own_addresses(programme: Programme) -> None:
    write()
    hubs: list[Hub] = [programme.bc, programme.national]
    for hub in hubs:
        write(hub=hub, place="")
    impossible: list[tuple[Hub | None, str]] = [(programme.bc, "about"), (programme.bc, ""), (None, "")]
    for owner, place in impossible:
        with pytest.raises(IntegrityError), transaction.atomic():
            write(hub=owner, place=place)
    assert Page.objects.count() == 3


def test_filters_without_a_session_have_one_heading(client: Client, programme: Programme) -> None:
    programme.open_series()
    page = client.get("/en/", {"area": "GRIEF"}).content.decode()
    assert page.count("No session matches these filters") == 1
    assert "0 sessions match</h2>" not in page
    assert "sessions match</h2>" not in client.get("/en/").content.decode()
