"""Views of the pages about registering, "My sessions", joining and calendars."""
