"""All pages are valid HTML, and no two public pages have the same title."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.links import MANAGE, token_for
from accounts.models import Person
from attendance.actions import correct_attendance
from pages.models import Page
from pages.presenters.public_texts import page_url
from registrations.models import Registration
from sessions.models import Material, Series, Session
from tests.attendance.held_session import register
from tests.pages.addresses import Content, addresses
from tests.pages.html_reader import TextReader
from tests.pages.nu_checker import faults_in
from tests.people import People

pytestmark = pytest.mark.django_db

PUBLIC_TEXTS = Path(__file__).resolve().parents[2] / "programme" / "public-texts.toml"

LANGUAGES = ("en", "fr")


def html_of(client: Client, content: Content, people: People) -> dict[str, str]:
    """Return the HTML of all pages in both languages: as opened, with form errors, and signed in."""
    pages = {}
    for language in LANGUAGES:
        here = addresses(content, people.ama, language)
        for name, url in {**here.public, **here.own}.items():
            pages[f"{name}, {language}"] = client.get(url).content.decode()
        with translation.override(language):
            posts = {
                "register errors": reverse("register", kwargs={"slug": content.keyed.slug}),
                "choose one errors": reverse("register", kwargs={"slug": content.choice.slug}),
                "key errors": reverse("have_key"),
                "sign in errors": reverse("sign_in"),
                "signed out": reverse("sign_out"),
            }
        for name, url in posts.items():
            pages[f"{name}, {language}"] = client.post(url, {"email": "nobody"}, follow=True).content.decode()
    return pages | own_html(content, people.ama)


def own_html(content: Content, person: Person) -> dict[str, str]:
    """Return the HTML of the pages about attendance and credits, for a signed-in person who attended a session."""
    held = Session.objects.get(series=content.keyed, number=9)
    if not Registration.objects.filter(person=person, session=held).exists():
        register(person, held)
    client, pages = Client(), {}
    client.force_login(person)
    ask = {"session": held.public_id}
    for seconds in (None, 1800):
        if seconds:
            correct_attendance(session=held, person=person, seconds=seconds, reason="List", by=person)
        for language in LANGUAGES:
            with translation.override(language):
                urls = (reverse("my_sessions"), reverse("ask_for_attendance", kwargs=ask), reverse("transcript"))
            for url in urls:
                pages[f"{url}, {seconds}"] = client.get(url).content.decode()
            pages[f"{urls[1]}, errors, {seconds}"] = client.post(urls[1], {"text": "Mrs. Roy"}).content.decode()
    return pages


def refused_html(client: Client, content: Content, people: People) -> dict[str, str]:
    """Return the HTML of the pages that say why something is refused, by status and language."""
    held = Session.objects.get(series=content.keyed, number=9)
    url = "https://example.org/x"
    rows = {"session": held, "kind": "document", "language": "en", "url": url}
    gone = Material.objects.create(
        **rows, title="Old", state="withdrawn", note_en="Wrong file", hidden_at=timezone.now()
    )
    closed = Material.objects.create(**rows, title="New", open_to="registrants")
    luc, strict, stranger, left = people.luc, Client(enforce_csrf_checks=True), Client(), Client()
    pages: dict[str, str] = {}
    for one in (left, stranger):
        one.force_login(people.stranger)
    left.post(reverse("sign_out"))
    link = token_for(luc, MANAGE)
    Person.objects.filter(pk=luc.pk).update(link_version=F("link_version") + 1)
    for language in LANGUAGES:
        with translation.override(language):
            answers = [
                client.get(f"/{language}/nothing-here/"),
                strict.post(reverse("sign_in"), {"email": "nobody"}),
                client.get(reverse("my_sessions_link", kwargs={"token": link})),
                left.get(reverse("my_sessions_link", kwargs={"token": token_for(people.stranger, MANAGE)})),
                client.get(reverse("material", kwargs={"material": gone.public_id})),
                stranger.get(reverse("material", kwargs={"material": closed.public_id})),
            ]
        assert [answer.status_code for answer in answers] == [404, 403, 410, 200, 410, 403]
        for number, answer in enumerate(answers):
            pages[f"refused {number}, {language}"] = answer.content.decode()
    return pages


def test_every_page_is_valid_html(client: Client, content: Content, people: People, tmp_path: Path) -> None:
    pages = html_of(client, content, people) | refused_html(client, content, people)
    assert faults_in(pages, tmp_path) == []


def test_redirects_have_no_html_content_type(client: Client, content: Content) -> None:
    for url in ("/", reverse("my_sessions"), reverse("catalogue").rstrip("/")):
        answer = client.get(url)
        assert (answer.status_code // 100, answer.content, answer.headers.get("Content-Type")) == (3, b"", None), url


class LanguageReader(TextReader):
    """A parser that collects texts which contain a word outside elements marked with that word's language."""

    def __init__(self, word: str, language: str) -> None:
        super().__init__()
        self.word, self.language = word, language

    def value_of(self, attributes: dict[str, str | None], around: Any) -> str:
        return str(attributes.get("lang") or around)

    def is_found(self, text: str, tag: str, value: Any) -> bool:
        return self.word in text and tag not in ("title", "script") and not str(value).startswith(self.language)


def test_titles_in_the_other_language_are_marked(client: Client, content: Content, people: People) -> None:
    Series.objects.update(title_en="", title_fr="Zèbre et série", summary_en="", summary_fr="Zèbre en résumé")
    Session.objects.update(title_en="", title_fr="Zèbre")
    client.force_login(people.luc)
    pages = html_of(client, content, people)
    assert sum("Zèbre" in page for page in pages.values()) > 20
    unmarked = []
    for name, page in pages.items():
        if name.endswith(", en"):
            reader = LanguageReader("Zèbre", "fr")
            reader.feed(page)
            unmarked += [f"{name}: {text}" for text in reader.found]
    assert unmarked == []


def test_no_two_public_pages_share_a_title(client: Client, content: Content, people: People) -> None:
    Session.objects.update(title_en="Information session", title_fr="")
    call_command("load_texts", str(PUBLIC_TEXTS), stdout=io.StringIO())
    for language in LANGUAGES:
        with translation.override(language):
            urls = {url for name, url in addresses(content, people.ama, language).public.items() if name != "filters"}
            urls |= {reverse("session", kwargs={"session": row.public_id}) for row in Session.objects.all()}
            urls |= {reverse("series", kwargs={"slug": row.slug}) for row in Series.objects.all()}
            urls |= {page_url(row) for row in Page.objects.filter(hub=None)}
        titles = [re.findall(r"<title>(.*?)</title>", client.get(url).content.decode(), re.DOTALL) for url in urls]
        words = sorted(" ".join(unescape(title).split()) for (title,) in titles)
        assert len(words) == len(set(words)), words
