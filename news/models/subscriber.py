"""People who get news by email: those whose consent is in force."""

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
        """Return every subscriber for Pallium staff, else none."""
        return self if person.is_pallium_staff else self.none()

    def subscribed(self) -> "SubscriberQuerySet":
        """Return the people who get news. Their mailbox is proved, and they can end it at any time."""
        consents = Consent.objects.in_force(ConsentKind.NEWS).filter(person=OuterRef("pk"))
        return self.filter(Exists(consents), is_active=True, mailbox_proved_at__isnull=False)

    def with_choice(self) -> "SubscriberQuerySet":
        """Add `news_language`, `since_at` and `is_suppressed`; select what they chose."""
        given = Consent.objects.in_force(ConsentKind.NEWS).filter(person=OuterRef("pk")).order_by("confirmed_at")
        return self.select_related("news_choice").annotate(
            news_language=NEWS_LANGUAGE,
            since_at=Subquery(given.values("confirmed_at")[:1]),
            is_suppressed=SUPPRESSED,
        )

    def reachable(self) -> "SubscriberQuerySet":
        """Return those whose address is not suppressed."""
        return self.exclude(SUPPRESSED)

    def unreachable(self) -> "SubscriberQuerySet":
        return self.filter(SUPPRESSED)

    def languages(self) -> Counter[str]:
        """Return the number of people by the language of their news."""
        rows = self.order_by().values_list(NEWS_LANGUAGE).annotate(people=Count("pk"))
        return Counter(dict(rows))

    def interested_in(self, topics: Collection[str]) -> "SubscriberQuerySet":
        """Return those who chose one of these topics, or none in particular; everybody if there are no topics."""
        if not topics:
            return self
        all_topics = Q(news_choice__isnull=True) | Q(news_choice__topics__len=0)
        return self.filter(all_topics | Q(news_choice__topics__overlap=list(topics)))

    def without(self, newsletter: Newsletter) -> "SubscriberQuerySet":
        """Return those to whom this newsletter was not written yet."""
        return self.filter(~Exists(Recipient.objects.filter(newsletter=newsletter, person=OuterRef("pk"))))


class Subscriber(Person):
    """A person, in the list of those who get news."""

    objects: ClassVar[SubscriberQuerySet] = SubscriberQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        proxy = True
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["sort_key", "id"]
