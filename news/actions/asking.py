"""Request news, and confirm the request with a link that is sent to the mailbox (double opt-in)."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import give_consent, mark_mailbox_used, person_at_address, record
from accounts.models import ConsentKind, Person
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.database import insert_unless_there
from echo_portal.outbox.actions import NewMessage, withdraw, write_messages
from echo_portal.outbox.models import Message
from news import rules
from news.actions.choosing import store_choice
from news.message_kinds import CONFIRM
from news.models import NewsRequest
from proposals.throttles import check_limits

SOURCE = "news-form"


@transaction.atomic
def ask_for_news(
    *, email: str, language: str, topics: Sequence[str], signed_in: Person | None, network: str
) -> NewsRequest | None:
    """Subscribe a signed-in person and return None. For a guest, save their request and return it.

    A guest gets an email with a button that confirms the request. Another request of the same person replaces the
    values, but at most one email a day is written. Raises Refusal if a limit of the public forms is exceeded.
    """
    now, page_language = timezone.now(), active_language()
    check_limits(form="news", network=network, email=email, person=signed_in)
    if signed_in is not None:
        _subscribe(signed_in, language=language, topics=topics, page_language=page_language, now=now)
        return None
    person = person_at_address(email=email, name="", language=language)
    values = {"email": email, "language": language, "topics": list(topics), "page_language": page_language}
    row = NewsRequest(person=person, asked_at=now, **values)
    if insert_unless_there(row):
        record("news-asked", about=row.about, by=None)
    else:
        row = NewsRequest.objects.select_for_update(of=("self",)).select_related("person").get(person=person)
        for name, value in values.items():
            setattr(row, name, value)
        row.asked_at = now
        row.save(update_fields=[*values, "asked_at"])
    write_messages([_message(row, now)])
    return row


@transaction.atomic
def confirm_news(*, request: NewsRequest) -> Person:
    """Subscribe the person because the mailbox's owner pressed the button in the email, and return them.

    This proves the mailbox. The consent is stored with the time at which the button was pressed, and with the language
    of the page on which the form was. Locks the person.
    """
    person = mark_mailbox_used(person=request.person)
    row = NewsRequest.objects.select_for_update().filter(pk=request.pk).first()
    if row is not None:
        _subscribe(
            person,
            language=row.language,
            topics=row.topics,
            page_language=row.page_language,
            now=timezone.now(),
        )
        row.delete()
    return person


@transaction.atomic
def disown_request(*, request: NewsRequest) -> None:
    """Delete a request, because the mailbox's owner says that they did not send it."""
    withdraw(Message.objects.about(request.about))
    record("news-disowned", about=request.about, by=None)
    NewsRequest.objects.filter(pk=request.pk).delete()


def delete_old_requests(now: dt.datetime) -> int:
    """Delete requests that were not confirmed within two weeks, and return how many were deleted."""
    return NewsRequest.objects.filter(asked_at__lt=now - rules.UNPROVED_KEPT).delete()[0]


def _subscribe(person: Person, *, language: str, topics: Sequence[str], page_language: str, now: dt.datetime) -> None:
    for kind in (ConsentKind.PRIVACY, ConsentKind.NEWS):
        give_consent(person=person, kind=kind, language=page_language, source=SOURCE, at=now, by_owner=True)
    store_choice(person, language=language, topics=topics, now=now)
    record("news-confirmed", about=f"person:{person.pk}", by=person)


def _message(row: NewsRequest, now: dt.datetime) -> NewMessage:
    return NewMessage(
        kind=CONFIRM,
        dedupe_key=f"{CONFIRM}:{row.pk}:{now:%Y%m%d}",
        address=row.person.email if row.person.is_proved else row.email,
        language=row.language,
        person_id=row.person_id,
        about=row.about,
        why=lambda: _("Somebody gave this address in a form on the portal."),
        payload={"request": row.pk},
        expires_at=now + rules.UNPROVED_KEPT,
    )
