"""When results may be displayed, so that nobody can compute what one person answered (PRODUCT.md 7, ADR 24)."""

import datetime as dt

FEWEST = 5


def may_show(answered: int, closes_at: dt.datetime, now: dt.datetime) -> bool:
    """Return whether the answers of a session are part of any figure: after closing, with at least five sheets.

    Every figure is a sum over whole sessions that may be shown, so the difference between two figures is one, too.
    """
    return closes_at <= now and answered >= FEWEST
