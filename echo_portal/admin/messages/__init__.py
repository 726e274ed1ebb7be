"""Messages in the administration: lists, pages, the actions on a message, and suppressed addresses."""
