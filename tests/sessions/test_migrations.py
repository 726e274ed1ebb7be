"""Migrations make stored rows valid, and do not change valid values."""

from __future__ import annotations

from typing import Any

import pytest

from sessions.models import Material, Series, Session
from tests.builders import Programme
from tests.migrations import migrate_to

pytestmark = pytest.mark.django_db
APP = "echo_sessions"


def stored(rows: Any, values: dict[int, dict[str, Any]]) -> None:
    for pk, fields in values.items():
        rows.filter(pk=pk).update(**fields)


def test_values_that_are_impossible_since_0005_and_0006_are_corrected_or_removed(programme: Programme) -> None:
    """Both migrations are in one test, because reversing all later ones takes seconds."""
    series, sessions = programme.open_series("old", sessions=5)
    one, two, three, four, five = (row.pk for row in sessions)
    rows = rows_with_addresses(programme)
    old = migrate_to(APP, "0004_promote_until_limit")
    names = [f"Dr. {number}" for number in range(60)]
    stored(
        old.get_model(APP, "Session").objects,
        {
            one: {"join_url": "http://zoom.us/j/1", "join_telephone": "5" * 30, "presenters": names},
            two: {"join_url": "ftp://zoom.us/j/1", "join_telephone": "+1 438 809 7799,,123#"},
            three: {"join_url": "https://user:secret@zoom.us/j/1", "presenters": names[:50]},
            four: {"join_url": "https://zoom.us/j/1?pwd=a@b"},
            five: {"join_url": f"http://zoom.us/{'j' * 985}"},
        },
    )
    old.get_model(APP, "Series").objects.filter(pk=series.pk).update(summary_en="a" * 2001, summary_fr="Court")
    between = migrate_to(APP, "0005_possible_values")
    found = Session.objects.filter(series=series).order_by("pk").values_list("join_url", "join_telephone", "presenters")
    assert list(found) == [
        ("https://zoom.us/j/1", "", names[:50]),
        ("", "+1 438 809 7799,,123#", []),
        ("", "", names[:50]),
        ("https://zoom.us/j/1?pwd=a@b", "", []),
        ("", "", []),
    ]
    summaries = Series.objects.filter(pk=series.pk).values_list("summary_en", "summary_fr")
    assert summaries.get() == ("a" * 2000, "Court")
    check_addresses(between, *rows)


ADDRESSES = {
    "": "",
    "https://echo.example.org/a?b=c@d": "https://echo.example.org/a?b=c@d",
    "http://echo.example.org/a": "https://echo.example.org/a",
    "HTTPS://echo.example.org/A": "https://echo.example.org/A",
    "https://me:secret@echo.example.org/": "",
    "https://localhost/a": "",
    "http://127.0.0.1:8000/": "",
    "https://[::1]/": "",
    "ftp://echo.example.org/a": "",
    f"http://echo.example.org/{'a' * 176}": "",  # 200 characters: one more does not fit
}


def rows_with_addresses(programme: Programme) -> tuple[list[Series], list[Session], list[Material]]:
    """Save a series, a session and a material for each of the addresses, which they do not have yet."""
    series = [programme.new_series(f"old-{n}", hub=programme.national) for n in range(len(ADDRESSES))]
    Series.objects.bulk_create(series)
    sessions = [programme.new_session(one, 1) for one in series]
    Session.objects.bulk_create(sessions)
    materials = [Material(session=one, kind="slides", language="en") for one in sessions]
    Material.objects.bulk_create(materials)
    return series, sessions, materials


def check_addresses(old: Any, series: list[Series], sessions: list[Session], materials: list[Material]) -> None:
    """Store the addresses in the rows, apply 0006, and assert that it corrects or removes those that are not public."""
    expected = list(ADDRESSES.values())
    long_enough = [*expected[:-1], f"https://echo.example.org/{'a' * 176}"]
    fields: tuple[tuple[Any, list[Any], str, list[str]], ...] = (
        (Series, series, "video_url", expected),
        (Session, sessions, "read_before_url", expected),
        (Material, materials, "url", long_enough),
    )
    for model, rows, field, _addresses in fields:
        addresses = {row.pk: {field: address} for row, address in zip(rows, ADDRESSES, strict=True)}
        stored(old.get_model(APP, model.__name__).objects, addresses)
    migrate_to(APP, "0006_public_addresses")
    for model, rows, field, addresses_then in fields:
        found = model.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk").values_list(field, flat=True)
        assert list(found) == addresses_then, field
