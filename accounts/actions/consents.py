"""Record, confirm and withdraw consents (DOMAIN.md L-4)."""

import datetime as dt

from django.db import transaction

from accounts.models import Consent, ConsentKind, Person
from accounts.models.consent import ConsentQuerySet
from accounts.policies import current_policy
from echo_portal.lib.database import insert_unless_there


@transaction.atomic(savepoint=False)
def give_consent(
    *, person: Person, kind: ConsentKind, language: str, source: str, at: dt.datetime, by_owner: bool
) -> None:
    """Record that the person consents to the current version of a policy.

    If the person already has a consent of this kind that is not withdrawn, no second one is added. `by_owner` is True
    if the mailbox's owner gives the consent: they are signed in or opened a link that was sent to the mailbox.
    Otherwise the consent comes into force only after the owner has used the mailbox.
    """
    consent = Consent(
        person=person,
        kind=kind,
        text_version=current_policy(kind).version,
        text_language=language,
        source=source,
        given_at=at,
        confirmed_at=at if by_owner else None,
    )
    if not insert_unless_there(consent) and by_owner:
        _unconfirmed(person).filter(kind=kind).update(confirmed_at=at)


def confirm_consents(*, person: Person, at: dt.datetime) -> None:
    """Confirm the consents that forms recorded for this person's address, because its owner has used the mailbox.

    If the person has ever withdrawn their consent to news, consents to news are not confirmed, because anybody can send
    a form with this address.
    """
    found = _unconfirmed(person).filter(given_at__lte=at)
    if Consent.objects.filter(person=person, kind=ConsentKind.NEWS, withdrawn_at__isnull=False).exists():
        found = found.exclude(kind=ConsentKind.NEWS)
    found.update(confirmed_at=at)


def withdraw_consent(*, person: Person, kind: ConsentKind, at: dt.datetime) -> int:
    """Withdraw all consents of this kind, confirmed or not, and return how many were withdrawn."""
    return Consent.objects.filter(person=person, kind=kind, withdrawn_at=None).update(withdrawn_at=at)


def _unconfirmed(person: Person) -> ConsentQuerySet:
    return Consent.objects.filter(person=person, confirmed_at=None, withdrawn_at=None)
