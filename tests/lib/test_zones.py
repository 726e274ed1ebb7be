"""The table of time zones, and the conversion of local time to UTC (TZ-1, TZ-2, TZ-4, TZ-6)."""

# ruff: noqa: DTZ001 (wall times are naive)

import zoneinfo
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from echo_portal.lib import zones
from echo_portal.lib.zones import EASTERN, ZONES, canonical, utc_of, zone_label

zones.force_packaged_zone_data()

wall_times = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1))
own_zones = st.sampled_from([zone.name for zone in ZONES])


def test_packaged_zone_data_has_the_rules_of_2026() -> None:
    assert zoneinfo.TZPATH == ()
    assert zones.stale_zone_data() == []


def test_each_zone_with_outdated_zone_data_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = dict.fromkeys(zones.EXPECTED_OFFSETS, -9)
    monkeypatch.setattr(zones, "EXPECTED_OFFSETS", wrong)
    faults = zones.stale_zone_data()
    assert len(faults) == 4
    assert faults[0] == "America/Edmonton on 2026-12-01 is UTC-6, not UTC-9"


@pytest.mark.parametrize(
    ("name", "english", "french"),
    [
        ("America/St_Johns", "Newfoundland time", "heure de Terre-Neuve"),
        ("America/Halifax", "Atlantic time", "heure de l’Atlantique"),
        ("America/Moncton", "Atlantic time", "heure de l’Atlantique"),
        ("America/Goose_Bay", "Atlantic time", "heure de l’Atlantique"),
        ("America/Toronto", "Eastern time", "heure de l’Est"),
        ("America/Winnipeg", "Manitoba time", "heure du Manitoba"),
        ("America/Regina", "Saskatchewan time", "heure de la Saskatchewan"),
        ("America/Edmonton", "Alberta time", "heure de l’Alberta"),
        ("America/Vancouver", "Pacific time (BC)", "heure du Pacifique (C.-B.)"),
        ("America/Whitehorse", "Yukon time", "heure du Yukon"),
        ("America/Inuvik", "Northwest Territories time", "heure des Territoires du Nord-Ouest"),
        ("America/Rankin_Inlet", "Central time (Nunavut)", "heure du Centre (Nunavut)"),
        ("America/Cambridge_Bay", "Mountain time (Nunavut)", "heure des Rocheuses (Nunavut)"),
        ("America/Rainy_River", "Central time (Ontario)", "heure du Centre (Ontario)"),
        ("America/Atikokan", "Atikokan time", "heure d’Atikokan"),
        ("America/Coral_Harbour", "Coral Harbour time", "heure de Coral Harbour"),
        ("America/Blanc-Sablon", "Blanc-Sablon time", "heure de Blanc-Sablon"),
        ("America/Creston", "Creston time", "heure de Creston"),
        ("America/Dawson_Creek", "Dawson Creek time", "heure de Dawson Creek"),
        ("America/Fort_Nelson", "Fort Nelson time", "heure de Fort Nelson"),
    ],
)
def test_zone_labels_are_names_of_places(name: str, english: str, french: str) -> None:
    assert zone_label(name, "en") == english
    assert zone_label(name, "fr-ca") == french


def test_label_of_an_unknown_zone_raises_an_error() -> None:
    with pytest.raises(ValueError, match="Europe/Paris"):
        zone_label("Europe/Paris", "en")


@pytest.mark.parametrize(
    ("reported", "ours"),
    [
        ("America/Montreal", "America/Toronto"),
        ("America/Thunder_Bay", "America/Toronto"),
        ("America/Nipigon", "America/Toronto"),
        ("Canada/Eastern", "America/Toronto"),
        ("Canada/Pacific", "America/Vancouver"),
        ("America/Yellowknife", "America/Inuvik"),
        ("America/Resolute", "America/Rankin_Inlet"),
        ("America/Pangnirtung", "America/Iqaluit"),
        ("America/Swift_Current", "America/Regina"),
        ("America/Dawson", "America/Whitehorse"),
        ("Canada/Newfoundland", "America/St_Johns"),
        (" america/regina ", "America/Regina"),
        ("America/New_York", None),
        ("Europe/Paris", None),
        ("", None),
        ("../../etc/passwd", None),
        ("America/Toronto\x00", None),
    ],
)
def test_browser_zone_name_becomes_a_known_zone_or_none(reported: str, ours: str | None) -> None:
    assert canonical(reported) == ours


@pytest.mark.parametrize(("alias", "name"), zones.ALIASES.items())
@pytest.mark.parametrize("month", [1, 7])
def test_alias_has_the_same_local_time_as_its_zone(alias: str, name: str, month: int) -> None:
    at = datetime(2027, month, 15, 17, tzinfo=UTC)
    assert at.astimezone(ZoneInfo(alias)).utcoffset() == at.astimezone(ZoneInfo(name)).utcoffset()


@given(st.text())
def test_any_text_becomes_a_known_zone_or_none(text: str) -> None:
    assert canonical(text) in {None, *zones.ZONE_BY_NAME}


def test_default_zone_of_every_province_can_be_chosen() -> None:
    offered = {name for name, _label in zones.zone_choices("en")}
    assert offered == set(zones.ZONE_BY_NAME)
    assert len(zones.PROVINCE_ZONES) == 13
    assert set(zones.PROVINCE_ZONES.values()) <= offered
    assert set(zones.ALIASES.values()) <= offered
    for province, several in zones.PROVINCES_WITH_SEVERAL_ZONES.items():
        assert zones.PROVINCE_ZONES[province] == several[0]
        assert set(several) <= offered


def test_zone_choices_have_different_labels_within_each_language() -> None:
    for language in ("en", "fr"):
        labels = [label for _name, label in zones.zone_choices(language)]
        assert len(set(labels)) == len(labels)
        assert all(label[0].isupper() for label in labels)


@pytest.mark.parametrize(
    ("wall", "zone", "expected"),
    [
        (datetime(2026, 12, 2, 13), "America/Vancouver", datetime(2026, 12, 2, 20, tzinfo=UTC)),
        (datetime(2025, 12, 2, 13), "America/Vancouver", datetime(2025, 12, 2, 21, tzinfo=UTC)),
        (datetime(2026, 12, 10, 12), "America/Toronto", datetime(2026, 12, 10, 17, tzinfo=UTC)),
        (datetime(2026, 7, 9, 12), "America/Toronto", datetime(2026, 7, 9, 16, tzinfo=UTC)),
        (datetime(2026, 12, 10, 13, 30), "America/St_Johns", datetime(2026, 12, 10, 17, tzinfo=UTC)),
        # When clocks go back, the time occurs twice: the first is used.
        (datetime(2026, 11, 1, 1, 30), "America/Toronto", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        (datetime(2026, 11, 1, 1, 30, fold=1), "America/Toronto", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ],
)
def test_wall_time_is_converted_to_utc_with_the_rules_of_its_date(
    wall: datetime, zone: str, expected: datetime
) -> None:
    assert utc_of(wall, zone) == expected


def test_skipped_wall_time_is_refused_with_a_sentence() -> None:
    with translation.override("en"), pytest.raises(zones.WallTimeError) as caught:
        utc_of(datetime(2027, 3, 14, 2, 30), EASTERN)
    with translation.override("en"):
        assert str(caught.value) == ("On 2027-03-14 the clocks jump over 02:30 (Eastern time). Choose another time.")


def test_no_wall_time_is_refused_in_zones_whose_clocks_no_longer_change() -> None:
    assert utc_of(datetime(2027, 3, 14, 2, 30), "America/Vancouver") == datetime(2027, 3, 14, 9, 30, tzinfo=UTC)


def test_aware_datetime_as_a_wall_time_raises_an_error() -> None:
    with pytest.raises(ValueError, match="wall time"):
        utc_of(datetime(2026, 12, 1, 12, tzinfo=UTC), EASTERN)


@given(wall_times, own_zones)
def test_wall_time_converted_to_utc_and_back_is_unchanged(wall: datetime, zone: str) -> None:
    try:
        moment = utc_of(wall, zone)
    except zones.WallTimeError:
        # Only a time that does not exist, because clocks go forward, is refused.
        before = (wall - timedelta(hours=2)).replace(tzinfo=ZoneInfo(zone))
        after = (wall + timedelta(hours=2)).replace(tzinfo=ZoneInfo(zone))
        assert before.utcoffset() != after.utcoffset()
    else:
        assert moment.tzinfo is UTC
        assert moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall
