"""Build the values that pages display about news."""

from collections.abc import Iterable

from news.models import Subscriber
from sessions.vocabularies import PracticeArea


def topic_words(subscriber: Subscriber) -> str:
    """Return the topics that the person chose as text, or "" if they get all news."""
    choice = getattr(subscriber, "news_choice", None)
    return words_of(choice.topics) if choice else ""


def words_of(topics: Iterable[str]) -> str:
    labels = dict(PracticeArea.choices)
    return ", ".join(str(labels[code]) for code in topics if code in labels)
