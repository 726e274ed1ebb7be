"""Messages as the tests look at them."""

from echo_portal.outbox.models import Message, MessageQuerySet


def answers() -> MessageQuerySet:
    """Messages that answer an act, in the order they were written; reminders come later and are counted apart."""
    return Message.objects.exclude(kind__startswith="reminder").order_by("pk")
