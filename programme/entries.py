"""Data classes for the contents of a programme's file, without the database.

Dates and times are local to `Programme.zone`.
"""

import dataclasses
import datetime as dt
from decimal import Decimal


@dataclasses.dataclass(frozen=True, slots=True)
class OrganisationEntry:
    slug: str
    name_en: str
    name_fr: str
    kind: str
    province: str
    roles: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class HubEntry:
    """A hub. `host` and `partner_of` are slugs. Each item of a list is one sentence."""

    slug: str
    scope: str
    name_en: str
    name_fr: str
    host: str
    province: str
    partner_of: str
    vision_en: str
    vision_fr: str
    aims_en: tuple[str, ...]
    aims_fr: tuple[str, ...]
    objectives_en: tuple[str, ...]
    objectives_fr: tuple[str, ...]
    principles_en: tuple[str, ...]
    principles_fr: tuple[str, ...]
    founding_note_en: str
    founding_note_fr: str
    accepts_proposals: bool
    accepts_partners: bool


@dataclasses.dataclass(frozen=True, slots=True)
class MaterialEntry:
    """A material that is known to exist. Files of programmes contain no URLs of materials."""

    kind: str
    title: str
    open_to: str


@dataclasses.dataclass(frozen=True, slots=True)
class SessionEntry:
    """A session with a date and times, with a date only, or without a date.

    `where` is the name of its table in messages about faults. `was_held` is true for an undated session that was held
    before the snapshot. `title` is in the language of the series. `title_fr` is this project's own translation of an
    English title.
    """

    where: str
    number: int
    title: str
    title_fr: str = ""
    on_date: dt.date | None = None
    start_time: dt.time | None = None
    end_time: dt.time | None = None
    held_by: dt.date | None = None
    was_held: bool = False
    presenters: tuple[str, ...] = ()
    read_before: str = ""
    materials: tuple[MaterialEntry, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class AccreditationEntry:
    """An accreditation. What was not published is set only with invented values."""

    certifier: str
    programme: str
    category: str
    credits_per_hour: Decimal
    max_credits: Decimal
    statement_en: str
    statement_fr: str = ""
    signatory_name: str = ""
    signatory_title_en: str = ""
    signatory_title_fr: str = ""
    session_id_prefix: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    is_specimen: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class SeriesEntry:
    slug: str
    hub: str
    kind: str
    title_en: str
    title_fr: str
    summary_en: str
    summary_fr: str
    language: str
    audience_professions: tuple[str, ...]
    audience_settings: tuple[str, ...]
    practice_areas: tuple[str, ...]
    levels: tuple[str, ...]
    enrollment_key: str
    choose_one: bool
    attend_all_required: bool
    recordings_for: str
    ongoing: bool
    announced_session_count: int | None
    video_announced: bool
    free_of_charge: bool
    organisations: tuple[tuple[str, str], ...]
    accreditation: AccreditationEntry | None
    sessions: tuple[SessionEntry, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Programme:
    """A programme. `as_of` is the day of the snapshot that the file describes.

    `recommended` contains pairs of slugs: a series, and the series that is recommended before it. `has_inventions` is
    whether the invented values of the demonstration are included.
    """

    file: str
    as_of: dt.date
    zone: str
    name_en: str
    name_fr: str
    funding_note_en: str
    funding_note_fr: str
    organisations: tuple[OrganisationEntry, ...]
    hubs: tuple[HubEntry, ...]
    series: tuple[SeriesEntry, ...]
    recommended: tuple[tuple[str, str], ...]
    has_inventions: bool


class FaultyProgrammeError(Exception):
    """Raised if the file has faults; then nothing is loaded. `faults` has a line for each: file, table, reason."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults
