"""Queries for accreditations, and texts about their credits for pages."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Person
from credits.allocation import credits_for
from credits.models import Accreditation
from credits.words import credit_words
from echo_portal.lib.compiled_query import compiled_query
from sessions.models import Session


def complete_accreditations(series_ids: Iterable[int]) -> dict[int, list[Accreditation]]:
    """Return the complete accreditations by series ID, ordered by `valid_from`, using one query."""
    by_series: dict[int, list[Accreditation]] = {}
    for row in _complete(list(series_ids)):
        by_series.setdefault(row.series_id, []).append(row)
    return by_series


@compiled_query
def _complete(series_ids: list[int]) -> QuerySet[Accreditation]:
    return Accreditation.objects.complete().filter(series_id__in=series_ids).order_by("valid_from", "pk")


def covering(accreditations: Iterable[Accreditation], day: dt.date | None) -> list[Accreditation]:
    """Return the accreditations that are valid on the day, the first of each kind of credits."""
    return of_each_kind(row for row in accreditations if row.covers(day))


def of_each_kind(accreditations: Iterable[Accreditation]) -> list[Accreditation]:
    """Return the first accreditation of each kind of credits: professions get different ones (PRODUCT.md 6)."""
    found: dict[tuple[str, str], Accreditation] = {}
    for row in accreditations:
        found.setdefault((row.scheme, row.programme), row)
    return list(found.values())


def ending_soon(person: Person, today: dt.date, *, within: int) -> QuerySet[Accreditation]:
    """Return complete accreditations that end within the next `within` days, although the series has later sessions.

    An accreditation is left out if the series has another complete one that ends later. Only accreditations that the
    person may edit are returned.
    """
    last = today + dt.timedelta(days=within)
    later = Session.objects.public().filter(series=OuterRef("series"), on_date__gt=OuterRef("valid_to"))
    renewed = Accreditation.objects.complete().filter(series=OuterRef("series"), valid_to__gt=OuterRef("valid_to"))
    rows = Accreditation.objects.complete().editable_by(person).filter(valid_to__gte=today, valid_to__lte=last)
    return rows.filter(Exists(later)).exclude(Exists(renewed)).select_related("series").order_by("valid_to", "pk")


def session_credit_words(accreditation: Accreditation, minutes: int) -> str:
    """Return the credits for a session of this length, in the active language, such as "1 Mainpro+ credit".

    Credits per hour times the length are rounded down to a multiple of `credit_step` (DOMAIN.md MP-12), and limited to
    `max_per_session`.
    """
    return credit_words(credits_for(minutes, accreditation.terms), accreditation.scheme, accreditation.programme)


def series_credit_words(accreditation: Accreditation) -> str:
    """Return the credits for a whole series, in the active language, such as "up to 12 Mainpro+ credits"."""
    most = credit_words(accreditation.max_credits, accreditation.scheme, accreditation.programme)
    return _("up to %(credits)s") % {"credits": most}


def statement_in(accreditation: Accreditation, language: str) -> str:
    """Return the approved statement in this language, with `{max_credits}` replaced by the maximum for the series."""
    text = accreditation.statement_fr if language == "fr" else accreditation.statement_en
    return text.replace("{max_credits}", f"{accreditation.max_credits.normalize():f}")
