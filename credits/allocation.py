"""Compute the credits for a person's attendances, in order of time (PRODUCT.md 6; DOMAIN.md C-3, MP-12).

No function uses the database.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

ZERO = Decimal(0)


@dataclasses.dataclass(frozen=True)
class Terms:
    """The terms of an accreditation: credits per hour, the step to which credits are rounded down, and the maxima."""

    per_hour: Decimal
    step: Decimal
    session_max: Decimal | None
    series_max: Decimal


@dataclasses.dataclass(frozen=True)
class AttendedSession:
    """A confirmed attendance. If it earns no credits, `barred` is the code of the reason, otherwise "".

    `certified` is the number of credits on a valid certificate for the same number of minutes, or None. Such credits
    are allocated before all others. `waits` is true while the certificate waits for an evaluation of the session: its
    credits are allocated after all others (ADR 47).
    """

    session: int
    minutes: int
    barred: str = ""
    certified: Decimal | None = None
    waits: bool = False


@dataclasses.dataclass(frozen=True)
class Line:
    """The credits for an attendance, with the code that explains their number (credits.sentences)."""

    session: int
    minutes: int
    credits: Decimal
    code: str


EARNED, TOO_SHORT, SESSION_MAX = "earned", "too-short", "session-max"
SERIES_MAX, SERIES_MAX_PART, SAME_CONTENT = "series-max", "series-max-part", "same-content"
NO_SESSION_ID, OUTSIDE_DATES = "no-session-id", "outside-dates"


def allocate(attendances: Sequence[AttendedSession], terms: Terms, *, one_counts: bool = False) -> list[Line]:
    """Return a `Line` for each attendance, in the given order, which must be the order of the sessions' dates.

    Credits on a valid certificate are allocated first, and those that wait for an evaluation last. If `one_counts` is
    true, the sessions have the same content and only one of them earns credits: the one on a certificate, else one that
    does not wait, else the one with the most credits, else the earliest.
    """
    counted = _one_that_counts(attendances, terms) if one_counts else None
    left = terms.series_max
    given = {}
    for attended in sorted(attendances, key=_turn):
        if counted in (None, attended.session):
            deserved = _deserved(attended, terms)[0]
            amount = min(attended.certified, deserved) if attended.certified else deserved
            given[attended.session] = min(amount, left)
            left -= given[attended.session]
    return [_line(attended, given.get(attended.session), terms) for attended in attendances]


def _turn(attended: AttendedSession) -> int:
    """Return the group of the session in the order in which credits are allocated."""
    return 0 if attended.certified else 2 if attended.waits else 1


def _line(attended: AttendedSession, given: Decimal | None, terms: Terms) -> Line:
    """Return the line for an attendance. `given` is None if another session with the same content counts."""
    amount, code = _deserved(attended, terms)
    if amount and given is None:
        amount, code = ZERO, SAME_CONTENT
    elif given is not None and given < amount:
        amount, code = given, SERIES_MAX_PART if given else SERIES_MAX
    return Line(attended.session, attended.minutes, amount, code)


def credits_for(minutes: int, terms: Terms) -> Decimal:
    """Return the credits for a number of minutes, rounded down and limited to the maximum for one session."""
    earned = _floor(minutes * terms.per_hour / 60, terms.step)
    return earned if terms.session_max is None else min(earned, terms.session_max)


def minutes_needed(terms: Terms) -> int:
    """Return the smallest number of minutes that earns any credits."""
    return int((terms.step * 60 / terms.per_hour).to_integral_value(ROUND_CEILING))


def total(lines: Iterable[Line]) -> Decimal:
    return sum((line.credits for line in lines), ZERO)


def _deserved(attended: AttendedSession, terms: Terms) -> tuple[Decimal, str]:
    """Return the credits for a session before the series' maximum is applied, and the code that explains them."""
    if attended.barred:
        return ZERO, attended.barred
    amount = credits_for(attended.minutes, terms)
    if not amount:
        return ZERO, TOO_SHORT
    if amount < _floor(attended.minutes * terms.per_hour / 60, terms.step):
        return amount, SESSION_MAX
    return amount, EARNED


def _one_that_counts(attendances: Sequence[AttendedSession], terms: Terms) -> int | None:
    def order(attended: AttendedSession) -> tuple[bool, bool, Decimal]:
        deserved = _deserved(attended, terms)[0]
        return bool(attended.certified and deserved), bool(deserved) and not attended.waits, deserved

    best = max(attendances, key=order, default=None)
    return best.session if best else None


def _floor(amount: Decimal, step: Decimal) -> Decimal:
    return (amount / step).to_integral_value(ROUND_FLOOR) * step
