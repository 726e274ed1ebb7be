"""The kinds of messages of the news. `news.emails` renders them."""

CONFIRM = "news-confirm"
NEWSLETTER = "newsletter"
