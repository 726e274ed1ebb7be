"""People who get news by email because their consent to it is in force."""

from collections import Counter
from collections.abc import Collection
from typing import ClassVar

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Consent, ConsentKind, Person
from echo_portal.outbox.models import Suppression
from news.models.mailing import Recipient
from pages.models import Newsletter

NEWS_LANGUAGE = Coalesce("news_choice__language", "language")
SUPPRESSED = Exists(Suppression.objects.open_for(OuterRef("email_key")))


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def editable_by(self, person: Person) -> "SubscriberQuerySet":
        """Return all subscribers for Pallium staff, and none for others."""
        return self if person.is_pallium_staff else self.none()

    def subscribed(self) -> "SubscriberQuerySet":
        """Return the active people who have proved their mailbox, and whose consent to news is in force."""
        consents = Consent.objects.in_force(ConsentKind.NEWS).filter(person=OuterRef("pk"))
        return self.filter(Exists(consents), is_active=True, mailbox_proved_at__isnull=False)

    def with_choice(self) -> "SubscriberQuerySet":
        """Annotate `news_language`, `since_at` and `is_suppressed`, and select the people's choices."""
        given = Consent.objects.in_force(ConsentKind.NEWS).filter(person=OuterRef("pk")).order_by("confirmed_at")
        return self.select_related("news_choice").annotate(
            news_language=NEWS_LANGUAGE,
            since_at=Subquery(given.values("confirmed_at")[:1]),
            is_suppressed=SUPPRESSED,
        )

    def reachable(self) -> "SubscriberQuerySet":
        """Exclude people whose address is suppressed."""
        return self.exclude(SUPPRESSED)

    def unreachable(self) -> "SubscriberQuerySet":
        return self.filter(SUPPRESSED)

    def languages(self) -> Counter[str]:
        """Return how many people get news in each language."""
        rows = self.order_by().values_list(NEWS_LANGUAGE).annotate(people=Count("pk"))
        return Counter(dict(rows))

    def interested_in(self, topics: Collection[str]) -> "SubscriberQuerySet":
        """Return the people who chose one of these topics or no topics. If `topics` is empty, return everybody."""
        if not topics:
            return self
        all_topics = Q(news_choice__isnull=True) | Q(news_choice__topics__len=0)
        return self.filter(all_topics | Q(news_choice__topics__overlap=list(topics)))

    def without(self, newsletter: Newsletter) -> "SubscriberQuerySet":
        """Return the people to whom this newsletter has not been sent."""
        return self.filter(~Exists(Recipient.objects.filter(newsletter=newsletter, person=OuterRef("pk"))))


class Subscriber(Person):
    """A person in the list of people who get news."""

    objects: ClassVar[SubscriberQuerySet] = SubscriberQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        proxy = True
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["sort_key", "id"]
