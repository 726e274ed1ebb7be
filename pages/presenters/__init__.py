"""The values that the public pages display."""
