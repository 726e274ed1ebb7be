"""Queries for the people who would get a newsletter, and for those who would not."""

import dataclasses
from collections.abc import Collection

from django.db.models import Q, QuerySet

from accounts.models import Consent, ConsentKind, Person
from echo_portal.lib.compiled_query import compiled_query
from news.models import NewsRequest, Subscriber, SubscriberQuerySet
from pages.models import Newsletter


def gets_news(person: Person) -> bool:
    return bool(_subscriber(person.pk))


@compiled_query
def _subscriber(person: int) -> QuerySet[Subscriber]:
    return Subscriber.objects.subscribed().filter(pk=person).only("pk")


def audience(newsletter: Newsletter, topics: Collection[str]) -> SubscriberQuerySet:
    """Return the subscribers to whom this newsletter would be sent now, with their choices."""
    return _interested(newsletter, topics).reachable().with_choice().order_by("pk")


def unreachable(newsletter: Newsletter, topics: Collection[str]) -> SubscriberQuerySet:
    """Return the subscribers who would get this newsletter if their address were not suppressed."""
    return _interested(newsletter, topics).unreachable().order_by("sort_key", "pk")


def _interested(newsletter: Newsletter, topics: Collection[str]) -> SubscriberQuerySet:
    return Subscriber.objects.subscribed().interested_in(topics).without(newsletter)


@dataclasses.dataclass(frozen=True)
class LeftOut:
    """How many people would not get a newsletter, by reason.

    `unconfirmed` is how many people requested news, have not confirmed it, and do not get news for another reason.
    """

    chose_other_topics: int
    had_it: int
    suppressed: int
    unconfirmed: int


def left_out(newsletter: Newsletter, topics: Collection[str]) -> LeftOut:
    """Return how many people would not get the newsletter, by reason.

    Each subscriber is counted once, for the first reason that applies: they had it, they chose other topics, or their
    address is suppressed.
    """
    everybody = Subscriber.objects.subscribed()
    counted = (everybody, everybody.without(newsletter), _interested(newsletter, topics))
    total, not_had, wanted = (people.count() for people in counted)
    return LeftOut(
        chose_other_topics=not_had - wanted,
        had_it=total - not_had,
        suppressed=unreachable(newsletter, topics).count(),
        unconfirmed=_unconfirmed(),
    )


def _unconfirmed() -> int:
    waiting = Consent.objects.filter(kind=ConsentKind.NEWS, confirmed_at=None, withdrawn_at=None)
    asked = Q(pk__in=NewsRequest.objects.values("person")) | Q(pk__in=waiting.values("person"))
    return Person.objects.filter(asked).exclude(pk__in=Subscriber.objects.subscribed().values("pk")).count()
