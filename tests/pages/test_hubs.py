"""The directory of hubs and the pages of hubs: their texts, sessions in their local time, and joint series."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hubs.models import Hub, Spoke
from pages.models import Page, QuestionAndAnswer
from sessions.models import Series, Session
from tests.builders import Programme

pytestmark = pytest.mark.django_db

EN, FR = "/en/hubs/bc/", "/fr/carrefours/bc/"
# The hub, its sessions with the accreditations, its series, its pages, its questions, and the funding acknowledgement.
HUB_QUERIES = 7


@pytest.fixture(autouse=True)
def december() -> Iterator[None]:
    """Set the clock before the dates of the sessions in these tests."""
    with time_machine.travel("2026-12-01T17:00:00Z", tick=False):
        yield


def titles(page: Any) -> list[str]:
    return [row.title for month in page.months for row in month.rows]


def test_map_has_every_province_and_links_to_its_hub_or_hubs(client: Client, programme: Programme) -> None:
    for slug in ("on-1", "on-2"):
        programme.hub(slug, scope="regional", name_en=slug, name_fr=slug, province="ON")
    tiles = {tile.code: tile for tile in client.get("/en/hubs/").context["tiles"]}
    assert len(tiles) == 13
    assert {code: (tile.url, tile.hubs) for code, tile in tiles.items() if tile.hubs} == {
        "BC": ("/en/hubs/bc/", 1),
        "ON": ("#hubs-on", 2),
    }
    assert {tile.url for tile in tiles.values() if not tile.hubs} == {"/en/"}
    page = client.get("/en/hubs/").content.decode()
    assert re.findall(r'<article class="card" id="([a-z-]+)">', page) == ["hubs-bc", "hubs-on"]


def test_list_has_the_national_hub_first_and_says_where_hubs_are(client: Client, programme: Programme) -> None:
    programme.hub("sector", scope="sector", name_en="A sector", name_fr="Un secteur")
    cards = client.get("/fr/carrefours/").context["cards"]
    assert [(card.name, card.where, card.url) for card in cards] == [
        ("ECHO national", "National", "/fr/carrefours/national/"),
        ("Un secteur", "Sectoriel", "/fr/carrefours/sector/"),
        ("Carrefour de la C.-B.", "Colombie-Britannique", "/fr/carrefours/bc/"),
    ]


def test_hub_page_lists_own_joint_and_national_sessions_only(client: Client, programme: Programme) -> None:
    other = programme.hub("on", scope="provincial", name_en="ON", name_fr="ON", province="ON")
    own, joint, national, foreign = (
        programme.series(slug, hub=hub)
        for slug, hub in (
            ("own", programme.bc),
            ("joint", other),
            ("national-one", programme.national),
            ("foreign", other),
        )
    )
    joint.partner_hubs.add(programme.bc)
    for day, series in enumerate((foreign, joint, national, own), start=2):
        programme.session(series, 1, days=day)
    programme.session(own, 2, days=3, state="draft")
    programme.session(own, 3, days=-3)
    hub = client.get(EN).context["hub"]
    assert titles(hub) == ["joint 1", "national-one 1", "own 1"]
    assert [(one.title, [(link.text, link.url) for link in one.jointly_with]) for one in hub.series] == [
        ("Series joint", [("ON", "/en/hubs/on/")]),
        ("Series own", []),
    ]


def test_sessions_are_in_the_local_time_of_the_hub_if_the_visitors_is_not_known(
    client: Client, programme: Programme
) -> None:
    programme.session(programme.series("own", hub=programme.bc), 1, on_date=dt.date(2027, 1, 19), at="12:00")
    answer = client.get(EN)
    (row,) = answer.context["hub"].months[0].rows
    assert row.moment.own_text == "10:00\u00a0–\u00a011:00\u00a0am Pacific time (BC)"
    page = answer.content.decode()
    assert (page.count("British Columbia: "), page.count("Your time:")) == (1, 0)
    assert answer.context["hub"].zone_words == "Times: Pacific time (BC), then Eastern time"
    national = client.get("/en/hubs/national/").context["hub"]
    assert (national.zone_words, national.times_label) == ("", "")


def test_sessions_are_in_the_visitors_own_time_if_it_is_known(client: Client, programme: Programme) -> None:
    programme.session(programme.series("own", hub=programme.bc), 1, on_date=dt.date(2027, 1, 19), at="12:00")
    client.cookies["zone"] = "America/St_Johns"
    answer = client.get(EN)
    (row,) = answer.context["hub"].months[0].rows
    assert row.moment.own_text.startswith("1:30")
    page = answer.content.decode()
    assert (page.count("British Columbia: "), page.count("Your time:")) == (0, 1)
    assert answer.context["hub"].zone_words == ""


def test_words_of_the_hub_are_displayed_in_the_language_that_exists(client: Client, programme: Programme) -> None:
    Hub.objects.filter(pk=programme.bc.pk).update(
        vision_en="Equal access.",
        aims_en=["Aim one", "Aim two"],
        aims_fr=["Visée : une"],
        objectives_en=["Objective"],
        principles_fr=["Qualité"],
        founding_note_en="Began.",
    )
    hub = client.get(FR).context["hub"]
    assert (hub.vision, hub.vision_lang, hub.founding_note_lang) == ("Equal access.", "en", "en")
    assert (hub.aims.items, hub.aims.lang) == (("Visée\u00a0: une",), "")
    assert (hub.objectives.items, hub.objectives.lang) == (("Objective",), "en")
    assert (hub.principles.items, hub.principles.lang) == (("Qualité",), "")
    page = client.get(FR).content.decode()
    assert page.count('<ul class="principles" lang="en">') == 1
    assert client.get(EN).context["hub"].principles.lang == "fr"


def test_hub_page_has_its_published_pages_questions_spokes_and_partners(client: Client, programme: Programme) -> None:
    Page.objects.create(hub=programme.bc, slug="co-creation", is_published=True, title_en="Create", body_en="**Do**")
    Page.objects.create(hub=programme.bc, slug="draft", title_en="Draft")
    Page.objects.create(hub=programme.national, slug="other", is_published=True, title_en="Other")
    QuestionAndAnswer.objects.create(hub=programme.bc, slug="q", is_published=True, question_en="Q?", answer_en="A.")
    QuestionAndAnswer.objects.create(slug="national", is_published=True, question_en="N?", answer_en="A.")
    Spoke.objects.create(hub=programme.bc, name_en="Nelson", name_fr="Nelson")
    Hub.objects.filter(pk=programme.bc.pk).update(partner_of=programme.national)
    hub = client.get(EN).context["hub"]
    assert [(one.anchor, one.text.title) for one in hub.sections] == [("co-creation", "Create")]
    assert [one.question for one in hub.answers] == ["Q?"]
    assert hub.spokes == ("Nelson",)
    assert [link.url for link in client.get("/en/hubs/national/").context["hub"].partners] == [EN]


def test_actions_of_the_hub_follow_from_what_it_accepts(client: Client, programme: Programme) -> None:
    forms = ("/en/propose/?hub=bc", "/en/partner-with-us/?hub=bc")
    page = client.get(EN).content.decode()
    assert [form for form in forms if form in page] == []
    Hub.objects.filter(pk=programme.bc.pk).update(
        accepts_proposals=True, accepts_partners=True, contact_email="bc@example.org"
    )
    page = client.get(EN).content.decode()
    assert [form for form in forms if form in page] == [*forms]
    assert 'href="mailto:bc@example.org"' in page


def test_partnering_is_described_once(client: Client, programme: Programme) -> None:
    Hub.objects.filter(pk=programme.bc.pk).update(accepts_partners=True, founding_note_en="It began in 2021.")
    assert client.get(EN).content.decode().count("Partner with us</h2>") == 1
    Page.objects.create(hub=programme.bc, slug="partner-with-us", is_published=True, title_en="Partner with us")
    page = client.get(EN).content.decode()
    assert page.count("Partner with us</h2>") == 1
    assert [words in page for words in ("How it began", "It began in 2021.")] == [True, True]


def test_hub_without_sessions_says_so_and_unknown_hub_is_not_found(client: Client, programme: Programme) -> None:
    assert "No session is planned at the moment." in client.get(EN).content.decode()
    assert client.get("/en/hubs/nowhere/").status_code == 404


@pytest.mark.parametrize("count", [1, 300])
def test_hub_pages_make_the_same_queries_for_one_and_for_many_rows(
    client: Client, programme: Programme, count: int
) -> None:
    hubs = [
        Hub(slug=f"h{n}", scope="sector", host=programme.pallium, name_en=f"H{n}", name_fr=f"H{n}")
        for n in range(count)
    ]
    Hub.objects.bulk_create(hubs)
    series = Series.objects.bulk_create(programme.new_series(f"s{n}", hub=programme.bc) for n in range(count))
    Session.objects.bulk_create(programme.new_session(one, 1) for one in series)
    Spoke.objects.bulk_create(Spoke(hub=programme.bc, name_en=f"S{n}", name_fr=f"S{n}") for n in range(count))
    Page.objects.bulk_create(
        Page(hub=programme.bc, slug=f"p{n}", title_en="P", is_published=True) for n in range(count)
    )
    for path, expected in ((EN, HUB_QUERIES), ("/en/hubs/", 2)):
        client.get(path)
        with CaptureQueriesContext(connection) as found:
            client.get(path)
        assert len(found) == expected, path
