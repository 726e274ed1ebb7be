"""The person's local time is marked everywhere, and lists display facts that all rows share only once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from echo_portal.lib.dates import moment
from sessions.models import Series
from tests.builders import Programme
from tests.pages.addresses import addresses, fill
from tests.pages.html_reader import TextReader
from tests.people import People

pytestmark = pytest.mark.django_db

MARKS = {"times__own", "is-own"}


class MarkReader(TextReader):
    """A parser that collects texts with this time outside elements that mark a local time, and counts those inside."""

    outermost = False

    def __init__(self, time: str) -> None:
        super().__init__()
        self.time, self.marked = time, 0

    def value_of(self, attributes: dict[str, str | None], around: Any) -> bool:
        return bool(around or MARKS & set((attributes.get("class") or "").split()))

    def is_found(self, text: str, tag: str, value: Any) -> bool:
        self.marked += self.time in text and value
        return self.time in text and not value


@pytest.mark.parametrize("zone", ["America/Vancouver", "America/Toronto"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_local_time_is_marked_everywhere(
    client: Client, programme: Programme, people: People, zone: str, language: str
) -> None:
    content = fill(programme, people.ama)
    starts_at, ends_at = content.sessions[0].starts_at, content.sessions[0].ends_at
    assert starts_at is not None
    assert ends_at is not None
    own = moment(starts_at, ends_at, zone, language).own_range
    client.cookies["zone"] = zone
    here = addresses(content, people.ama, language)
    marked, unmarked = {}, {}
    for name, url in {**here.public, **here.own}.items():
        reader = MarkReader(own)
        reader.feed(client.get(url).content.decode())
        marked[name] = reader.marked
        if reader.found:
            unmarked[name] = reader.found
    assert unmarked == {}
    own_times = ("home", "series", "session", "register", "done", "my sessions", "leave", "swap", "join")
    assert all(marked[name] for name in own_times), marked


def agenda(client: Client, query: str = "") -> list[str]:
    page = client.get(f"{reverse('catalogue')}{query}").content.decode()
    return re.findall(r"<article class=\"session.*?</article>", page, re.DOTALL)


def test_first_row_of_a_series_has_its_summary_and_each_row_its_topics(client: Client, programme: Programme) -> None:
    programme.open_series("one", sessions=3, practice_areas=["HEART", "PALL"])
    programme.open_series("two", sessions=2)
    rows = agenda(client)
    assert len(rows) == 5
    summaries = [sorted(re.findall(r"About (one|two)\.", row)) for row in rows]
    assert sorted(summaries) == [[], [], [], ["one"], ["two"]]
    topics = [re.findall(r'<li class="tag">([^<]+)</li>', row) for row in rows]
    labels = [str(label) for label in topics_of(Series.objects.get(slug="one"))]
    assert sorted(topics) == [[], [], labels, labels, labels]


def topics_of(series: Series) -> list[str]:
    field = Series._meta.get_field("practice_areas").base_field
    words = dict(field.choices or [])
    return [str(words[code]) for code in series.practice_areas]


def test_session_list_of_the_form_displays_the_zone_once(client: Client, programme: Programme) -> None:
    programme.open_series("psw-cop", sessions=4)
    client.cookies["zone"] = "America/Vancouver"
    page = client.get(reverse("register", kwargs={"slug": "psw-cop"})).content.decode()
    rows = re.findall(r'<span class="pick__when">(.*?)</label>', page, re.DOTALL)
    assert len(rows) == 4
    assert [row for row in rows if "Pacific" in row or "ET" in row] == []
    assert page.count("All times are in Pacific time (BC).") == 1
