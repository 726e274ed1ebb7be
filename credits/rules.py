"""Warnings about an accreditation, which do not prevent saving it (DOMAIN.md MP), and a rule for reviewers' access."""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from credits.models import MOST_DAYS, Accreditation
from echo_portal.lib.refusals import Refusal

# Since this day, Mainpro+ has one credit per hour and three categories (DOMAIN.md MP-1, MP-2).
ONE_CREDIT_PER_HOUR = dt.date(2024, 12, 16)
OLD_RATES_ENDED = dt.date(2025, 12, 31)
CATEGORIES = {"certified activity", "certified assessment activity", "non-certified activity"}
SESSION_ID = re.compile(r"\d{6}-?\d{3}")
LEAST_INTERACTION_PERCENT = 25


def check_can_give_review(until: dt.date, *, today: dt.date) -> None:
    """Raise Refusal if the access would have ended already, or would last for more than a year."""
    if until < today:
        raise Refusal(_("This day has passed."), code="passed", field="until")
    if until > today + dt.timedelta(days=MOST_DAYS):
        raise Refusal(_("A reviewer has access for a year at most."), code="too-long", field="until")


def accreditation_warnings(record: Accreditation, session_ids: Iterable[str]) -> list[str]:
    """Return a sentence for each value of the accreditation that does not follow the certifier's rules."""
    found = _mainpro_warnings(record, session_ids) if record.scheme == Accreditation.Scheme.MAINPRO else []
    if not record.signatory_name:
        found.append(_("The accreditation names nobody who signs: its certificates are held back until it does."))
    if record.conflicts_declared_on is None:
        found.append(_("The declarations of conflicts of interest are not on record."))
    if record.interaction_percent is not None and record.interaction_percent < LEAST_INTERACTION_PERCENT:
        found.append(_("Less than a quarter of the time is for interaction."))
    return found


def _mainpro_warnings(record: Accreditation, session_ids: Iterable[str]) -> list[str]:
    found = []
    start, end = record.valid_from, record.valid_to
    is_new = start is not None and start >= ONE_CREDIT_PER_HOUR
    known = record.category.strip().casefold() in CATEGORIES
    if is_new and not known:
        found.append(
            _("Since December 16, 2024, Mainpro+ has only certified, assessment and non-certified activities.")
        )
    if start is not None and not is_new and known:
        found.append(_("Before December 16, 2024, Mainpro+ had no such category: it was Group Learning, for instance."))
    if record.credits_per_hour > Decimal(1) and (is_new or (end is not None and end > OLD_RATES_ENDED)):
        found.append(_("Mainpro+ gives one credit per hour; older rates ended on December 31, 2025."))
    if start is not None and end is not None:
        years = 3 if "assessment" in record.category.casefold() else 1
        if end >= _years_later(start, years):
            found.append(_("This certification is longer than %(months)d months.") % {"months": 12 * years})
    odd = [one for one in session_ids if not SESSION_ID.fullmatch(one)]
    if odd:
        found.append(_("This session ID has another shape than nine digits: %(id)s.") % {"id": odd[0]})
    return found


def _years_later(day: dt.date, years: int) -> dt.date:
    return day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) else day.day)
