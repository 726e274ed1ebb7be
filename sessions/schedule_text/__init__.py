"""Parse the text of a published schedule into draft rows, without using the database (see README.md)."""

from sessions.schedule_text.reading import read_schedule

__all__ = ["read_schedule"]
