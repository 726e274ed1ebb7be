"""The poster of a series has the form's URL in both languages, as text and as a QR code that opens it."""

import dataclasses
import datetime as dt
import io
import os
from collections.abc import Iterator
from pathlib import Path

import page
import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.links import absolute_url
from echo_portal.lib.pdf.rendering import Renderer
from echo_portal.lib.pdf.square_code import square_code
from registrations.printed.poster import poster_pdf
from sessions.models import EnrollmentKey, Series
from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.people import People

LONG = "Quality improvement for the identification, assessment and management of symptoms in long-term care homes"
SUMMARY = "Specialists and colleagues discuss what matters to people who live with serious illness. " * 5


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as one:
        yield one


@pytest.fixture
def keyed(programme: Programme) -> Series:
    series, _sessions = programme.open_series("ltc-cop", sessions=6, registration_mode="key", title_en=LONG)
    Series.objects.filter(pk=series.pk).update(summary_en=SUMMARY, summary_fr=SUMMARY, free_of_charge=True)
    series.refresh_from_db()
    return series


def words_of(file: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(file))
    assert len(reader.pages) == 1
    if folder := os.environ.get("SHOTS"):
        Path(folder, "poster.pdf").write_bytes(file)
    return " ".join(" ".join(one.extract_text() for one in reader.pages).split())


def test_poster_is_one_accessible_sheet_with_both_languages_and_the_key(
    programme: Programme, keyed: Series, renderer: Renderer
) -> None:
    key = programme.key(keyed, "LTC 2122")
    file = poster_pdf(series=keyed, key=key, now=timezone.now(), renderer=renderer)
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        assert page.validate_pdf_bytes(file, profile=profile).is_compliant, profile
    words = words_of(file)
    compact = words.replace(" ", "")
    for text in (LONG, "Série ltc-cop", "LTC 2122", "and 2 more dates", "et 2 autres dates", "Clé d’inscription"):
        assert text.replace(" ", "") in compact, text
    assert ("Enanglais." in compact, "InEnglish." in compact) == (True, False)
    for language in ("en", "fr"):
        shown = absolute_url("register", language, slug="ltc-cop").removeprefix("https://").rstrip("/")
        assert shown in compact


def test_code_opens_the_form_with_the_key_filled_in(programme: Programme, keyed: Series, client: Client) -> None:
    programme.key(keyed, "LTC 2122")
    form = client.get(f"{reverse('register', kwargs={'slug': 'ltc-cop'})}?key=LTC+2122")
    assert "Filled in for you." in form.content.decode()
    assert square_code("https://echo.example.org/a") != square_code("https://echo.example.org/b")


def test_poster_has_the_key_asked_for_or_one_that_may_be_printed(programme: Programme, keyed: Series) -> None:
    programme.key(keyed, "CAMPAIGN1", campaign="A conference")
    printed = programme.key(keyed, "PRINTED1")
    other_series, _sessions = programme.open_series("psw", hub=programme.bc)
    foreign = programme.key(other_series, "FOREIGN1")
    desk = signed_in_client(People().coordinator(programme.national))
    here = reverse("admin:echo_sessions_series_poster", args=(keyed.pk,))
    asked = EnrollmentKey.objects.get(text="CAMPAIGN1").pk
    found = {
        query: [
            text for text in ("CAMPAIGN1", "PRINTED1", "FOREIGN1") if text in words_of(desk.get(here + query).content)
        ]
        for query in ("", f"?key={asked}", "?key=9999999999999999999999")
    }
    assert desk.get(f"{here}?key={foreign.pk}").status_code == 302
    assert found == {
        "": [printed.text],
        f"?key={asked}": ["CAMPAIGN1"],
        "?key=9999999999999999999999": [printed.text],
    }


def test_desk_offers_the_link_and_poster_of_each_key_of_a_campaign(programme: Programme, keyed: Series) -> None:
    desk = signed_in_client(People().coordinator(programme.national))
    tab = reverse("admin:echo_sessions_series_desk", args=(keyed.pk,))
    poster = reverse("admin:echo_sessions_series_poster", args=(keyed.pk,))
    assert "no key is valid: nobody could register with the poster" in says(desk.get(poster, follow=True))
    assert "The form asks for a key, and no key of the series is valid" in says(desk.get(tab))

    only = programme.key(keyed, "SPRING 1", campaign="A conference")
    links = desk.get(tab).context["registration_links"]
    way = {"key": "SPRING 1", "note": "campaign: A conference", "poster_url": f"{poster}?key={only.pk}"}
    urls = tuple((one, f"{absolute_url('register', one, slug='ltc-cop')}?key=SPRING+1") for one in ("en", "fr"))
    assert [dataclasses.asdict(one) | {"urls": tuple(one.urls)} for one in links.ways] == [{**way, "urls": urls}]
    assert "SPRING 1" in words_of(desk.get(poster).content)

    later = programme.key(keyed, "FALL 1", campaign="A journal", opens_at=timezone.now() + dt.timedelta(days=9))
    programme.key(keyed, "ENDED", closes_at=timezone.now())
    page = desk.get(tab)
    links = page.context["registration_links"]
    assert [(one.key, one.note.partition(" 20")[0][:32]) for one in links.ways] == [
        ("SPRING 1", "campaign: A conference"),
        ("FALL 1", "campaign: A journal, valid from "),
    ]
    assert (links.poster_url, links.ways[1].poster_url) == ("", f"{poster}?key={later.pk}")
    assert "The form asks for a key. Each key has its own link and poster:" in says(page)
    assert "Choose the poster of one of its keys under “Registration link”." in says(desk.get(poster, follow=True))


def test_poster_of_an_expired_key_is_refused(programme: Programme, keyed: Series) -> None:
    programme.key(keyed, "PRINTED1")
    old = programme.key(keyed, "OLDKEY1", closes_at=timezone.now() - dt.timedelta(days=1))
    desk = signed_in_client(People().coordinator(programme.national))
    here = reverse("admin:echo_sessions_series_poster", args=(keyed.pk,))
    words = "The key “OLDKEY1” has expired or is used up: nobody could register with the poster."
    assert words in says(desk.get(f"{here}?key={old.pk}", follow=True))
    later = programme.key(keyed, "LATER1", opens_at=timezone.now() + dt.timedelta(days=1))
    assert "LATER1" in words_of(desk.get(f"{here}?key={later.pk}").content)


def test_poster_of_a_draft_or_of_another_hub_is_refused(programme: Programme, people: People, keyed: Series) -> None:
    draft = programme.series("later", state="draft")
    desk = signed_in_client(people.coordinator(programme.national))
    answer = desk.get(reverse("admin:echo_sessions_series_poster", args=(draft.pk,)), follow=True)
    assert "Publish the series first: the address on a poster must work." in says(answer)
    stranger = signed_in_client(people.coordinator(programme.bc))
    assert stranger.get(reverse("admin:echo_sessions_series_poster", args=(keyed.pk,))).status_code == 404
    keys = desk.get(reverse("admin:echo_sessions_enrollmentkey_changelist"))
    assert "Poster (PDF)" not in says(keys)
    programme.key(keyed, "PRINTED1")
    assert "Poster (PDF)" in says(desk.get(reverse("admin:echo_sessions_enrollmentkey_changelist")))
