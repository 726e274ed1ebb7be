"""Views for registering, "My sessions", joining and calendars."""
