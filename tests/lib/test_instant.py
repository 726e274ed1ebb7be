"""A datetime is displayed in the person's time zone, then in Eastern time, each with the name of its zone."""

import datetime as dt

import pytest

from echo_portal.lib.dates import instant

NIGHT = dt.datetime(2026, 11, 22, 4, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("zone", "language", "words"),
    [
        (None, "en", "Sat, Nov 21, 11:30\u00a0pm\u00a0ET"),
        ("America/Toronto", "en", "Sat, Nov 21, 11:30\u00a0pm\u00a0ET"),
        ("America/St_Johns", "en", "Sun, Nov 22, 1:00\u00a0am Newfoundland time · Sat, Nov 21, 11:30\u00a0pm\u00a0ET"),
        (None, "fr", "sam. 21 nov., 23\u00a0h\u00a030\u00a0(HE)"),
        (
            "America/St_Johns",
            "fr",
            "dim. 22 nov., 1\u00a0h, heure de Terre-Neuve · sam. 21 nov., 23\u00a0h\u00a030\u00a0(HE)",
        ),
    ],
)
def test_datetime_is_formatted_with_its_time_zone(zone: str | None, language: str, words: str) -> None:
    assert instant(NIGHT, zone, language) == words
