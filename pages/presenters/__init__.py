"""Build the values that public pages display."""
