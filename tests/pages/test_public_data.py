"""Data for other sites: schema.org, Open Graph, JSON, RSS, the sitemap, and the list that other sites may frame."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from hubs.models import Organisation
from pages.models import Newsletter, Page
from proposals.kit import NAMES
from sessions.models import Series, SeriesOrganisation, Session
from tests.builders import FUNDING_EN, Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db

# https://developers.google.com/search/docs/appearance/structured-data/event: the required and the recommended fields.
REQUIRED_OF_EVENT = {"@context", "@type", "name", "startDate", "location"}
RECOMMENDED_OF_EVENT = {"description", "endDate", "eventStatus", "image", "offers", "organizer", "performer"}
ONLINE = {"eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode"}
REQUIRED_OF_SERIES = {"@context", "@type", "name", "startDate", "endDate", "location", "organizer", "subEvent"}
SECRET = "https://meet.example.org/secret"
NAMESPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
QUERIES_OF_JSON = 1


@pytest.fixture(autouse=True)
def december() -> Iterator[None]:
    """Set the clock before the dates of the sessions in these tests."""
    with time_machine.travel("2026-12-01T17:00:00Z", tick=False):
        yield


def structured(page: str) -> dict[str, Any]:
    """Return the schema.org data of a page, or {} if it has none."""
    found = re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, flags=re.DOTALL)
    assert len(found) <= 1
    values: dict[str, Any] = json.loads(found[0]) if found else {}
    return values


def parsed(answer: Any) -> ET.Element:
    return ET.fromstring(answer.content)  # noqa: S314 (the portal's own answer)


@pytest.fixture
def series(programme: Programme) -> Series:
    series = programme.series("ltc-cop")
    programme.session(
        series,
        1,
        on_date=dt.date(2027, 1, 19),
        presenters=["Dr. José Pereira"],
        join_url=SECRET,
        host_url=SECRET,
        title_en="Pain",
    )
    return series


@pytest.mark.parametrize(("places", "availability", "is_full"), [(2, "InStock", False), (1, "SoldOut", True)])
def test_offer_and_page_agree_whether_a_session_is_full(
    client: Client, series: Series, people: People, places: int, availability: str, is_full: bool
) -> None:
    session = series.sessions.get()
    Session.objects.filter(pk=session.pk).update(capacity=places)
    enroll(people.ama, series, session)
    page = client.get(session_path(session)).content.decode()
    assert structured(page)["offers"]["availability"] == f"https://schema.org/{availability}"
    assert ("Join the waiting list" in page) is is_full


def session_path(session: Session, language: str = "en") -> str:
    return f"/{language}/{'seances' if language == 'fr' else 'sessions'}/{session.public_id}/"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_public_session_with_a_date_has_the_fields_of_an_event(
    client: Client, programme: Programme, series: Series, language: str
) -> None:
    dates = [{"days": 5}, {"days": -5}, {"days": 6, "at": ""}, {"days": 7, "state": "cancelled"}]
    for number, fields in enumerate(dates, start=2):
        programme.session(series, number, join_url=SECRET, presenters=["Dr. X"], **fields)  # type: ignore[arg-type]
    for session in Session.objects.all():
        page = client.get(session_path(session, language)).content.decode()
        values = structured(page)
        missing = (REQUIRED_OF_EVENT | RECOMMENDED_OF_EVENT) - values.keys()
        expected = {"offers"} if session.is_cancelled else set()
        expected |= set() if session.starts_at else {"endDate"}
        assert missing == expected, session
        assert values.items() >= ONLINE.items()
        address = f"{settings.SITE_URL}{session_path(session, language)}"
        assert values["location"] == {"@type": "VirtualLocation", "url": address}
        assert SECRET not in page


def test_event_has_the_local_start_with_its_offset_and_the_state(client: Client, series: Series) -> None:
    session = series.sessions.get()
    values = structured(client.get(session_path(session)).content.decode())
    assert (values["startDate"], values["endDate"]) == ("2027-01-19T12:00:00-05:00", "2027-01-19T13:00:00-05:00")
    assert values["eventStatus"] == "https://schema.org/EventScheduled"
    assert values["performer"] == [{"@type": "Person", "name": "Dr. José Pereira"}]
    assert values["superEvent"]["url"] == f"{settings.SITE_URL}/en/series/ltc-cop/"
    for state, status in (("cancelled", "EventCancelled"), ("rescheduled", "EventRescheduled")):
        Session.objects.filter(pk=session.pk).update(state=state)
        values = structured(client.get(session_path(session)).content.decode())
        assert values["eventStatus"] == f"https://schema.org/{status}"


def test_session_without_a_date_has_no_event(client: Client, programme: Programme, series: Series) -> None:
    session = programme.session(series, 2, on_date=None, at="")
    assert structured(client.get(session_path(session)).content.decode()) == {}


def test_series_is_an_event_series_with_its_dated_sessions(
    client: Client, programme: Programme, series: Series
) -> None:
    programme.session(series, 2, on_date=dt.date(2027, 2, 2))
    programme.session(series, 3, on_date=None, at="")
    programme.session(series, 4, on_date=dt.date(2027, 3, 2), state="draft")
    values = structured(client.get("/en/series/ltc-cop/").content.decode())
    assert values.keys() >= REQUIRED_OF_SERIES
    assert (values["startDate"], values["endDate"]) == ("2027-01-19T12:00:00-05:00", "2027-02-02T13:00:00-05:00")
    assert [one["name"] for one in values["subEvent"]] == ["Pain", "ltc-cop 2"]


def test_structured_data_cannot_end_its_element(client: Client, programme: Programme) -> None:
    series = programme.series("hostile", title_en="</script><script>alert(1)</script>", summary_en="<!-- & -->")
    session = programme.session(series, 1)
    page = client.get(session_path(session)).content.decode()
    assert "<script>alert" not in page
    assert structured(page)["description"] == "<!-- & -->"


def test_pages_have_open_graph_values_with_the_picture_of_the_series(client: Client, series: Series) -> None:
    page = client.get("/fr/series/ltc-cop/").content.decode()
    found = dict(re.findall(r'<meta property="og:([a-z:_]+)" content="([^"]*)">', page))
    assert found == {
        "site_name": "Projet ECHO en soins palliatifs",
        "type": "website",
        "title": "Série ltc-cop",
        "description": "Au sujet de ltc-cop.",
        "url": f"{settings.SITE_URL}/fr/series/ltc-cop/",
        "locale": "fr_CA",
        "locale:alternate": "en_CA",
        "image": f"{settings.SITE_URL}/fr/series/ltc-cop/image.png",
        "image:width": "1200",
        "image:height": "630",
        "image:alt": "Série ltc-cop",
    }


@pytest.mark.parametrize("title", ["A", "The Palliative Approach " * 12, "ᐃᓄᒃᑎᑐᑦ " * 6])
def test_picture_of_a_series_has_the_size_that_sites_expect(client: Client, programme: Programme, title: str) -> None:
    programme.series("ltc-cop", title_en=title.strip())
    answer = client.get("/en/series/ltc-cop/picture.png")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
    assert len(answer.content) < 100_000
    assert client.get("/en/series/none/picture.png").status_code == 404


def test_json_lists_public_sessions_to_come_without_joining_links(
    client: Client, programme: Programme, series: Series
) -> None:
    programme.session(series, 2, days=-3)
    programme.session(series, 3, state="draft")
    programme.session(programme.series("hidden", state="draft"), 1)
    answer = client.get("/data/sessions.json")
    assert (answer.headers["Access-Control-Allow-Origin"], answer.cookies) == ("*", {})
    values = json.loads(answer.content)
    assert client.get(values["documentation"].removeprefix(settings.SITE_URL)).status_code == 200
    (one,) = values["sessions"]
    session = series.sessions.get(number=1)
    assert one.pop("series")["title_fr"] == "Série ltc-cop"
    assert one.pop("hub")["url_fr"] == f"{settings.SITE_URL}/fr/carrefours/national/"
    assert one == {
        "id": str(session.public_id),
        "number": 1,
        "state": "published",
        "title_en": "Pain",
        "title_fr": "Pain",
        "date": "2027-01-19",
        "starts_at": "2027-01-19T17:00:00Z",
        "ends_at": "2027-01-19T18:00:00Z",
        "time_zone": "America/Toronto",
        "language": "en",
        "presenters": ["Dr. José Pereira"],
        "free_of_charge": True,
        "for_professions": [],
        "practice_areas": [],
        "url_en": f"{settings.SITE_URL}{session_path(session)}",
        "url_fr": f"{settings.SITE_URL}{session_path(session, 'fr')}",
    }
    assert SECRET not in answer.content.decode()


def test_page_documents_each_field_of_the_json_list(client: Client, series: Series) -> None:
    (row, *_others) = client.get(reverse("sessions_json")).json()["sessions"]
    page = client.get(reverse("public_data")).content.decode()
    documented = [name for line in re.findall(r"<li><code>(.*?)</code>", page) for name in line.split(", ")]
    assert sorted(documented) == sorted(row)


def test_json_can_be_chosen_by_hub_series_and_language(client: Client, programme: Programme, series: Series) -> None:
    joint = programme.series("joint", language="fr")
    joint.partner_hubs.add(programme.bc)
    programme.session(joint, 1)

    def chosen(query: str) -> list[str]:
        found = json.loads(client.get(f"/data/sessions.json?{query}").content)["sessions"]
        return [one["series"]["slug"] for one in found]

    assert chosen("") == ["joint", "ltc-cop"]
    assert chosen("hub=bc") == chosen("language=fr") == chosen("series=joint") == ["joint"]
    assert chosen("hub=none") == chosen("series=%00none") == chosen("language=" + "x" * 9000) == []
    assert [chosen(f"{name}=%00") for name in ("hub", "series", "language")] == [[]] * 3


def test_json_is_unchanged_until_a_session_changes(client: Client, series: Series) -> None:
    etag = client.get("/data/sessions.json").headers["ETag"]
    assert client.get("/data/sessions.json", headers={"If-None-Match": etag}).status_code == 304
    Session.objects.update(title_en="Other")
    assert client.get("/data/sessions.json", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("count", [1, 300])
def test_json_makes_the_same_queries_for_one_and_for_many_sessions(
    client: Client, programme: Programme, series: Series, count: int
) -> None:
    Session.objects.bulk_create(programme.new_session(series, number) for number in range(2, count + 1))
    with CaptureQueriesContext(connection) as found:
        client.get("/data/sessions.json")
    assert len(found) == QUERIES_OF_JSON


@pytest.mark.parametrize(
    ("path", "when"),
    [
        ("/en/feeds/sessions.rss", "Tuesday, January 19, 2027, 12:00\u00a0pm\u00a0ET"),
        ("/fr/flux/seances.rss", "12\u00a0h"),
    ],
)
def test_rss_lists_the_sessions_in_each_language(client: Client, series: Series, path: str, when: str) -> None:
    answer = client.get(path)
    assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    channel = parsed(answer).find("channel")
    assert channel is not None
    language = path[1:3]
    assert channel.findtext("language", "").startswith(language)
    (item,) = channel.findall("item")
    session = series.sessions.get()
    assert item.findtext("link") == f"{settings.SITE_URL}{session_path(session, language)}"
    assert item.findtext("guid") == item.findtext("link")
    assert when in item.findtext("description", "")
    assert {tag.tag for tag in item} >= {"title", "link", "description", "pubDate", "guid"}
    assert str(item.findtext("title")).startswith(("Series ltc-cop: ", "Série ltc-cop\u00a0: "))
    assert SECRET not in answer.content.decode()


def test_sitemap_has_every_public_page_in_both_languages(client: Client, programme: Programme, series: Series) -> None:
    programme.session(series, 2, state="draft")
    programme.series("draft", state="draft")
    Page.objects.create(slug="how-it-works", is_published=True, title_en="How")
    Page.objects.create(slug="hidden", title_en="Hidden")
    Page.objects.create(slug="of-hub", hub=programme.bc, is_published=True, title_en="Hub")
    Newsletter.objects.create(slug="2022-01", is_published=True, title_en="News", published_on=dt.date(2022, 1, 1))
    root = parsed(client.get("/sitemap.xml"))
    found = {}
    for url in root.findall("s:url", NAMESPACES):
        links = url.findall("x:link", NAMESPACES)
        location = url.findtext("s:loc", "", NAMESPACES)
        found[location.removeprefix(settings.SITE_URL)] = {
            link.attrib["hreflang"]: link.attrib["href"] for link in links
        }
    session = series.sessions.get(number=1)
    expected = {
        *("/en/series/ltc-cop/", "/fr/series/ltc-cop/", session_path(session), session_path(session, "fr")),
        *("/en/hubs/bc/", "/fr/carrefours/bc/", "/en/about/how-it-works/", "/fr/a-propos/how-it-works/"),
        *("/en/newsletters/2022-01/", "/fr/infolettres/2022-01/", "/en/", "/fr/"),
        *("/en/propose/kit/", f"/en/propose/kit/{NAMES[0]}/"),
    }
    assert expected <= found.keys()
    assert [path for path in found if "draft" in path or "hidden" in path or "of-hub" in path] == []
    for path, languages in found.items():
        assert client.get(path).status_code == 200, path
        assert languages.keys() == {"en", "fr"}, path
        assert languages[path[1:3]] == f"{settings.SITE_URL}{path}"
    robots = client.get("/robots.txt").content.decode()
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in robots.splitlines()


def test_framed_list_may_be_framed_and_sets_no_cookie_and_has_no_form(client: Client, series: Series) -> None:
    answer = client.get("/en/framed/sessions/", headers={"Accept-Language": "fr"})
    page = answer.content.decode()
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert ("X-Frame-Options" in answer.headers, answer.cookies) == (False, {})
    assert ("<form" in page, "<script" in page, SECRET in page) == (False, False, False)
    assert FUNDING_EN in page
    links = re.findall(r'<a href="([^"]+)" target="([^"]+)"', page)
    assert links == [(session_path(series.sessions.get()), "_top"), ("/en/", "_top")]
    assert page.count("<a ") == len(links)


def test_framed_list_of_a_hub_is_in_its_local_time(client: Client, programme: Programme, series: Series) -> None:
    page = client.get("/en/framed/sessions/?hub=bc").content.decode()
    assert "10:00\u00a0–\u00a011:00\u00a0am Pacific time (BC) · 12:00\u00a0–\u00a01:00\u00a0pm\u00a0ET" in page
    for slug in ("none", "%00", "x" * 9000):
        assert client.get(f"/en/framed/sessions/?hub={slug}").status_code == (200 if slug == "%00" else 404)


def test_other_pages_still_refuse_to_be_framed(client: Client, series: Series) -> None:
    for path in ("/en/", "/en/series/ltc-cop/", "/en/data/"):
        answer = client.get(path)
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_pages_of_series_and_session_say_who_offers_them(client: Client, programme: Programme, series: Series) -> None:
    queens = Organisation.objects.create(slug="queens", name_en="Queen’s", name_fr="Queen’s")
    SeriesOrganisation.objects.create(series=series, organisation=queens, role="co-host")
    SeriesOrganisation.objects.create(series=series, organisation=programme.pallium, role="certifier")
    series.partner_hubs.add(programme.bc)
    expected = ([("National ECHO", "/en/hubs/national/"), ("BC Hub", "/en/hubs/bc/")], ["Queen’s (co-host)"])
    for path, name in (("/en/series/ltc-cop/", "series"), (session_path(series.sessions.get()), "page")):
        offered = client.get(path).context[name].offered_by
        organisations = [f"{row.name} ({row.role})" for row in offered.organisations]
        assert ([(link.text, link.url) for link in offered.hubs], organisations) == expected


def test_names_without_a_translation_are_marked_on_french_pages(
    client: Client, programme: Programme, series: Series
) -> None:
    for slug, french in (("queens", "Queen’s University"), ("college", "Collège")):
        row = Organisation.objects.create(slug=slug, name_en="Queen’s University", name_fr=french)
        SeriesOrganisation.objects.create(series=series, organisation=row, role="co-host")
    page = client.get("/fr/series/ltc-cop/").content.decode()
    assert '<span lang="en">Queen’s University</span>' in page
    assert "<span>Collège</span>" in page
    assert "<span>Queen’s University</span>" in client.get("/en/series/ltc-cop/").content.decode()
    Organisation.objects.filter(pk=programme.pallium.pk).update(name_en="Pallium", name_fr="Pallium")
    for path in ("/fr/carrefours/", "/fr/carrefours/bc/"):
        assert re.search(r'<p class="(kicker|soft)" lang="en">Pallium</p>', client.get(path).content.decode()), path


def test_home_page_links_to_the_rss_feed(client: Client) -> None:
    found = re.search(
        r'<link\s+rel="alternate"\s+type="application/rss\+xml"[^>]*href="([^"]+)"', client.get("/en/").content.decode()
    )
    assert found is not None
    assert found[1] == reverse("sessions_rss")
