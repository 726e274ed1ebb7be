"""Joining links are pasted for several sessions. Empty lines between them change no session silently."""

import re

import pytest
from django.test import Client

from registrations.models import SessionChange
from sessions.models import Series, Session
from tests.admin.desk_table import fields_of_table, posted, save, table_of
from tests.admin.pages import says
from tests.admin.two_hubs import HubRows
from tests.builders import Programme
from tests.tables import checksums

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression", "luc_registered")]
LINKS = [f"https://zoom.us/j/{number}" for number in range(1, 7)]


@pytest.fixture
def series(own: HubRows, programme: Programme) -> Series:
    """Return a series with twelve sessions to come, without joining links."""
    series = programme.series("twelve", hub=own.hub)
    for number in range(1, 13):
        programme.session(series, number, days=7 * number, join_url="")
    return series


def links_of(series: Series) -> list[str]:
    return list(series.sessions.order_by("number").values_list("join_url", flat=True))


@pytest.mark.parametrize("gaps", ["\r\n \r\n", "\n\n\n"])
def test_links_with_empty_lines_between_them_are_saved_after_a_look(
    coordinator_client: Client, series: Series, gaps: str
) -> None:
    before = checksums()
    shown = coordinator_client.post(table_of(series), posted(coordinator_client, series, links=gaps.join(LINKS)))
    assert checksums() == before
    assert "Nothing is saved yet. Is this what you meant?" in says(shown)
    for number, link in enumerate(LINKS, start=1):
        assert f"Session {number} → {link}" in says(shown)
    coordinator_client.post(table_of(series), fields_of_table(shown.context))
    assert links_of(series) == [*LINKS, *[""] * 6]


def test_empty_first_lines_are_asked_about_too(coordinator_client: Client, series: Series) -> None:
    shown = coordinator_client.post(table_of(series), posted(coordinator_client, series, links=f"\n\n{LINKS[0]}"))
    assert f"Session 1 → {LINKS[0]}" in says(shown)
    assert links_of(series) == [""] * 12


def test_a_link_for_each_session_is_saved_at_once_with_empty_lines(coordinator_client: Client, series: Series) -> None:
    Session.objects.filter(series=series, number__gt=6).update(state=Session.State.CANCELLED)
    save(coordinator_client, series, links="\n\n".join(LINKS))
    assert links_of(series) == [*LINKS, *[""] * 6]
    assert not SessionChange.objects.filter(session__series=series).exists()


@pytest.mark.parametrize("seventh", ["Session 7: ", "Séance 7\u00a0: ", "7) ", "7. ", "#7 ", "SEANCE no 7 – ", "7\t"])
def test_number_in_front_of_a_link_names_its_session(coordinator_client: Client, series: Series, seventh: str) -> None:
    save(coordinator_client, series, links=f"{seventh}{LINKS[0]}\n\n3: {LINKS[1]}")
    assert links_of(series) == ["", "", LINKS[1], "", "", "", LINKS[0], *[""] * 5]


@pytest.mark.parametrize(
    ("pasted", "sentence"),
    [
        (f"7: {LINKS[0]}\n{LINKS[1]}", "Write the number of the session in front of each link, or of none."),
        (f"13: {LINKS[0]}", "Session 13 is not a session to come."),
        (f"7: {LINKS[0]}\nSession 7: {LINKS[1]}", "There are two links for session 7."),
    ],
)
def test_unclear_numbers_save_nothing(coordinator_client: Client, series: Series, pasted: str, sentence: str) -> None:
    before = checksums()
    shown = coordinator_client.post(table_of(series), posted(coordinator_client, series, links=pasted))
    assert (sentence in says(shown), pasted.splitlines()[0] in says(shown)) == (True, True)
    assert checksums() == before


def test_sessions_that_keep_no_link_are_named(coordinator_client: Client, series: Series) -> None:
    page = says(save(coordinator_client, series, links="\n".join([*LINKS, LINKS[0] + "0", LINKS[1] + "0"])))
    assert "8 sessions are saved." in page
    assert "Sessions 9, 10, 11, 12 have no joining link." in page
    pasted = "\n".join(f"{number}: https://zoom.us/j/{number}" for number in range(9, 12))
    assert "Session 12 has no joining link." in says(save(coordinator_client, series, links=pasted))


def test_link_that_two_sessions_have_while_others_differ_is_named(coordinator_client: Client, series: Series) -> None:
    page = says(save(coordinator_client, series, links="\n".join([*LINKS, LINKS[2]])))
    assert "Sessions 3, 7 have the same joining link, though links differ in this series." in page
    assert links_of(series)[2] == links_of(series)[6] == LINKS[2]
    page = says(save(coordinator_client, series, same_link=LINKS[0]))
    assert "the same joining link" not in page


def test_link_of_another_session_at_an_overlapping_time_is_named(
    coordinator_client: Client, own: HubRows, series: Series, programme: Programme
) -> None:
    other = programme.series("beside", hub=own.hub)
    programme.session(other, 1, days=14, at="12:30", join_url=LINKS[1])
    programme.session(other, 2, days=21, at="13:00", join_url=LINKS[2])
    programme.session(other, 3, days=28, at="12:00", join_url=LINKS[3], state=Session.State.CANCELLED)
    programme.session(programme.series("elsewhere", hub=programme.bc), 1, days=35, join_url=LINKS[4])
    page = says(save(coordinator_client, series, links="\n".join(LINKS)))
    assert re.findall(r"(\w+). beside \d has the joining link of session (\d)", page) == [("1", "2")]
    assert "Series beside, 1. beside 1 has the joining link of session 2 at an overlapping time." in page
    assert links_of(series)[:6] == LINKS


def test_help_says_what_empty_lines_and_numbers_do(coordinator_client: Client, series: Series) -> None:
    page = says(coordinator_client.get(table_of(series), {"links": "1"}))
    assert "The first link is for session 1, and so on to session 12. Empty lines do not count." in page
    assert "“Session 12: https://…”" in page
