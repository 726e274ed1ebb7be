"""Erase the names and certificates of erased people when they no longer have to be kept (DOMAIN.md L-10)."""

import dataclasses
import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.actions import record
from accounts.models import Person
from credits.actions import delete_certificates
from credits.models import Certificate
from echo_portal.erasure.kept import kept_until
from echo_portal.lib.text import ERASED_DOMAIN


@dataclasses.dataclass(frozen=True)
class Expired:
    """How many people lost their names, and how many certificates were deleted."""

    people: int
    certificates: int


@transaction.atomic
def erase_expired(*, now: dt.datetime, dry_run: bool = False) -> Expired:
    """Erase the kept names of erased people whose newest record of credits is older than seven years.

    Their certificates are deleted, because they contain the name. Attendances and the ledger stay, without a name.
    With `dry_run`, nothing is changed, and the result is the same. A second call has no further effect.
    """
    done = [_erase_name(person) for person in _kept_too_long(now)]
    if dry_run:
        transaction.set_rollback(True)
    return Expired(len(done), sum(done))


def _kept_too_long(now: dt.datetime) -> list[Person]:
    rows = Person.objects.get_queryset().select_for_update(no_key=True, of=("self",))
    own = Certificate.objects.filter(Q(person=OuterRef("pk")) | Q(person__merged_into=OuterRef("pk")))
    erased = rows.filter(~Q(name="") | Exists(own), email__endswith=f"@{ERASED_DOMAIN}", merged_into=None)
    found = []
    for person in erased.order_by("pk"):
        until = kept_until(_profiles(person))
        if until is None or until <= now:
            found.append(person)
    return found


def _erase_name(person: Person) -> int:
    """Erase the name and delete the certificates. Return how many certificates there were."""
    certificates = delete_certificates(people=_profiles(person))
    person.name = ""
    person.save()
    record("kept-name-erased", about=f"person:{person.pk}", by=None, details={"certificates": certificates})
    return certificates


def _profiles(person: Person) -> list[int]:
    return [person.pk, *person.merged_profiles.values_list("pk", flat=True)]
