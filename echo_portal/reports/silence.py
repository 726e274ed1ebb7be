"""Provinces, professions and practice settings from which nobody attended in the last twelve months (PRODUCT.md 7)."""

import dataclasses
import datetime as dt

from accounts.vocabularies import PracticeSetting, Profession, Province
from echo_portal.lib.forms import sorted_choices
from echo_portal.reports.groups import PROFESSION, PROVINCE, SETTINGS, Groups
from echo_portal.reports.selection import Selection, days

TWELVE_MONTHS = dt.timedelta(days=365)
# Answers that name no group of people of their own.
NOT_A_GROUP = frozenset({"", "OTHER", "OUT", "UNSAID"})
Vocabulary = type[Province] | type[Profession] | type[PracticeSetting]


@dataclasses.dataclass(frozen=True)
class Silence:
    """The names of the groups without a displayed attendance, in alphabetical order (ADR 35)."""

    provinces: list[str]
    professions: list[str]
    settings: list[str]


def silence(hubs: frozenset[int] | None, groups: Groups, today: dt.date) -> Silence:
    """Return the groups from which nobody attended a session of these hubs (None: all hubs).

    `groups` must contain the counts of these sessions.
    """
    sessions = Selection(days(today - TWELVE_MONTHS, today), hubs).session_ids
    return Silence(
        provinces=_missing(groups.counts(PROVINCE, sessions), Province),
        professions=_missing(groups.counts(PROFESSION, sessions), Profession),
        settings=_missing(groups.counts(SETTINGS, sessions), PracticeSetting),
    )


def _missing(counts: dict[str, int], vocabulary: Vocabulary) -> list[str]:
    return [label for code, label in sorted_choices(vocabulary, "") if code not in NOT_A_GROUP and code not in counts]
