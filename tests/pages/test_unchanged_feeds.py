"""Calendar feeds and files of unchanged rows have the same bytes, and a client that has them gets 304."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.links import FEED, token_for
from registrations import actions
from sessions.actions import save_session
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def feeds(programme: Programme, people: People) -> list[str]:
    series, sessions = programme.open_series(sessions=2)
    enroll(people.ama, series, *sessions)
    return [
        reverse("feed", kwargs={"token": token_for(people.ama, FEED)}),
        reverse("series_feed", kwargs={"slug": series.slug}),
        reverse("hub_feed", kwargs={"slug": "national"}),
        reverse("language_feed", kwargs={"code": "en"}),
        reverse("profession_feed", kwargs={"code": "RN"}),
    ]


def test_feeds_of_unchanged_rows_have_the_same_bytes(client: Client, feeds: list[str], programme: Programme) -> None:
    files = [reverse("series_calendar", kwargs={"slug": "psw-cop"})]
    first = [client.get(url).content for url in feeds + files]
    with time_machine.travel(timezone.now() + dt.timedelta(hours=5)):
        assert [client.get(url).content for url in feeds + files] == first


@pytest.mark.parametrize(("given", "sent"), [("ETag", "if-none-match"), ("Last-Modified", "if-modified-since")])
def test_unchanged_feed_returns_304(client: Client, feeds: list[str], given: str, sent: str) -> None:
    for url in feeds:
        first = client.get(url)
        again = client.get(url, headers={sent: first[given]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_changed_row_changes_every_feed(client: Client, feeds: list[str], people: People) -> None:
    before = [client.get(url) for url in feeds]
    session = Session.objects.get(number=1)
    session.title_en = "Dyspnea"
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=1)):
        save_session(session=session, by=people.staff)
        for url, old in zip(feeds, before, strict=True):
            for sent, given in (("if-none-match", "ETag"), ("if-modified-since", "Last-Modified")):
                again = client.get(url, headers={sent: old[given]})
                assert (again.status_code, b"Dyspnea" in again.content) == (200, True)


def test_giving_a_place_back_changes_the_private_feed(client: Client, feeds: list[str], people: People) -> None:
    before = client.get(feeds[0])
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=1)):
        actions.leave_session(registration=people.ama.registrations.get(session__number=1), by=people.ama)
        again = client.get(feeds[0], headers={"if-modified-since": before["Last-Modified"]})
    assert again.status_code == 200
    assert b"STATUS:CANCELLED" in again.content


def test_private_feed_is_not_stored_by_shared_caches(client: Client, feeds: list[str]) -> None:
    assert client.get(feeds[0])["Cache-Control"] == "private, no-cache"
