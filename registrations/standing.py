"""How a session stands, written down: wall clock, state, and the UTC instants of then, which newer zone rules keep."""

import copy
import datetime as dt
from typing import Any

from sessions.models import Session

Values = dict[str, str | None]

WALL = ("on_date", "start_time", "end_time", "time_zone")
INSTANTS = ("starts_at", "ends_at")


def as_it_stands(session: Session) -> Values:
    values: dict[str, Any] = {name: getattr(session, name) for name in (*WALL, "state")}
    for name in INSTANTS:
        moment: dt.datetime | None = getattr(session, name)
        values[name] = moment.astimezone(dt.UTC) if moment else None
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def set_back(session: Session, values: Values) -> None:
    """Wall clock and state; the instants are derived anew."""
    day, start, end = (values[name] for name in WALL[:3])
    session.on_date = dt.date.fromisoformat(day) if day else None
    session.start_time = dt.time.fromisoformat(start) if start else None
    session.end_time = dt.time.fromisoformat(end) if end else None
    session.time_zone = values["time_zone"] or session.time_zone
    session.state = values["state"] or session.state
    session.derive_moments()


def as_it_was(session: Session, values: Values) -> Session:
    """A copy, not to be saved, at the instants that were told then."""
    was = copy.copy(session)
    set_back(was, values)
    for name in INSTANTS:
        if moment := values.get(name):
            setattr(was, name, dt.datetime.fromisoformat(moment))
    return was


def reads_the_same(one: Values, other: Values) -> bool:
    """Whether a reader of one knows the other: the same instants, or the same day where there is no hour."""
    if _is_cancelled(one) or _is_cancelled(other):
        return _is_cancelled(one) == _is_cancelled(other)
    if one["starts_at"] or other["starts_at"]:
        return all(one[name] == other[name] for name in INSTANTS)
    return one["on_date"] == other["on_date"]


def moved_by_rules(was: Values, now: Values) -> bool:
    """The same wall clock at another instant: nobody moved it, the rules of its clock have changed."""
    return all(was[name] == now[name] for name in WALL) and was["starts_at"] != now["starts_at"]


def _is_cancelled(values: Values) -> bool:
    return values["state"] == Session.State.CANCELLED
