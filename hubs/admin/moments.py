"""Moments in the administration's tables, by the clock that their headings name."""

import datetime as dt

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import eastern_clock


def by_eastern_clock(at: dt.datetime | None) -> str:
    return eastern_clock(at, active_language()) if at else "–"
