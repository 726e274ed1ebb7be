"""Change which news a person gets, and stop their news."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.actions import give_consent, mark_mailbox_used, record, withdraw_consent
from accounts.models import ConsentKind, Person
from echo_portal.outbox.actions import withdraw
from echo_portal.outbox.models import Message
from news.drop_reasons import DropReason
from news.message_kinds import CONFIRM, NEWSLETTER
from news.models import NewsChoice, NewsRequest, Subscriber


@transaction.atomic
def save_choice(*, person: Person, language: str, topics: Sequence[str], page_language: str) -> None:
    """Save the topics and the language of a person's news. If they had stopped their news, subscribe them again.

    Call it only for a POST from a link that was sent to the person, because it proves their mailbox.
    """
    now = timezone.now()
    person = mark_mailbox_used(person=person)
    if not Subscriber.objects.subscribed().filter(pk=person.pk).exists():
        give_consent(
            person=person, kind=ConsentKind.NEWS, language=page_language, source="news-choices", at=now, by_owner=True
        )
    store_choice(person, language=language, topics=topics, now=now)
    record("news-chosen", about=f"person:{person.pk}", by=person)


def store_choice(person: Person, *, language: str, topics: Sequence[str], now: dt.datetime) -> None:
    """Save which news the person wants, and change the language of their unsent newsletters."""
    values = {"language": language, "topics": list(topics), "chosen_at": now}
    NewsChoice.objects.update_or_create(person=person, defaults=values)
    waiting = Message.objects.unsent().filter(kind=NEWSLETTER, person_id=person.pk)
    waiting.filter(edited_subject="", edited_text="").exclude(language=language).update(language=language)


@transaction.atomic
def stop_news(*, person_id: int) -> None:
    """Stop the news of a person immediately: withdraw their consent, their unsent newsletters and any request.

    For a merged profile, the news of the person into whom it was merged are stopped. A second call, and a call for a
    person who was deleted, change nothing. Other kinds of emails are still sent.
    """
    found = Person.objects.get_queryset().select_related("merged_into").filter(pk=person_id).first()
    person = (found.merged_into or found) if found else None
    if person is None:
        return
    NewsRequest.objects.filter(person=person).delete()
    waiting = Message.objects.filter(kind__in=[CONFIRM, NEWSLETTER], person_id=person.pk)
    withdraw(waiting, reason=DropReason.NOT_WANTED)
    if withdraw_consent(person=person, kind=ConsentKind.NEWS, at=timezone.now()):
        record("news-ended", about=f"person:{person.pk}", by=person)
