"""Days on which a session is unusual: weekends, statutory holidays of the hub's province, and federal holidays."""

import datetime as dt
from collections.abc import Callable

from echo_portal.lib.bilingual import active_language
from sessions.dates_by_rule import federal_holiday_on, holiday_on, holidays_somewhere
from sessions.schedule_text.draft_rows import Finding
from sessions.schedule_text.sentences import sentence


def holiday_finding(day: dt.date, province: str) -> Finding | None:
    """Return the finding about a holiday: a statutory one of the province, else one of the federal government.

    If `province` is "", as for the national hub, holidays that are statutory in some provinces are named with them.
    """
    if name := _names(lambda language: holiday_on(day, province, language)):
        return Finding("holiday", {"date": day, "name": name})
    if not province and (name := _names(lambda language: holidays_somewhere(day, language))):
        return Finding("holiday-somewhere", {"date": day, "name": name})
    if name := _names(lambda language: federal_holiday_on(day, language)):
        return Finding("holiday-federal", {"date": day, "name": name})
    return None


def _names(name_in: Callable[[str], str]) -> dict[str, str]:
    """Return the name in each language, or an empty dict if there is none."""
    names = {language: name_in(language) for language in ("en", "fr")}
    return names if names["en"] else {}


def day_warnings(day: dt.date | None, province: str) -> list[str]:
    """Return warnings if this day is on a weekend or is a holiday, in the active language."""
    if day is None:
        return []
    found = [Finding("weekend", {"date": day})] if day.weekday() >= 5 else []
    if holiday := holiday_finding(day, province):
        found.append(holiday)
    return [sentence(finding, active_language()) for finding in found]
