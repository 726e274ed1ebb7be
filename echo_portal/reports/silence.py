"""Provinces, professions and settings from which nobody attended in the last twelve months (PRODUCT.md 7)."""

import dataclasses
import datetime as dt

from django.db.models import Count, F, Func
from django.db.models.expressions import Combinable

from accounts.vocabularies import PracticeSetting, Profession, Province
from echo_portal.lib.forms import sorted_choices
from echo_portal.reports.figures import attendances
from echo_portal.reports.rounding import to_five
from echo_portal.reports.selection import Selection, days

TWELVE_MONTHS = dt.timedelta(days=365)
# Answers that name no group of people of their own.
NOT_A_GROUP = frozenset({"", "OTHER", "OUT", "UNSAID"})
Vocabulary = type[Province] | type[Profession] | type[PracticeSetting]


@dataclasses.dataclass(frozen=True)
class Silence:
    """The names of the groups with no attendance that would be displayed, in alphabetical order (ADR 25)."""

    provinces: list[str]
    professions: list[str]
    settings: list[str]


def silence(hubs: frozenset[int] | None, today: dt.date) -> Silence:
    """Return who is missing from the sessions of these hubs (None: all hubs); three queries."""
    selection = Selection(days(today - TWELVE_MONTHS, today), hubs)
    settings = Func(F("person__practice_settings"), function="unnest")
    return Silence(
        provinces=_missing(selection, F("person__province"), Province),
        professions=_missing(selection, F("person__profession"), Profession),
        settings=_missing(selection, settings, PracticeSetting),
    )


def _missing(selection: Selection, group: Combinable, vocabulary: Vocabulary) -> list[str]:
    present = attendances(selection.sessions()).order_by().annotate(group=group)
    counts = dict(present.values_list("group").annotate(count=Count("pk")))
    choices = sorted_choices(vocabulary, "")
    return [label for code, label in choices if code not in NOT_A_GROUP and not to_five(counts.get(code, 0))]
