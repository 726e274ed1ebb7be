"""Dates by a rule, and the statutory holidays of each province."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.dates_by_rule import each_month, every_weeks, federal_holiday_on, first_of, holiday_on, without_holidays
from sessions.schedule_text.sentences import sentence
from sessions.unusual_days import holiday_finding

THURSDAY = 3
days = st.dates(dt.date(2021, 1, 1), dt.date(2050, 12, 31))


def test_second_thursdays_equal_the_dates_of_the_long_term_care_series() -> None:
    found = first_of(each_month(dt.date(2021, 12, 1), THURSDAY, 2), 13)
    assert [f"{day:%m-%d}" for day in found] == [
        "12-09", "01-13", "02-10", "03-10", "04-14", "05-12", "06-09",
        "07-14", "08-11", "09-08", "10-13", "11-10", "12-08",
    ]  # fmt: skip


def test_rule_for_the_first_or_last_weekday_includes_the_first_and_last_date() -> None:
    assert first_of(each_month(dt.date(2027, 1, 28), THURSDAY, -1), 2) == [dt.date(2027, 1, 28), dt.date(2027, 2, 25)]
    assert first_of(each_month(dt.date(2027, 4, 2), THURSDAY, 1), 2) == [dt.date(2027, 5, 6), dt.date(2027, 6, 3)]


@given(days, st.integers(0, 6), st.integers(1, 4), st.integers(1, 20))
def test_weekly_rule_starts_at_the_first_matching_weekday(first: dt.date, weekday: int, weeks: int, count: int) -> None:
    found = first_of(every_weeks(first, weekday, weeks), count)
    assert len(found) == count
    assert {day.weekday() for day in found} == {weekday}
    assert 0 <= (found[0] - first).days < 7
    assert {(later - day).days for day, later in itertools.pairwise(found)} <= {7 * weeks}


@given(days, st.integers(0, 6), st.sampled_from([1, 2, 3, 4, -1]))
def test_monthly_rule_returns_one_date_in_each_month(first: dt.date, weekday: int, which: int) -> None:
    found = first_of(each_month(first, weekday, which), 24)
    assert len(found) == 24
    assert found[0] >= first
    months = [day.year * 12 + day.month for day in found]
    assert months == list(range(months[0], months[0] + 24))
    for day in found:
        assert day.weekday() == weekday
        assert (day + dt.timedelta(days=7)).month != day.month if which == -1 else (day.day - 1) // 7 + 1 == which


@pytest.mark.parametrize(
    ("day", "province", "english", "french"),
    [
        (dt.date(2027, 2, 15), "BC", "Family Day", "Fête de la famille"),
        (dt.date(2027, 2, 15), "QC", "", ""),
        (dt.date(2027, 6, 24), "QC", "Saint-Jean-Baptiste Day", "Fête nationale du Québec"),
        (dt.date(2027, 6, 24), "ON", "", ""),
        (dt.date(2027, 9, 30), "BC", "National Day for Truth and Reconciliation", None),
        (dt.date(2027, 7, 1), "", "Canada Day", "Fête du Canada"),
        (dt.date(2027, 1, 1), "XX", "New Year’s Day", "Jour de l’An"),
    ],
)
def test_holiday_on_returns_the_statutory_holiday_of_the_province(
    day: dt.date, province: str, english: str, french: str | None
) -> None:
    assert holiday_on(day, province) == english
    assert french is None or holiday_on(day, province, "fr") == french


@pytest.mark.parametrize(
    ("day", "statutory", "english", "french"),
    [
        (dt.date(2026, 11, 11), "AB NB NL NS NT NU PE SK YT BC", "Remembrance Day", "Jour du Souvenir"),
        (
            dt.date(2026, 9, 30),
            "BC MB NT NU PE YT",
            "National Day for Truth and Reconciliation",
            "Journée nationale de la vérité et de la réconciliation",
        ),
    ],
)
def test_federal_holiday_is_named_where_it_is_not_statutory(
    day: dt.date, statutory: str, english: str, french: str
) -> None:
    provinces = ["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"]
    assert {province for province in provinces if holiday_on(day, province)} == set(statutory.split())
    assert (federal_holiday_on(day), federal_holiday_on(day, "fr")) == (english, french)
    codes = {province: holiday_finding(day, province).code for province in (*provinces, "")}  # type: ignore[union-attr]
    expected = {province: "holiday" if province in statutory.split() else "holiday-federal" for province in provinces}
    assert codes == expected | {"": "holiday-somewhere"}
    assert holiday_finding(day + dt.timedelta(days=1), "ON") is None


@pytest.mark.parametrize(
    ("day", "english", "french"),
    [
        (
            dt.date(2027, 2, 15),
            (
                "Monday, February 15, 2027 is a statutory holiday in some provinces or territories: Family Day "
                "(Alberta, British Columbia, New Brunswick, Ontario, Saskatchewan), Louis Riel Day (Manitoba), "
                "Heritage Day (Nova Scotia), Islander Day (Prince Edward Island)."
            ),
            (
                "Le lundi 15 février 2027 est un jour férié dans certaines provinces ou certains territoires : "
                "Fête de la famille (Alberta, Colombie-Britannique, Nouveau-Brunswick, Ontario, Saskatchewan), "
                "Journée Louis-Riel (Manitoba), Fête du Patrimoine (Nouvelle-Écosse), "
                "Fête des Insulaires (Île-du-Prince-Édouard)."
            ),
        ),
        (
            dt.date(2027, 6, 24),
            (
                "Thursday, June 24, 2027 is a statutory holiday in some provinces or territories: "
                "Saint-Jean-Baptiste Day (Quebec)."
            ),
            (
                "Le jeudi 24 juin 2027 est un jour férié dans certaines provinces ou certains territoires : "
                "Fête nationale du Québec (Québec)."
            ),
        ),
    ],
)
def test_hub_without_province_is_told_which_provinces_have_a_holiday(day: dt.date, english: str, french: str) -> None:
    finding = holiday_finding(day, "")
    assert finding
    assert sentence(finding, "en") == english
    assert sentence(finding, "fr").replace("\u00a0", " ") == french
    assert holiday_finding(day, "YT") is None


def test_without_holidays_omits_statutory_holidays() -> None:
    mondays = every_weeks(dt.date(2027, 2, 8), 0, 1)
    assert first_of(without_holidays(mondays, "BC"), 2) == [dt.date(2027, 2, 8), dt.date(2027, 2, 22)]
