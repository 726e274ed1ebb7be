"""Cached calendar events have the same bytes as those that the library writes, for all names, titles and links."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar.parser.string import _foldline

from sessions import cached_events
from sessions.calendar_events import Attendee, Entry, as_event
from tests.calendar.plain_event import AT, PLAIN

NAMES = ("Ama Okpik", "Élodie Tremblay-Roy", "O'Neil, J.", "ᐃᓄᒃᑎᑐᑦ", 'A "B" C', "d’Août", "x" * 300, "a:b;c^n\\", "-")


def by_the_library(entry: Entry) -> bytes:
    return bytes(as_event(entry).to_ical())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("title", ["Pain", "Côté; \\ “b”, " * 9, "^^^^\\\\\\\\" * 20])
@pytest.mark.parametrize("changes", [{}, {"cancelled": True}, {"attendee": None}, {"join_url": "", "attendee": None}])
def test_cached_event_equals_the_event_of_the_library(name: str, title: str, changes: dict[str, object]) -> None:
    entry = dataclasses.replace(PLAIN, title=title, attendee=Attendee("ama@example.org", name))
    entry = dataclasses.replace(entry, **changes)  # type: ignore[arg-type]
    for _kept in range(2):
        assert cached_events.as_bytes(entry) == by_the_library(entry)


def test_cached_event_of_one_person_is_not_used_for_another() -> None:
    """The session's part of the event is cached; person, time and revision are inserted for each event."""
    cached_events._template_lines.cache_clear()
    for number in range(20):
        url = f"https://echo.example.org/en/join/{number}.x/"
        entry = dataclasses.replace(
            PLAIN,
            attendee=Attendee(f"p{number}@example.org", f"Person {number}"),
            sequence=number,
            written_at=AT + dt.timedelta(seconds=number),
            last_modified_at=AT - dt.timedelta(seconds=number),
            join_url=url,
            description=f"Series\nJoin: {url}\nThe room",
        )
        assert cached_events.as_bytes(entry) == by_the_library(entry)
    assert cached_events._template_lines.cache_info().misses == 1
    moved = dataclasses.replace(PLAIN, starts_at=AT - dt.timedelta(hours=1))
    assert cached_events.as_bytes(moved) == by_the_library(moved)


@pytest.mark.parametrize(
    "text", ["https://stand-in.invalid/JOIN-LINK", "STANDINNAME", "STANDIN NAME", "stand-in-6c1d@stand-in.invalid"]
)
def test_no_text_of_a_coordinator_is_replaced_by_a_personal_value(text: str) -> None:
    entry = dataclasses.replace(PLAIN, title=f"See https://elsewhere.example/c?u={text}", description=f"{text} in it")
    assert cached_events.as_bytes(entry) == by_the_library(entry)
    placeholders = (cached_events.JOIN, cached_events.NAME, cached_events.NAME_IN_QUOTES, cached_events.ADDRESS)
    assert all(cached_events.SECRET in placeholder for placeholder in placeholders)
    assert len(bytes.fromhex(cached_events.SECRET)) == 16


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@settings(max_examples=100, deadline=None)
@given(name=texts, title=texts, description=texts, path=st.text(max_size=80), sequence=st.integers(0, 10**6))
def test_cached_event_equals_the_librarys_or_both_are_refused(
    name: str, title: str, description: str, path: str, sequence: int
) -> None:
    entry = dataclasses.replace(
        PLAIN,
        title=title,
        description=f"{description}{path}",
        join_url=f"https://echo.example.org/{path}",
        attendee=Attendee("ama@example.org", name),
        sequence=sequence,
    )
    try:
        expected = by_the_library(entry)
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 (the message is icalendar's)
            cached_events.as_bytes(entry)
    else:
        assert cached_events.as_bytes(entry) == expected


@settings(max_examples=100, deadline=None)
@given(line=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=400))
def test_lines_are_folded_like_those_of_the_library(line: str) -> None:
    assert cached_events.fold_line(line) == _foldline(line).encode() + b"\r\n"
