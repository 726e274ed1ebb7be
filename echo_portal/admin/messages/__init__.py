"""Messages in the administration: lists, pages, what a person may do with a message, and suppressed addresses."""
