"""Erase the messages to a person, and what other messages and reports of mail servers say about them."""

from collections import Counter
from collections.abc import Collection

from django.db.models import Model, Q
from django.db.models.functions import Lower

from echo_portal.outbox.models import MailEvent, Message, Suppression


def erase_messages(
    *, people: Collection[int], keys: Collection[str], mentioned_in: Collection[str]
) -> Counter[type[Model]]:
    """Delete all messages to these people or addresses, sent or not, and the suppressions of the addresses.

    If a worker is sending one of them, the email may still leave. `mentioned_in` contains what messages to others are
    about, such as "inquiry:12", if they name the person: what was sent, and edits of it, are erased. Reports of mail
    servers keep only the event, so that a repeated report is still recognised. Return how many rows were erased.
    """
    to_them = Message.objects.filter(Q(person_id__in=people) | Q(pk__in=_at(keys)))
    public_ids = list(to_them.values_list("public_id", flat=True))
    of_mail = MailEvent.objects.filter(Q(message_public_id__in=public_ids) | Q(address_key__in=keys))
    others = Message.objects.about(*mentioned_in).exclude(pk__in=to_them.values("pk"))
    others = others.filter(Q(sent_content__isnull=False) | ~Q(edited_subject="") | ~Q(edited_text=""))
    erased: Counter[type[Model]] = Counter()
    erased[MailEvent] = of_mail.update(address_key="", detail="")
    erased[Message] = others.update(sent_content=None, edited_subject="", edited_text="")
    erased[Suppression] = Suppression.objects.filter(address_key__in=keys).delete()[0]
    # Those in the email of another one first: the other one may not be deleted before them.
    for rows in (to_them.filter(state=Message.State.CARRIED), to_them):
        erased[Message] += rows.delete()[1].get(Message._meta.label, 0)
    return erased


def _at(keys: Collection[str]) -> list[int]:
    """Return the IDs of the messages to these addresses that belong to no profile, such as those with sign-in codes."""
    rows = Message.objects.annotate(lower=Lower("address")).filter(lower__in=keys, person_id=None)
    return list(rows.values_list("pk", flat=True))
