"""Move the news of a duplicate profile to the profile that is kept."""

from django.db import transaction
from django.utils import timezone

from accounts.actions import withdraw_consent
from accounts.models import Consent, ConsentKind, Person
from echo_portal.outbox.actions import withdraw
from echo_portal.outbox.models import Message
from news.drop_reasons import DropReason
from news.models import NewsChoice, NewsRequest, Recipient


@transaction.atomic
def merge_news(*, kept: Person, gone: Person) -> None:
    """Subscribe `kept` if `gone` was subscribed, unless `kept` has subscribed or stopped their news themselves.

    If both profiles were sent the same newsletter, the unsent email to `gone` is withdrawn. The caller must have locked
    both people. A second call changes nothing.
    """
    NewsRequest.objects.filter(person=gone).delete()
    theirs = Consent.objects.in_force(ConsentKind.NEWS).filter(person=gone)
    if not Consent.objects.filter(person=kept, kind=ConsentKind.NEWS).exists():
        theirs.update(person=kept)
        if not NewsChoice.objects.filter(person=kept).exists():
            NewsChoice.objects.filter(person=gone).update(person=kept)
    withdraw_consent(person=gone, kind=ConsentKind.NEWS, at=timezone.now())
    had = Recipient.objects.filter(person=kept).values("newsletter")
    twice = Recipient.objects.filter(person=gone, newsletter__in=had).select_related("mailing")
    abouts = [row.mailing.about for row in twice]
    withdraw(Message.objects.about(*abouts).filter(person_id=gone.pk), reason=DropReason.NOT_WANTED)
    Recipient.objects.filter(person=gone).exclude(newsletter__in=had).update(person=kept)
