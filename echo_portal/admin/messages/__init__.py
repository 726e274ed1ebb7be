"""Messages in the administration: lists, pages, what a person may do with them, and suppressed addresses."""
