"""Days on which a session is unusual: weekends, and statutory holidays of the hub's province."""

import datetime as dt

from echo_portal.lib.bilingual import active_language
from sessions.dates_by_rule import holiday_on
from sessions.schedule_text.draft_rows import Finding
from sessions.schedule_text.sentences import sentence


def holiday_finding(day: dt.date, province: str) -> Finding | None:
    names = {language: holiday_on(day, province, language) for language in ("en", "fr")}
    return Finding("holiday", {"date": day, "name": names}) if names["en"] else None


def day_warnings(day: dt.date | None, province: str) -> list[str]:
    """Return warnings if this day is on a weekend or is a statutory holiday, in the active language."""
    if day is None:
        return []
    found = [Finding("weekend", {"date": day})] if day.weekday() >= 5 else []
    if holiday := holiday_finding(day, province):
        found.append(holiday)
    return [sentence(finding, active_language()) for finding in found]
