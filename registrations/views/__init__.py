"""Pages about taking part: registering, one's own sessions, joining, calendars."""
