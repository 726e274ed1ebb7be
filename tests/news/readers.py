"""Subscribers, newsletters, and links in their emails, for the tests of news."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.actions import give_consent
from accounts.models import Consent, ConsentKind, Person
from news.links import CHOICES, CONFIRM, STOP
from news.models import NewsChoice, NewsRequest, Subscriber
from pages.models import Newsletter


def subscribe(person: Person, **choice: object) -> Person:
    """Subscribe this person to news, with these choices, if any."""
    give_consent(person=person, kind=ConsentKind.NEWS, language="en", source="test", at=timezone.now(), by_owner=True)
    if choice:
        NewsChoice.objects.create(person=person, chosen_at=timezone.now(), **{"language": "en", **choice})
    return person


def subscribe_many(count: int) -> None:
    """Create `count` subscribers, of whom every second one has chosen topics."""
    now = timezone.now()
    people = Person.objects.bulk_create(
        Person(email=f"reader{n}@example.org", email_key=f"reader{n}@example.org", name=f"Reader {n}",
               mailbox_proved_at=now)
        for n in range(count)
    )  # fmt: skip
    Consent.objects.bulk_create(
        Consent(person=one, kind="news", text_version="1", text_language="en", source="test", given_at=now,
                confirmed_at=now)
        for one in people
    )  # fmt: skip
    NewsChoice.objects.bulk_create(NewsChoice(person=one, language="fr", chosen_at=now) for one in people[::2])


def subscribed() -> set[str]:
    """Return the addresses of all subscribers."""
    return set(Subscriber.objects.subscribed().values_list("email", flat=True))


def write_newsletter(slug: str = "2026-11", **fields: Any) -> Newsletter:
    values: dict[str, Any] = {
        "published_on": timezone.localdate() - dt.timedelta(days=1),
        "is_published": True,
        "title_en": "News of November",
        "title_fr": "Nouvelles de novembre",
        "body_en": "## New series\n\nRead [the list](/en/) or [more](https://example.org/a).",
        "body_fr": "## Nouvelle série\n\nVoyez [la liste](/fr/).",
    }
    return Newsletter.objects.create(slug=slug, **values | fields)


def confirm_link(request: NewsRequest) -> str:
    token = CONFIRM.sign_object([request.pk, request.person.link_version])
    return reverse("news_confirm", kwargs={"token": token})


def choices_link(person: Person) -> str:
    return reverse("news_choices", kwargs={"token": CHOICES.sign_object([person.pk, person.link_version])})


def stop_link(person: Person) -> str:
    return reverse("news_stop", kwargs={"token": STOP.sign_object([person.pk])})
