"""Merge two profiles with their places, attendance, evaluations, inquiries, credits and certificates (PRODUCT.md 1)."""

import dataclasses
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.actions import close_merged, record
from accounts.models import Person
from attendance.actions import merge_attendance
from attendance.models import Attendance
from credits.actions.ledger import update_ledger
from credits.actions.locking import lock_ledger
from credits.models import Certificate, CreditEntry, Reviewer
from evaluations.actions import merge_invitations
from news.actions import merge_news
from proposals.actions import merge_inquiries
from registrations.actions import MergedPlaces, merge_places, promote_waiting, tell_merged
from registrations.rules import check_can_merge


@dataclasses.dataclass(frozen=True)
class Merged:
    """What a merge changed. `kept_before`, `gone_before` and `kept_after` are sums of credits in the ledger."""

    places: MergedPlaces
    sessions_attended: int
    kept_before: Decimal
    gone_before: Decimal
    kept_after: Decimal
    certificates_replaced: int
    certificates_revoked: int


@transaction.atomic
def merge_people(*, kept: Person, gone: Person, by: Person) -> Merged:
    """Move everything from the profile `gone` to `kept`, and close `gone`. No credit counts twice.

    Certificates with outdated contents are replaced. A certificate of `gone` is replaced by one of `kept`, or revoked
    if `kept` already has one. Both mailboxes get an email. Locks the people, the ledgers of their series, then the
    sessions. Raises Refusal in the cases of `check_can_merge`, so also on a second call.
    """
    people = Person.objects.get_queryset().select_for_update(no_key=True).filter(pk__in=[kept.pk, gone.pk])
    by_pk = {person.pk: person for person in people.order_by("pk")}
    kept, gone = by_pk[kept.pk], by_pk[gone.pk]
    check_can_merge(kept, gone)
    now = timezone.now()
    series = _series_with_evidence(gone)
    for pk in series:
        lock_ledger(pk)
    kept_before, gone_before = credits_of(kept), credits_of(gone)
    certificates = Certificate.objects.filter(person=gone) | Certificate.objects.filter(person=kept)
    valid_before = set(certificates.valid().values_list("pk", flat=True))
    places = merge_places(kept=kept, gone=gone, by=by, now=now)
    attended = merge_attendance(kept=kept, gone=gone)
    merge_invitations(kept=kept, gone=gone)
    _merge_reviews(kept, gone)
    merge_inquiries(kept=kept, gone=gone)
    merge_news(kept=kept, gone=gone)
    tell_merged(kept=kept, gone=gone)
    close_merged(person=gone, into=kept, by=by)
    for pk in series:
        update_ledger(series_id=pk, heirs={gone.pk: kept.pk})
    for session in places.freed:
        promote_waiting(session_id=session)
    record("people-merged", about=f"person:{kept.pk}", by=by, details={"gone": gone.pk, "places": places.moved})
    ended = Certificate.objects.filter(pk__in=valid_before)
    return Merged(
        places=places,
        sessions_attended=attended,
        kept_before=kept_before,
        gone_before=gone_before,
        kept_after=credits_of(kept),
        certificates_replaced=ended.filter(state=Certificate.State.REPLACED).count(),
        certificates_revoked=ended.filter(state=Certificate.State.REVOKED).count(),
    )


def _merge_reviews(kept: Person, gone: Person) -> None:
    """Move the reviewer access of `gone` to `kept`. If both have access to an accreditation, keep the later end."""
    own = {row.accreditation_id: row for row in Reviewer.objects.filter(person=kept)}
    for row in Reviewer.objects.filter(person=gone):
        mine = own.get(row.accreditation_id)
        if mine is None:
            row.person = kept
            row.save(update_fields=["person"])
        elif row.ended_at is None and (mine.ended_at is not None or row.until > mine.until):
            mine.until, mine.given_at, mine.given_by = row.until, row.given_at, row.given_by
            mine.ended_at = mine.ended_by = None
            mine.save()


def credits_of(person: Person) -> Decimal:
    """Return the sum of the person's credits in all ledgers."""
    total = CreditEntry.objects.filter(person=person).aggregate(total=Sum("credits"))["total"]
    return total or Decimal(0)


def _series_with_evidence(person: Person) -> list[int]:
    """Return the sorted IDs of the series in which the person has attendances, credits or certificates."""
    return sorted(
        {
            *Attendance.objects.filter(person=person).values_list("session__series", flat=True),
            *CreditEntry.objects.filter(person=person).values_list("session__series", flat=True),
            *Certificate.objects.filter(person=person).values_list("series", flat=True),
        }
    )
