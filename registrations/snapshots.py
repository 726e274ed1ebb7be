"""A session's time and state at one moment, as a value that can be stored, compared and restored."""

import copy
import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Self

from sessions.models import Session

type Stored = Mapping[str, str | None]


@dataclasses.dataclass(frozen=True)
class SessionSnapshot:
    """The local times, time zone, state and UTC times of a session at one moment.

    The UTC times are stored as well, because new time zone rules change those of the session, but not those in emails
    that were already sent (docs/adr/0009).
    """

    on_date: dt.date | None
    start_time: dt.time | None
    end_time: dt.time | None
    time_zone: str
    state: str
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None

    @classmethod
    def of(cls, session: Session) -> Self:
        """Return a snapshot of the session's current values in memory."""
        return cls(
            session.on_date,
            session.start_time,
            session.end_time,
            session.time_zone,
            session.state,
            session.starts_at.astimezone(dt.UTC) if session.starts_at else None,
            session.ends_at.astimezone(dt.UTC) if session.ends_at else None,
        )

    @classmethod
    def read(cls, stored: Stored, session: Session) -> Self:
        """Return the snapshot from stored values. Missing UTC times are computed with the current time zone rules."""
        day, start, end, starts_at, ends_at = (
            stored.get(name) for name in ("on_date", "start_time", "end_time", "starts_at", "ends_at")
        )
        snapshot = cls(
            dt.date.fromisoformat(day) if day else None,
            dt.time.fromisoformat(start) if start else None,
            dt.time.fromisoformat(end) if end else None,
            stored["time_zone"] or session.time_zone,
            stored["state"] or session.state,
            dt.datetime.fromisoformat(starts_at) if starts_at else None,
            dt.datetime.fromisoformat(ends_at) if ends_at else None,
        )
        return snapshot if "starts_at" in stored else cls.of(snapshot.applied_to(session))

    def stored(self) -> dict[str, str | None]:
        """Return the snapshot as JSON values."""
        return {
            name: value.isoformat() if isinstance(value, dt.date | dt.time) else value
            for name, value in dataclasses.asdict(self).items()
        }

    @property
    def is_cancelled(self) -> bool:
        return self.state == Session.State.CANCELLED

    @property
    def wall_clock(self) -> tuple[dt.date | None, dt.time | None, dt.time | None, str]:
        return self.on_date, self.start_time, self.end_time, self.time_zone

    def is_equivalent_to(self, other: Self) -> bool:
        """Return whether both mean the same to a registrant: equal UTC times, or the same date if no time is set.

        Two cancelled snapshots are equivalent, whatever their times.
        """
        if self.is_cancelled or other.is_cancelled:
            return self.is_cancelled == other.is_cancelled
        if self.starts_at or other.starts_at:
            return (self.starts_at, self.ends_at) == (other.starts_at, other.ends_at)
        return self.on_date == other.on_date

    def is_moved_by_zone_rules(self, now: Self) -> bool:
        """Return whether `now` has the same local time, but another UTC time because time zone rules changed."""
        return self.wall_clock == now.wall_clock and self.starts_at != now.starts_at

    def restore(self, session: Session) -> None:
        """Set the session's local times and state to those of this snapshot.

        UTC times are computed with the current rules.
        """
        session.on_date, session.start_time, session.end_time, session.time_zone = self.wall_clock
        session.state = self.state
        session.derive_moments()

    def applied_to(self, session: Session) -> Session:
        """Return an unsaved copy of the session with the values and UTC times of this snapshot."""
        copied = copy.copy(session)
        self.restore(copied)
        copied.starts_at = self.starts_at or copied.starts_at
        copied.ends_at = self.ends_at or copied.ends_at
        return copied
