"""The format of dates and times in both languages (DOMAIN.md 5.1, TZ-3, TZ-5, TZ-6)."""

# ruff: noqa: DTZ001 (wall times are naive)

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echo_portal.lib import dates
from echo_portal.lib.dates import (
    date_long,
    date_short,
    local_time_changed,
    moment,
    ribbon,
    time_of_day,
    time_range,
)
from echo_portal.lib.zones import EASTERN, ZONES, force_packaged_zone_data, utc_of

force_packaged_zone_data()

_ = "\u00a0"

languages = st.sampled_from(["en", "en-ca", "fr", "fr-ca"])
own_zones = st.sampled_from([zone.name for zone in ZONES])
starts = st.datetimes(min_value=datetime(2021, 1, 1), max_value=datetime(2036, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
lengths = st.integers(min_value=15, max_value=600).map(lambda minutes: timedelta(minutes=minutes))
COMPUTED_LETTERS = re.compile(r"\b([NAECMPY][SD]T|HN[TAECRPY]|HA[TAECRPY])\b")


def noon_eastern(year: int, month: int, day: int) -> tuple[datetime, datetime]:
    start = utc_of(datetime(year, month, day, 12), EASTERN)
    return start, start + timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "english", "french"),
    [
        (date(2026, 12, 10), "Thursday, December 10, 2026", "jeudi 10 décembre 2026"),
        (date(2026, 12, 1), "Tuesday, December 1, 2026", "mardi 1er décembre 2026"),
        (date(2027, 2, 28), "Sunday, February 28, 2027", "dimanche 28 février 2027"),
        (date(2027, 8, 21), "Saturday, August 21, 2027", "samedi 21 août 2027"),
    ],
)
def test_long_date_has_the_format_of_its_language(day: date, english: str, french: str) -> None:
    assert date_long(day, "en") == english
    assert date_long(day, "fr") == french


def test_long_date_can_omit_the_year() -> None:
    assert date_long(date(2026, 12, 10), "en", year=False) == "Thursday, December 10"
    assert date_long(date(2026, 12, 10), "fr", year=False) == "jeudi 10 décembre"


@pytest.mark.parametrize(
    ("day", "english", "french"),
    [
        (date(2026, 12, 10), "Thu, Dec 10", "jeu. 10 déc."),
        (date(2026, 12, 1), "Tue, Dec 1", "mar. 1er déc."),
        (date(2027, 5, 5), "Wed, May 5", "mer. 5 mai"),
        (date(2027, 7, 17), "Sat, Jul 17", "sam. 17 juill."),
    ],
)
def test_short_date_has_the_format_of_its_language(day: date, english: str, french: str) -> None:
    assert date_short(day, "en") == english
    assert date_short(day, "fr") == french


def test_plain_date_and_month_have_no_weekday() -> None:
    assert dates.date_plain(date(2026, 12, 1), "en") == "December 1, 2026"
    assert dates.date_plain(date(2026, 12, 1), "fr") == "1er décembre 2026"
    assert dates.month_and_year(date(2026, 12, 1), "en") == "December 2026"
    assert dates.month_and_year(date(2026, 12, 1), "fr") == "décembre 2026"


def test_date_block_has_three_lines_and_the_full_date() -> None:
    assert dates.date_block(date(2027, 1, 1), "fr") == dates.DateBlock(
        "ven.", "1er", "janv.", "vendredi 1er janvier 2027"
    )
    assert dates.date_block(date(2027, 1, 20), "en") == dates.DateBlock(
        "Wed", "20", "Jan", "Wednesday, January 20, 2027"
    )


@pytest.mark.parametrize(
    ("at", "english", "french"),
    [
        (time(12), f"12:00{_}pm", f"12{_}h"),
        (time(9, 30), f"9:30{_}am", f"9{_}h{_}30"),
        (time(0), f"12:00{_}am", f"0{_}h"),
        (time(0, 5), f"12:05{_}am", f"0{_}h{_}05"),
        (time(13, 30), f"1:30{_}pm", f"13{_}h{_}30"),
        (time(23, 59), f"11:59{_}pm", f"23{_}h{_}59"),
    ],
)
def test_time_of_day_has_the_format_of_its_language(at: time, english: str, french: str) -> None:
    assert time_of_day(at, "en") == english
    assert time_of_day(at, "fr") == french


@pytest.mark.parametrize(
    ("start", "end", "english", "french"),
    [
        (time(12), time(13), f"12:00{_}–{_}1:00{_}pm", f"12{_}h{_}à{_}13{_}h"),
        (time(11, 30), time(12, 30), f"11:30{_}am{_}–{_}12:30{_}pm", f"11{_}h{_}30{_}à{_}12{_}h{_}30"),
        (time(9), time(10), f"9:00{_}–{_}10:00{_}am", f"9{_}h{_}à{_}10{_}h"),
        (time(13, 30), time(14, 30), f"1:30{_}–{_}2:30{_}pm", f"13{_}h{_}30{_}à{_}14{_}h{_}30"),
    ],
)
def test_time_range_has_the_format_of_its_language(start: time, end: time, english: str, french: str) -> None:
    assert time_range(start, end, "en") == english
    assert time_range(start, end, "fr") == french


# DOMAIN 5.1: noon to 1 pm Eastern time, on the four dates of the table.
NOON_EASTERN = [
    ("America/St_Johns", (13.5, 13.5, 13.5, 13.5)),
    ("America/Halifax", (13, 13, 13, 13)),
    ("America/Moncton", (13, 13, 13, 13)),
    ("America/Goose_Bay", (13, 13, 13, 13)),
    ("America/Blanc-Sablon", (13, 12, 13, 12)),
    ("America/Iqaluit", (12, 12, 12, 12)),
    ("America/Atikokan", (12, 11, 12, 11)),
    ("America/Coral_Harbour", (12, 11, 12, 11)),
    ("America/Winnipeg", (11, 11, 12, 11)),
    ("America/Rankin_Inlet", (11, 11, 11, 11)),
    ("America/Regina", (11, 10, 11, 10)),
    ("America/Edmonton", (10, 10, 11, 10)),
    ("America/Inuvik", (10, 10, 11, 10)),
    ("America/Cambridge_Bay", (10, 10, 10, 10)),
    ("America/Vancouver", (9, 9, 10, 9)),
    ("America/Whitehorse", (10, 9, 10, 9)),
    ("America/Dawson_Creek", (10, 9, 10, 9)),
    ("America/Creston", (10, 9, 10, 9)),
]


@pytest.mark.parametrize(("zone", "hours"), NOON_EASTERN)
def test_noon_eastern_time_is_the_published_local_time_in_each_zone(zone: str, hours: tuple[float, ...]) -> None:
    for (year, month), hour in zip([(2025, 12), (2026, 7), (2026, 12), (2027, 7)], hours, strict=True):
        shown = moment(*noon_eastern(year, month, 10), zone, "fr")
        start = time(int(hour), 30 if hour % 1 else 0)
        end = time(int(hour) + 1, start.minute)
        assert shown.own_range == time_range(start, end, "fr")
        assert shown.eastern_range == f"12{_}h{_}à{_}13{_}h"


@pytest.mark.parametrize(
    ("zone", "day", "english", "french"),
    [
        # The five examples of TZ-3 and TZ-6.
        (None, (2026, 12, 10), f"12:00{_}–{_}1:00{_}pm{_}ET", f"12{_}h{_}à{_}13{_}h{_}(HE)"),
        ("America/Toronto", (2026, 12, 10), f"12:00{_}–{_}1:00{_}pm{_}ET", f"12{_}h{_}à{_}13{_}h{_}(HE)"),
        ("America/Iqaluit", (2026, 12, 10), f"12:00{_}–{_}1:00{_}pm{_}ET", f"12{_}h{_}à{_}13{_}h{_}(HE)"),
        (
            "America/Vancouver",
            (2026, 10, 22),
            f"9:00{_}–{_}10:00{_}am Pacific time (BC) · 12:00{_}–{_}1:00{_}pm{_}ET",
            f"9{_}h{_}à{_}10{_}h, heure du Pacifique (C.-B.) · 12{_}h{_}à{_}13{_}h{_}(HE)",
        ),
        (
            "America/St_Johns",
            (2026, 12, 10),
            f"1:30{_}–{_}2:30{_}pm Newfoundland time · 12:00{_}–{_}1:00{_}pm{_}ET",
            f"13{_}h{_}30{_}à{_}14{_}h{_}30, heure de Terre-Neuve · 12{_}h{_}à{_}13{_}h{_}(HE)",
        ),
        # Before and after 2026-11-01, for zones whose clocks no longer go back.
        (
            "America/Vancouver",
            (2026, 12, 10),
            f"10:00{_}–{_}11:00{_}am Pacific time (BC) · 12:00{_}–{_}1:00{_}pm{_}ET",
            f"10{_}h{_}à{_}11{_}h, heure du Pacifique (C.-B.) · 12{_}h{_}à{_}13{_}h{_}(HE)",
        ),
        (
            "America/Edmonton",
            (2026, 10, 22),
            f"10:00{_}–{_}11:00{_}am Alberta time · 12:00{_}–{_}1:00{_}pm{_}ET",
            f"10{_}h{_}à{_}11{_}h, heure de l’Alberta · 12{_}h{_}à{_}13{_}h{_}(HE)",
        ),
        (
            "America/Edmonton",
            (2026, 12, 10),
            f"11:00{_}am{_}–{_}12:00{_}pm Alberta time · 12:00{_}–{_}1:00{_}pm{_}ET",
            f"11{_}h{_}à{_}12{_}h, heure de l’Alberta · 12{_}h{_}à{_}13{_}h{_}(HE)",
        ),
        (
            "America/Winnipeg",
            (2026, 10, 22),
            f"11:00{_}am{_}–{_}12:00{_}pm Manitoba time · 12:00{_}–{_}1:00{_}pm{_}ET",
            f"11{_}h{_}à{_}12{_}h, heure du Manitoba · 12{_}h{_}à{_}13{_}h{_}(HE)",
        ),
        # Manitoba's time is displayed even when it equals Eastern time, because in summer it differs.
        (
            "America/Winnipeg",
            (2026, 12, 10),
            f"12:00{_}–{_}1:00{_}pm Manitoba time · 12:00{_}–{_}1:00{_}pm{_}ET",
            f"12{_}h{_}à{_}13{_}h, heure du Manitoba · 12{_}h{_}à{_}13{_}h{_}(HE)",
        ),
        (
            "America/Regina",
            (2026, 12, 10),
            f"11:00{_}am{_}–{_}12:00{_}pm Saskatchewan time · 12:00{_}–{_}1:00{_}pm{_}ET",
            f"11{_}h{_}à{_}12{_}h, heure de la Saskatchewan · 12{_}h{_}à{_}13{_}h{_}(HE)",
        ),
    ],
)
def test_moment_has_the_exact_one_line_text_of_the_table(
    zone: str | None, day: tuple[int, int, int], english: str, french: str
) -> None:
    assert moment(*noon_eastern(*day), zone, "en").text == english
    assert moment(*noon_eastern(*day), zone, "fr").text == french


def test_moment_displays_only_eastern_time_if_the_zone_is_unknown() -> None:
    shown = moment(*noon_eastern(2026, 12, 10), None, "en")
    assert (shown.own_zone, shown.own_zone_label, shown.own_text) == ("", "", "")
    assert not shown.own_is_eastern
    assert shown.own_date == shown.eastern_date == date(2026, 12, 10)


def test_moment_displays_only_eastern_time_for_an_alias_of_the_eastern_zone() -> None:
    assert moment(*noon_eastern(2026, 12, 10), "America/Montreal", "en").text == f"12:00{_}–{_}1:00{_}pm{_}ET"


def test_moment_displays_both_dates_if_the_local_date_differs() -> None:
    start = utc_of(datetime(2026, 12, 10, 22, 45), EASTERN)
    shown = moment(start, start + timedelta(minutes=45), "America/St_Johns", "en")
    assert shown.dates_differ
    assert not shown.crosses_midnight
    assert shown.own_date == date(2026, 12, 11)
    assert shown.text == (
        f"Fri, Dec 11, 12:15{_}–{_}1:00{_}am Newfoundland time · Thu, Dec 10, 10:45{_}–{_}11:30{_}pm{_}ET"
    )
    assert moment(start, start + timedelta(minutes=45), "America/St_Johns", "fr").text == (
        f"ven. 11 déc., 0{_}h{_}15{_}à{_}1{_}h, heure de Terre-Neuve"
        f" · jeu. 10 déc., 22{_}h{_}45{_}à{_}23{_}h{_}30{_}(HE)"
    )


def test_moment_displays_both_dates_if_the_session_crosses_midnight() -> None:
    start = utc_of(datetime(2026, 12, 31, 22), EASTERN)
    shown = moment(start, start + timedelta(hours=1), "America/St_Johns", "en")
    assert shown.crosses_midnight
    assert shown.own_end_date == date(2027, 1, 1)
    assert shown.text == (
        f"Thu, Dec 31, 11:30{_}pm – Fri, Jan 1, 12:30{_}am Newfoundland time · Thu, Dec 31, 10:00{_}–{_}11:00{_}pm{_}ET"
    )
    assert moment(start, start + timedelta(hours=1), "America/St_Johns", "fr").text == (
        f"jeu. 31 déc., 23{_}h{_}30 à ven. 1er janv., 0{_}h{_}30, heure de Terre-Neuve"
        f" · jeu. 31 déc., 22{_}h{_}à{_}23{_}h{_}(HE)"
    )


def test_moment_has_the_start_in_iso_format() -> None:
    assert moment(*noon_eastern(2026, 12, 10), "America/Regina", "fr").iso == "2026-12-10T12:00-05:00"


def test_naive_datetime_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        moment(datetime(2026, 12, 1, 12), datetime(2026, 12, 1, 13), None, "en")


@given(starts, lengths, own_zones, languages)
def test_time_zone_abbreviations_such_as_est_never_appear(
    start: datetime, length: timedelta, zone: str, language: str
) -> None:
    shown = moment(start, start + length, zone, language)
    assert not COMPUTED_LETTERS.search(shown.text)
    assert shown.text.count(" · ") == (0 if shown.own_is_eastern else 1)


@given(starts, lengths, own_zones)
def test_displayed_time_converts_back_to_the_same_moment(start: datetime, length: timedelta, zone: str) -> None:
    shown = moment(start, start + length, zone, "fr")
    hour, minute = re.match(rf"(\d+){_}h(?:{_}(\d\d))?", shown.own_range).groups("0")  # type: ignore[union-attr]
    wall = datetime.combine(shown.own_date, time(int(hour), int(minute)))
    there = ZoneInfo(zone)
    assert start in {wall.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1)}
    assert datetime.fromisoformat(shown.iso) == start


@given(st.times())
def test_english_and_french_texts_have_the_same_time(at: time) -> None:
    clock, suffix = time_of_day(at, "en").split()
    hour, minute = (int(part) for part in clock.split(":"))
    assert (hour % 12 + (12 if suffix == "pm" else 0), minute) == (at.hour, at.minute)
    numbers = [int(number) for number in re.findall(r"\d+", time_of_day(at, "fr"))]
    assert numbers == ([at.hour, at.minute] if at.minute else [at.hour])


@given(starts, lengths, own_zones, languages)
def test_dates_are_displayed_beside_times_only_if_they_differ(
    start: datetime, length: timedelta, zone: str, language: str
) -> None:
    shown = moment(start, start + length, zone, language)
    if shown.dates_differ or shown.crosses_midnight:
        assert date_short(shown.eastern_date, language) in shown.text
        assert shown.own_is_eastern or date_short(shown.own_date, language) in shown.text
    elif shown.eastern_date == (start + length).astimezone(ZoneInfo(EASTERN)).date():
        assert date_short(shown.own_date, language) not in shown.text


def test_ribbon_displays_six_places_and_marks_the_persons_own() -> None:
    start, _end = noon_eastern(2026, 12, 10)
    cells = ribbon(start, "America/Vancouver", "en")
    assert [(cell.place, cell.clock, cell.suffix) for cell in cells] == [
        ("Vancouver", "10:00", "am"),
        ("Calgary", "11:00", "am"),
        ("Winnipeg", "12:00", "pm"),
        ("Toronto", "12:00", "pm"),
        ("Halifax", "1:00", "pm"),
        ("St. John’s", "1:30", "pm"),
    ]
    assert [cell.is_own for cell in cells] == [True, False, False, False, False, False]


def test_ribbon_in_french_displays_full_hours_without_minutes() -> None:
    cells = ribbon(noon_eastern(2026, 10, 22)[0], "America/Toronto", "fr")
    assert [cell.clock for cell in cells] == [
        f"9{_}h", f"10{_}h", f"11{_}h", f"12{_}h", f"13{_}h", f"13{_}h{_}30",
    ]  # fmt: skip
    assert [cell.place for cell in cells if cell.is_own] == ["Toronto"]
    assert {cell.suffix for cell in cells} == {""}


@pytest.mark.parametrize(
    ("zone", "month", "place"),
    [
        ("America/Regina", 12, "Calgary"),
        ("America/Inuvik", 12, "Calgary"),
        ("America/Whitehorse", 12, "Vancouver"),
        ("America/Iqaluit", 7, "Toronto"),
        ("America/Iqaluit", 12, "Toronto"),
        ("America/Atikokan", 12, "Winnipeg"),
        ("America/Moncton", 7, "Halifax"),
        ("America/Rankin_Inlet", 12, "Calgary"),
        ("America/Rankin_Inlet", 7, "Winnipeg"),
    ],
)
def test_ribbon_marks_the_place_with_the_same_local_time(zone: str, month: int, place: str) -> None:
    year = 2026 if month == 12 else 2027
    cells = ribbon(noon_eastern(year, month, 10)[0], zone, "en")
    assert [cell.place for cell in cells if cell.is_own] == [place]


def test_ribbon_marks_no_place_if_the_zone_is_unknown() -> None:
    assert not any(cell.is_own for cell in ribbon(noon_eastern(2026, 12, 10)[0], None, "en"))


@given(starts.filter(lambda at: at > datetime(2026, 11, 2, tzinfo=UTC)), own_zones, languages)
def test_ribbon_marks_exactly_one_place_at_any_time(start: datetime, zone: str, language: str) -> None:
    assert sum(cell.is_own for cell in ribbon(start, zone, language)) == 1


@pytest.mark.parametrize(
    ("zone", "moved"),
    [
        ("America/Vancouver", True),
        ("America/Regina", True),
        ("America/Winnipeg", True),
        ("America/Toronto", False),
        ("America/Halifax", False),
        ("America/St_Johns", False),
    ],
)
def test_clock_change_between_sessions_is_detected_by_the_local_time(zone: str, moved: bool) -> None:
    october, november = noon_eastern(2026, 10, 22)[0], noon_eastern(2026, 11, 19)[0]
    assert local_time_changed(october, november, zone) is moved
    assert local_time_changed(november, november + timedelta(days=7), zone) is False


def test_session_at_another_time_of_day_is_not_reported_as_a_clock_change() -> None:
    usual = utc_of(datetime(2027, 3, 11, 12), EASTERN)
    later = utc_of(datetime(2027, 4, 8, 12, 30), EASTERN)
    assert local_time_changed(usual, later, "America/Vancouver") is False


def test_day_of_a_datetime_is_computed_in_the_persons_zone() -> None:
    late = utc_of(datetime(2026, 12, 10, 23, 30), EASTERN)
    assert dates.day_in(late, "America/St_Johns") == date(2026, 12, 11)
    assert dates.day_in(late, None) == date(2026, 12, 10)
