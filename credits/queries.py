"""Questions about what a series is certified for."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import ngettext

from credits.models import Accreditation
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.compiled_query import compiled_query


def complete_accreditations(series_ids: Iterable[int]) -> dict[int, list[Accreditation]]:
    """Complete records by series, first valid first; one query. An incomplete record is never shown."""
    by_series: dict[int, list[Accreditation]] = {}
    for row in _complete(list(series_ids)):
        by_series.setdefault(row.series_id, []).append(row)
    return by_series


@compiled_query
def _complete(series_ids: list[int]) -> QuerySet[Accreditation]:
    return Accreditation.objects.complete().filter(series_id__in=series_ids).order_by("valid_from", "pk")


def covering(accreditations: Iterable[Accreditation], day: dt.date | None) -> Accreditation | None:
    """The record whose dates the session's day lies in."""
    return next((row for row in accreditations if row.covers(day)), None)


def session_credit_words(accreditation: Accreditation, minutes: int) -> str:
    """ "1 Mainpro+ credit": rate × length in quarter hours rounded down (DOMAIN.md MP-12), at most the session's."""
    quarters = int(minutes * accreditation.credits_per_hour * 4 // 60)
    credits = quarters / 4
    if accreditation.max_per_session is not None:
        credits = min(credits, float(accreditation.max_per_session))
    french = active_language() == "fr"
    plural = credits >= 2 if french else credits > 1  # 1,5 crédit; 1.5 credits
    return ngettext("%(credits)s %(programme)s credit", "%(credits)s %(programme)s credits", 2 if plural else 1) % {
        "credits": _number(f"{credits:g}"),
        "programme": accreditation.programme,
    }


def _number(text: str) -> str:
    """With a decimal comma in French."""
    return text.replace(".", ",") if active_language() == "fr" else text


def series_credit_words(accreditation: Accreditation) -> str:
    """ "Up to 12 Mainpro+ credits"."""
    count = int(accreditation.max_credits)
    return ngettext("Up to %(count)s %(programme)s credit", "Up to %(count)s %(programme)s credits", count) % {
        "count": _number(f"{accreditation.max_credits.normalize():f}"),
        "programme": accreditation.programme,
    }


def statement_in(accreditation: Accreditation, language: str) -> str:
    """The statement as approved, with the series' maximum in its place."""
    text = accreditation.statement_fr if language == "fr" else accreditation.statement_en
    return text.replace("{max_credits}", f"{accreditation.max_credits.normalize():f}")
