"""Delete the choices and requests of a person, and the list of the newsletters that they got."""

from collections import Counter
from collections.abc import Collection

from django.db.models import Model

from news.models import NewsChoice, NewsRequest, Recipient


def erase_news(*, people: Collection[int]) -> Counter[type[Model]]:
    """Delete everything about news for these people, and return how many rows. Mailings keep their numbers."""
    models: tuple[type[Model], ...] = (NewsChoice, NewsRequest, Recipient)
    return Counter({model: model._default_manager.filter(person__in=people).delete()[0] for model in models})
