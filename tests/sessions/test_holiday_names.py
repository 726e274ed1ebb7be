"""The names of the holidays of every province and territory in both languages."""

import datetime as dt

import holidays
import pytest

from sessions.dates_by_rule import holiday_on
from sessions.holiday_names import NAMES

PROVINCES = holidays.list_supported_countries()["CA"]
YEARS = range(2026, 2037)


@pytest.mark.parametrize("category", [holidays.PUBLIC, holidays.GOVERNMENT])
def test_table_has_every_holiday_of_every_province_for_ten_years(category: str) -> None:
    names: set[str] = set()
    for province in (None, *PROVINCES):
        found = holidays.country_holidays("CA", subdiv=province, years=YEARS, language="en_CA", categories=category)
        names.update(name.removesuffix(" (observed)") for day in found for name in found.get_list(day))
    assert names
    assert names - NAMES.keys() == set()


@pytest.mark.parametrize(
    ("day", "province", "english", "french"),
    [
        (dt.date(2026, 10, 12), "ON", "Thanksgiving", "Action de grâces"),
        (dt.date(2026, 12, 28), "ON", "Boxing Day (observed)", "Lendemain de Noël (congé reporté)"),
        (dt.date(2027, 2, 15), "MB", "Louis Riel Day", "Journée Louis-Riel"),
        (dt.date(2027, 6, 21), "YT", "National Indigenous Peoples Day", "Journée nationale des peuples autochtones"),
        (dt.date(2027, 6, 24), "QC", "Saint-Jean-Baptiste Day", "Fête nationale du Québec"),
        (dt.date(2027, 8, 2), "BC", "British Columbia Day", "Fête de la Colombie-Britannique"),
        (dt.date(2027, 8, 2), "NB", "New Brunswick Day", "Fête du Nouveau-Brunswick"),
        (dt.date(2027, 8, 2), "SK", "Saskatchewan Day", "Fête de la Saskatchewan"),
    ],
)
def test_holiday_has_its_canadian_name_in_both_languages(
    day: dt.date, province: str, english: str, french: str
) -> None:
    assert (holiday_on(day, province), holiday_on(day, province, "fr")) == (english, french)
