"""Erase a profile with everything that belongs to signing in (PRODUCT.md 10)."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Model
from django.utils import timezone

from accounts.actions.audit import record
from accounts.actions.people import end_sessions
from accounts.models import Consent, FormReceipt, Person, SignInCode
from echo_portal.lib.text import ERASED_DOMAIN, email_key

# The community, the postal code and the other fields are not kept: together with the profession, they could name a
# person in a small place.
EMPTIED: dict[str, Any] = {
    "certificate_name": "",
    "practice_settings": [],
    "community": "",
    "time_zone": "",
    "forward_sortation_area": "",
    "serves_rural": "",
    "licence_number": "",
    "last_login": None,
    "mailbox_proved_at": None,
    "mailbox_used_at": None,
    "is_active": False,
    "is_staff": False,
    "is_superuser": False,
    "is_programme_staff": False,
}


def erase_profile(*, person: Person, name: str) -> Counter[type[Model]]:
    """Erase everything in the profile except profession, province and language, which are counted, and this name.

    The person gets an address that cannot exist, so that theirs is free. Their sessions end, their links and second
    factor stop working, and their consents are withdrawn, but kept as a proof. The caller must have locked the person.
    Return how many rows of each model were deleted.
    """
    now = timezone.now()
    deleted: Counter[type[Model]] = Counter({type(person): 1})
    ended = end_sessions(person=person)
    for rows in (EmailAddress.objects.filter(user=person), Authenticator.objects.filter(user=person)):
        deleted[rows.model] += rows.count()
        rows.delete()
    Consent.objects.filter(person=person, withdrawn_at=None, given_at__lte=now).update(withdrawn_at=now)
    person.groups.clear()
    person.user_permissions.clear()
    for field, value in EMPTIED.items():
        setattr(person, field, value)
    person.name = name
    person.email = f"erased-{person.public_id}@{ERASED_DOMAIN}"
    person.link_version += 1
    person.set_unusable_password()
    person.save()
    record("links-revoked", about=f"person:{person.pk}", by=None, details={"sessions": ended})
    return deleted


def erase_sign_in_traces(*, keys: Collection[str]) -> Counter[type[Model]]:
    """Delete the sign-in codes and the stored results of forms of these addresses, given as results of `email_key`.

    Return how many were deleted of each. Counters of limits are not deleted: they contain no address, protect it, and
    expire within two days.
    """
    codes = SignInCode.objects.filter(pk__in=_at(keys, SignInCode.objects.values_list("pk", "email")))
    answers = FormReceipt.objects.filter(answer__has_key="address").values_list("pk", "answer__address")
    receipts = FormReceipt.objects.filter(pk__in=_at(keys, answers))
    return Counter({SignInCode: codes.delete()[0], FormReceipt: receipts.delete()[0]})


def _at(keys: Collection[str], rows: Iterable[tuple[int, str]]) -> list[int]:
    return [pk for pk, address in rows if email_key(address) in keys]
