"""The kinds of messages with news. `news.emails` renders them."""

CONFIRM = "news-confirm"
NEWSLETTER = "newsletter"
