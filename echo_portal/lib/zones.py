"""Time zones: the choices, their names by place, and conversion from local time to UTC.

Abbreviations such as EST or MDT are never displayed, because they are misleading since 2026 (DOMAIN.md 5.1, TZ-3). Only
the message of `WallTimeError` needs configured settings.
"""

import functools
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from echo_portal.lib.bilingual import active_language

EASTERN = "America/Toronto"

# UTC offsets in hours on 2026-12-01; only zone data of 2026 or later is correct (TZ-1).
EXPECTED_OFFSETS = {
    "America/Edmonton": -6,
    "America/Vancouver": -7,
    "America/Winnipeg": -5,
    "America/Inuvik": -6,
}


@dataclass(frozen=True, slots=True)
class Zone:
    """A choice of the time zone select. `name` is the IANA name; the labels are those of TZ-6."""

    name: str
    label_en: str
    label_fr: str
    places_en: str = ""
    places_fr: str = ""

    def label(self, language: str) -> str:
        """Return the name to display after a time, such as "Alberta time", « heure de l’Alberta »."""
        return self.label_fr if language.startswith("fr") else self.label_en

    def choice(self, language: str) -> str:
        """Return the name for a list of zones, with places by which people recognize it."""
        french = language.startswith("fr")
        places = self.places_fr if french else self.places_en
        label = self.label(language)
        label = label[:1].upper() + label[1:]
        colon = "\u00a0: " if french else ": "
        return f"{label}{colon}{places}" if places else label


# From west to east; a place with its own rules is after its larger neighbour.
ZONES: tuple[Zone, ...] = (
    Zone("America/Whitehorse", "Yukon time", "heure du Yukon", "Whitehorse, Dawson", "Whitehorse, Dawson"),
    Zone(
        "America/Vancouver",
        "Pacific time (BC)",
        "heure du Pacifique (C.-B.)",
        "Vancouver, Prince George",
        "Vancouver, Prince George",
    ),
    Zone("America/Dawson_Creek", "Dawson Creek time", "heure de Dawson Creek"),
    Zone("America/Fort_Nelson", "Fort Nelson time", "heure de Fort Nelson"),
    Zone("America/Creston", "Creston time", "heure de Creston"),
    Zone(
        "America/Edmonton",
        "Alberta time",
        "heure de l’Alberta",
        "Calgary, Edmonton, Lloydminster, Cranbrook",
        "Calgary, Edmonton, Lloydminster, Cranbrook",
    ),
    Zone(
        "America/Inuvik",
        "Northwest Territories time",
        "heure des Territoires du Nord-Ouest",
        "Yellowknife, Inuvik",
        "Yellowknife, Inuvik",
    ),
    Zone(
        "America/Cambridge_Bay",
        "Mountain time (Nunavut)",
        "heure des Rocheuses (Nunavut)",
        "Cambridge Bay, Kugluktuk",
        "Cambridge Bay, Kugluktuk",
    ),
    Zone(
        "America/Regina",
        "Saskatchewan time",
        "heure de la Saskatchewan",
        "Regina, Saskatoon",
        "Regina, Saskatoon",
    ),
    Zone(
        "America/Winnipeg",
        "Manitoba time",
        "heure du Manitoba",
        "Winnipeg, Thompson",
        "Winnipeg, Thompson",
    ),
    Zone(
        "America/Rainy_River",
        "Central time (Ontario)",
        "heure du Centre (Ontario)",
        "Kenora, Fort Frances",
        "Kenora, Fort Frances",
    ),
    Zone(
        "America/Rankin_Inlet",
        "Central time (Nunavut)",
        "heure du Centre (Nunavut)",
        "Rankin Inlet, Resolute",
        "Rankin Inlet, Resolute",
    ),
    Zone("America/Atikokan", "Atikokan time", "heure d’Atikokan"),
    Zone("America/Coral_Harbour", "Coral Harbour time", "heure de Coral Harbour"),
    Zone(
        EASTERN,
        "Eastern time",
        "heure de l’Est",
        "Toronto, Ottawa, Montréal, Québec",
        "Toronto, Ottawa, Montréal, Québec",
    ),
    Zone(
        "America/Iqaluit",
        "Eastern time (Nunavut)",
        "heure de l’Est (Nunavut)",
        "Iqaluit, Pangnirtung",
        "Iqaluit, Pangnirtung",
    ),
    Zone(
        "America/Moncton",
        "Atlantic time",
        "heure de l’Atlantique",
        "New Brunswick",
        "Nouveau-Brunswick",
    ),
    Zone(
        "America/Halifax",
        "Atlantic time",
        "heure de l’Atlantique",
        "Nova Scotia, Prince Edward Island, Îles-de-la-Madeleine",
        "Nouvelle-Écosse, Île-du-Prince-Édouard, Îles-de-la-Madeleine",
    ),
    Zone(
        "America/Goose_Bay",
        "Atlantic time",
        "heure de l’Atlantique",
        "Labrador",
        "Labrador",
    ),
    Zone(
        "America/Blanc-Sablon",
        "Blanc-Sablon time",
        "heure de Blanc-Sablon",
        "Lower North Shore",
        "Basse-Côte-Nord",
    ),
    Zone(
        "America/St_Johns",
        "Newfoundland time",
        "heure de Terre-Neuve",
        "St. John’s, Corner Brook",
        "St. John’s, Corner Brook",
    ),
)

ZONE_BY_NAME: dict[str, Zone] = {zone.name: zone for zone in ZONES}

# Zones whose time is Eastern time: times are displayed as ET only (TZ-6).
EASTERN_ZONES = frozenset({EASTERN, "America/Iqaluit"})

# TZ-4: the time zone assumed for a person's province until they choose another.
PROVINCE_ZONES: dict[str, str] = {
    "AB": "America/Edmonton",
    "BC": "America/Vancouver",
    "MB": "America/Winnipeg",
    "NB": "America/Moncton",
    "NL": "America/St_Johns",
    "NS": "America/Halifax",
    "NT": "America/Inuvik",
    "NU": "America/Iqaluit",
    "ON": EASTERN,
    "PE": "America/Halifax",
    "QC": EASTERN,
    "SK": "America/Regina",
    "YT": "America/Whitehorse",
}

# TZ-4: provinces with several time zones, for which the form asks for the community.
PROVINCES_WITH_SEVERAL_ZONES: dict[str, tuple[str, ...]] = {
    "BC": (
        "America/Vancouver",
        "America/Dawson_Creek",
        "America/Fort_Nelson",
        "America/Creston",
        "America/Edmonton",
    ),
    "NL": ("America/St_Johns", "America/Goose_Bay"),
    "NU": ("America/Iqaluit", "America/Rankin_Inlet", "America/Cambridge_Bay", "America/Coral_Harbour"),
    "ON": (EASTERN, "America/Rainy_River", "America/Atikokan"),
    "QC": (EASTERN, "America/Halifax", "America/Blanc-Sablon"),
    "SK": ("America/Regina", "America/Edmonton"),
}

# Browsers report the name of a zone with which another one was merged, although their clocks differ since 2026: in
# Yellowknife they report Edmonton.
MERGED_INTO: dict[str, tuple[str, ...]] = {
    "America/Edmonton": ("America/Inuvik",),
    "America/Winnipeg": ("America/Rankin_Inlet", "America/Rainy_River"),
    "America/Coral_Harbour": ("America/Atikokan",),
}

# Other names for the same time zones, as browsers and older systems report them.
ALIASES: dict[str, str] = {
    "America/Dawson": "America/Whitehorse",
    "America/Glace_Bay": "America/Halifax",
    "America/Montreal": EASTERN,
    "America/Nipigon": EASTERN,
    "America/Pangnirtung": "America/Iqaluit",
    "America/Resolute": "America/Rankin_Inlet",
    "America/Swift_Current": "America/Regina",
    "America/Thunder_Bay": EASTERN,
    "America/Yellowknife": "America/Inuvik",
    "Canada/Atlantic": "America/Halifax",
    "Canada/Central": "America/Winnipeg",
    "Canada/Eastern": EASTERN,
    "Canada/Mountain": "America/Edmonton",
    "Canada/Newfoundland": "America/St_Johns",
    "Canada/Pacific": "America/Vancouver",
    "Canada/Saskatchewan": "America/Regina",
    "Canada/Yukon": "America/Whitehorse",
}

_CANONICAL = {name.casefold(): name for name in ZONE_BY_NAME} | {
    alias.casefold(): name for alias, name in ALIASES.items()
}


class WallTimeError(ValueError):
    """Raised for a local time that does not exist in the zone. Its text is a sentence in the active language."""

    def __init__(self, wall: datetime, zone: str) -> None:
        super().__init__(wall, zone)
        self.wall = wall
        self.zone = zone

    def __str__(self) -> str:
        zone = ZONE_BY_NAME.get(self.zone)
        return gettext("On %(day)s the clocks jump over %(time)s (%(zone)s). Choose another time.") % {
            "day": f"{self.wall:%Y-%m-%d}",
            "time": f"{self.wall:%H:%M}",
            "zone": zone.label(active_language()) if zone else self.zone,
        }


def force_packaged_zone_data() -> None:
    """Make `zoneinfo` use the tzdata package instead of the system's data, which may be older (TZ-1).

    Call this before any `ZoneInfo` is created. A second call changes nothing.
    """
    zoneinfo.reset_tzpath(to=())
    ZoneInfo.clear_cache()


def stale_zone_data() -> list[str]:
    """Return a line for each zone whose data lacks the rules of 2026; an empty list if the data is up to date."""
    faults = []
    for name, expected in EXPECTED_OFFSETS.items():
        offset = datetime(2026, 12, 1, 12, tzinfo=ZoneInfo(name)).utcoffset()
        if offset != timedelta(hours=expected):
            faults.append(f"{name} on 2026-12-01 is UTC{_hours(offset)}, not UTC{expected:+d}")
    return faults


def _hours(offset: timedelta | None) -> str:
    return f"{offset.total_seconds() / 3600:+g}" if offset is not None else "?"


def canonical(name: str) -> str | None:
    """Return the IANA name of the portal's zone with this name or alias, or None if there is none.

    It is safe for untrusted values from a browser or cookie, because no file is opened.
    """
    return _CANONICAL.get(name.strip().casefold())


def zone_words(name: str, language: str) -> str:
    """Return the label of a time zone, or its IANA name if the portal has no label for it."""
    return zone_label(name, language) if canonical(name) else name


def zones_of_province(province: str) -> tuple[str, ...]:
    """Return the zones of a province or territory, the usual one first, or an empty tuple for any other text."""
    usual = PROVINCE_ZONES.get(province)
    return PROVINCES_WITH_SEVERAL_ZONES.get(province, (usual,) if usual else ())


@functools.cache
def has_several_clocks(province: str) -> bool:
    """Return whether clocks in a province differ from each other in winter or summer. Those of Saskatchewan do not."""
    moments = [datetime(2027, month, 15, 12, tzinfo=UTC) for month in (1, 7)]
    zones = [ZoneInfo(name) for name in zones_of_province(province)]
    return len({tuple(at.astimezone(zone).utcoffset() for at in moments) for zone in zones}) > 1


def is_uncertain(zone: str, province: str) -> bool:
    """Return whether forms must ask a person for the time zone of their community (ADR 7).

    They must if clocks in the province differ from each other, and `zone` is empty, unknown or not a zone of the
    province.
    """
    return not zone_within(zone, province) and has_several_clocks(province)


def zone_within(zone: str, province: str) -> str:
    """Return the IANA name of a zone if it is used in the province, else "".

    Outside Canada, or if the province is not known, every known zone is accepted.
    """
    known, own = canonical(zone), zones_of_province(province)
    return known if known and (known in own or not own) else ""


def may_stand_for(zone: str, province: str) -> bool:
    """Return whether browsers may report this zone of another province for a place in this province (`MERGED_INTO`)."""
    own = zones_of_province(province)
    return zone not in own and any(merged in own for merged in MERGED_INTO.get(zone, ()))


def is_eastern(name: str) -> bool:
    """Return whether times in this zone are displayed as ET only (TZ-6)."""
    return canonical(name) in EASTERN_ZONES


def zone_label(name: str, language: str) -> str:
    """Return the name by place of a zone or alias (TZ-6). Raises ValueError for any other text."""
    known = canonical(name)
    if known is None:
        raise ValueError(f"{name!r} is not one of the portal's time zones")
    return ZONE_BY_NAME[known].label(language)


def zone_choices(language: str) -> list[tuple[str, str]]:
    """Return pairs of IANA name and label with places, from west to east, for a select."""
    return list(_choices(language))


@functools.cache
def _choices(language: str) -> list[tuple[str, str]]:
    return [(zone.name, zone.choice(language)) for zone in ZONES]


def utc_of(wall: datetime, zone: str) -> datetime:
    """Return the UTC datetime of a naive local time in a zone (TZ-2).

    If the time occurs twice because clocks go back, the first one is used. Raises WallTimeError for a time that does
    not exist because clocks go forward, and ValueError for an aware datetime.
    """
    if wall.tzinfo is not None:
        raise ValueError("a wall time has no time zone of its own")
    there = ZoneInfo(zone)
    moment = wall.replace(tzinfo=there, fold=0).astimezone(UTC)
    if moment.astimezone(there).replace(tzinfo=None) != wall.replace(fold=0):
        raise WallTimeError(wall, zone)
    return moment
