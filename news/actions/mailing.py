"""Send a newsletter to all subscribers who want it, and recall it (PRODUCT.md 4)."""

from collections.abc import Collection
from itertools import batched
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from accounts.time_zones import zone_of
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import NewMessage, withdraw, write_messages
from echo_portal.outbox.models import Message
from news import rules
from news.drop_reasons import DropReason
from news.message_kinds import NEWSLETTER
from news.models import Mailing, Recipient
from news.queries.subscribers import audience
from pages.models import Newsletter
from registrations.reminder_times import after_night
from registrations.rules import RECALL_FOR

# Rows that are written by one statement, to limit the memory.
AT_ONCE = 2000
WRITTEN_FROM = ("email", "language", "province", "time_zone", "news_choice__language")


@transaction.atomic
def send_newsletter(*, newsletter: Newsletter, topics: Collection[str], counted: int, by: Person) -> Mailing:
    """Write one message to each subscriber who wants the newsletter, and return the mailing. Locks the newsletter.

    `counted` is the number of recipients that the sender confirmed. The emails are due after five minutes, but not at
    night in the recipient's time zone. Two SQL statements are executed for each two thousand people. Raises Refusal if
    the newsletter cannot be sent, if it has no recipients, or if their number is not `counted`.
    """
    newsletter = Newsletter.objects.select_for_update(of=("self",)).get(pk=newsletter.pk)
    rules.check_can_send(newsletter)
    people = list(audience(newsletter, topics).only(*WRITTEN_FROM))
    rules.check_count(len(people), counted)
    now = timezone.now()
    mailing = Mailing.objects.create(
        newsletter=newsletter,
        topics=list(topics),
        recipients=len(people),
        written_at=now,
        written_by=by,
        send_at=now + RECALL_FOR,
    )
    for some in batched(people, AT_ONCE, strict=False):
        Recipient.objects.bulk_create(
            Recipient(mailing=mailing, newsletter=newsletter, person_id=person.pk) for person in some
        )
        write_messages(_message(mailing, person) for person in some)
    facts = {"newsletter": newsletter.pk, "recipients": len(people)}
    record("newsletter-sent", about=mailing.about, by=by, details=facts)
    return mailing


@transaction.atomic
def recall_mailing(*, mailing: Mailing, by: Person) -> int:
    """Withdraw the unsent emails of a mailing, and return how many were withdrawn. Locks the mailing.

    Their recipients can get the newsletter with a later mailing. Raises Refusal if the mailing was already recalled, or
    if all emails have been sent.
    """
    mailing = Mailing.objects.select_for_update(of=("self",)).get(pk=mailing.pk)
    if mailing.recalled_at is not None:
        raise Refusal(_("It was taken back already."), code="taken-back")
    unsent = Message.objects.about(mailing.about).pending()
    people = list(unsent.order_by("pk").select_for_update().values_list("person_id", flat=True))
    if not people:
        raise Refusal(_("Every email has left."), code="too-late")
    count = withdraw(Message.objects.about(mailing.about).filter(person_id__in=people), reason=DropReason.NOT_PUBLISHED)
    Recipient.objects.filter(mailing=mailing, person__in=people).delete()
    mailing.recalled_at = timezone.now()
    mailing.save(update_fields=["recalled_at"])
    record("newsletter-recalled", about=mailing.about, by=by, details={"emails": count})
    return count


def _message(mailing: Mailing, person: Any) -> NewMessage:
    """Return the message to a person from the result of `audience`."""
    return NewMessage(
        kind=NEWSLETTER,
        dedupe_key=f"{NEWSLETTER}:{mailing.pk}:{person.pk}",
        address=person.email,
        language=person.news_language,
        person_id=person.pk,
        about=mailing.about,
        why=why_news,
        payload={"mailing": mailing.pk},
        due_at=after_night(mailing.send_at, zone_of(person)),
    )


def why_news() -> str:
    return _("You asked for news of the Palliative Care ECHO programme.")
