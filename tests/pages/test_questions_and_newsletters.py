"""Frequently asked questions, the archive of newsletters, the contact page and security.txt."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hubs.models import Hub
from pages.models import Newsletter, Page, QuestionAndAnswer
from tests.builders import Programme

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 1, 10)


def ask(slug: str = "cost", **fields: Any) -> QuestionAndAnswer:
    values = {"is_published": True, "question_en": "How much?", "question_fr": "Combien?", "answer_en": "**Free**."}
    return QuestionAndAnswer.objects.create(slug=slug, **{**values, **fields})


def write(slug: str = "2026-01", **fields: Any) -> Newsletter:
    values = {"is_published": True, "published_on": DAY, "title_en": "News", "title_fr": "Nouvelles"}
    return Newsletter.objects.create(slug=slug, **{**values, **fields})


def test_questions_are_in_order_with_ids_and_marked_languages(client: Client) -> None:
    ask("second", position=2)
    ask(position=1)
    ask("draft", is_published=False)
    answers = client.get("/fr/foire-aux-questions/").context["answers"]
    assert [(one.anchor, one.question, str(one.html), one.lang) for one in answers] == [
        ("cost", "Combien?", "<p><strong>Free</strong>.</p>\n", "en"),
        ("second", "Combien?", "<p><strong>Free</strong>.</p>\n", "en"),
    ]
    page = client.get("/en/questions/").content.decode()
    assert re.findall(r'<section class="stack mt6" id="([a-z]+)">', page) == ["cost", "second"]


def test_questions_of_a_hub_are_not_among_the_national_ones(client: Client, programme: Programme) -> None:
    ask(hub=programme.bc)
    answer = client.get("/en/questions/")
    assert answer.context["answers"] == []
    assert "There are no questions here yet." in answer.content.decode()


def test_archive_lists_published_newsletters_from_their_day_on(client: Client, programme: Programme) -> None:
    today = timezone.localdate()
    write("old", published_on=DAY)
    write("today", published_on=today, hub=programme.bc)
    write("tomorrow", published_on=today + dt.timedelta(days=1))
    write("draft", is_published=False)
    lines = client.get("/en/newsletters/").context["newsletters"]
    assert [(line.url, line.hub) for line in lines] == [
        ("/en/newsletters/today/", "BC Hub"),
        ("/en/newsletters/old/", ""),
    ]
    for slug, status in (("old", 200), ("today", 200), ("tomorrow", 404), ("draft", 404), ("none", 404)):
        assert client.get(f"/en/newsletters/{slug}/").status_code == status, slug


def test_newsletter_displays_its_day_and_text_in_both_languages(client: Client) -> None:
    write(body_en="Hello", body_fr="Bonjour")
    english, french = (
        client.get(f"/{path}/2026-01/").content.decode() for path in ("en/newsletters", "fr/infolettres")
    )
    assert ("January 10, 2026" in english, "<p>Hello</p>" in english) == (True, True)
    assert ("10 janvier 2026" in french, "<p>Bonjour</p>" in french) == (True, True)


@pytest.mark.parametrize(("path", "make"), [("/en/questions/", ask), ("/en/newsletters/", write)])
def test_samples_are_marked(client: Client, path: str, make: Any) -> None:
    sentence = "This text is a sample."
    row = make()
    assert sentence not in client.get(path).content.decode()
    row.is_sample = True
    row.save()
    assert sentence in client.get(path).content.decode()


@pytest.mark.parametrize("count", [1, 300])
@pytest.mark.parametrize("path", ["/en/questions/", "/en/newsletters/", "/en/contact/"])
def test_lists_make_the_same_queries_for_one_and_for_many_rows(
    client: Client, programme: Programme, path: str, count: int
) -> None:
    for number in range(count):
        ask(f"q{number}")
        write(f"n{number}", hub=programme.bc)
    hubs = [Hub(slug=f"h{n}", scope="sector", host=programme.pallium, name_en=f"H{n}") for n in range(count)]
    Hub.objects.bulk_create(hubs)
    client.get(path)
    with CaptureQueriesContext(connection) as found:
        client.get(path)
    # The list, the funding acknowledgement and, for the addresses, the page with their text.
    assert len(found) == (3 if "contact" in path else 2)


def test_contact_page_has_the_address_of_the_programme_and_of_each_hub(client: Client, programme: Programme) -> None:
    Hub.objects.filter(pk=programme.bc.pk).update(contact_email="bc@example.org")
    page = client.get("/fr/nous-joindre/").content.decode()
    assert re.findall(r'href="mailto:([^"]+)"', page) == [
        settings.OPERATOR_EMAIL,
        settings.OPERATOR_EMAIL,
        "bc@example.org",
    ]


def test_text_of_the_contact_page_is_edited_with_placeholders_for_addresses(client: Client) -> None:
    body = "Write to {operator-email} or {operator-address}."
    row = Page.objects.create(slug="contact", is_published=True, title_en="Reach us", body_en=body)
    address = settings.OPERATOR_EMAIL
    with override_settings(OPERATOR_ADDRESS="12 Rue X, Ottawa"):
        page = client.get("/en/contact/").content.decode()
        french = client.get("/fr/nous-joindre/").content.decode()
    words = f'<p>Write to <a href="mailto:{address}">{address}</a> or 12 Rue X, Ottawa.</p>'
    assert [words in page, "<h1>Reach us</h1>" in page, words in french] == [True] * 3
    assert '<h1 lang="en">Reach us</h1>' in french
    answer = client.get("/en/about/contact/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/en/contact/")
    row.is_published = False
    row.save()
    assert [word in client.get("/en/contact/").content.decode() for word in ("Reach us", address)] == [False, True]


def test_accessibility_statement_has_its_own_address(client: Client) -> None:
    assert client.get("/en/accessibility/").status_code == 200
    Page.objects.create(slug="accessibility", is_published=True, title_en="Accessibility", body_en="Tell us.")
    assert "<p>Tell us.</p>" in client.get("/en/accessibility/").content.decode()
    answer = client.get("/en/about/accessibility/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/en/accessibility/")


def test_security_text_has_the_required_fields_and_expires_within_a_year(client: Client) -> None:
    answer = client.get("/.well-known/security.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = [line.split(": ", 1) for line in answer.content.decode().splitlines()]
    assert [name for name, _value in fields] == ["Contact", "Contact", "Expires", "Preferred-Languages", "Canonical"]
    values = dict(fields)
    expires = dt.datetime.strptime(values["Expires"], "%Y-%m-%dT%H:%M:%S%z")
    assert timezone.now() < expires < timezone.now() + dt.timedelta(days=365)
    assert values["Canonical"] == f"{settings.SITE_URL}/.well-known/security.txt"
    assert client.get(values["Contact"].removeprefix(settings.SITE_URL)).status_code == 200


@pytest.mark.parametrize("path", ["/en/contact/", "/en/questions/", "/en/accessibility/", "/.well-known/security.txt"])
def test_pages_refuse_posts(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
