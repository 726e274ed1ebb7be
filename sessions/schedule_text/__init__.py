"""Read a published schedule, given as text, into draft rows. No database; see README.md."""

from sessions.schedule_text.reading import read_schedule

__all__ = ["read_schedule"]
