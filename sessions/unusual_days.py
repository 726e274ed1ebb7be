"""Days on which a session is unusual: weekends, statutory holidays of the hub's province, and federal holidays."""

import datetime as dt

from echo_portal.lib.bilingual import active_language
from sessions.dates_by_rule import federal_holiday_on, holiday_on
from sessions.schedule_text.draft_rows import Finding
from sessions.schedule_text.sentences import sentence


def holiday_finding(day: dt.date, province: str) -> Finding | None:
    """Return the finding about a holiday: a statutory one of the province, else one of the federal government."""
    if holiday_on(day, province):
        return Finding(
            "holiday", {"date": day, "name": {code: holiday_on(day, province, code) for code in ("en", "fr")}}
        )
    if federal_holiday_on(day):
        names = {code: federal_holiday_on(day, code) for code in ("en", "fr")}
        return Finding("holiday-federal", {"date": day, "name": names})
    return None


def day_warnings(day: dt.date | None, province: str) -> list[str]:
    """Return warnings if this day is on a weekend or is a holiday, in the active language."""
    if day is None:
        return []
    found = [Finding("weekend", {"date": day})] if day.weekday() >= 5 else []
    if holiday := holiday_finding(day, province):
        found.append(holiday)
    return [sentence(finding, active_language()) for finding in found]
