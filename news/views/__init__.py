"""Pages of the news: the archive with its form, and those behind the links of emails."""
