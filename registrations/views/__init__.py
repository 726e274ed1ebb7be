"""Pages about taking part: registering, my sessions, joining, calendars."""
