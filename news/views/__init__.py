"""Pages of news: the archive with the form for news, and the pages to which links in emails lead."""
