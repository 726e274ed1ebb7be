"""Erase what a person sent, wrote or was asked about with the public forms. Inquiries are counted without words."""

from collections import Counter
from collections.abc import Collection

from django.db.models import Exists, Model, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import Person
from proposals.models import CoAuthor, DateWatch, Inquiry, InquiryEntry, Plan

ERASED_TEXT = "–"  # where a text is required
State = Inquiry.State


def inquiries_that_name(people: Collection[int]) -> list[int]:
    """Return the IDs of the inquiries that these people sent, were invited to, or wrote about."""
    theirs = Q(person__in=people) | Q(co_authors__person__in=people) | Q(entries__by__in=people)
    return sorted(set(Inquiry.objects.filter(theirs).values_list("pk", flat=True)))


def erase_inquiries(*, people: Collection[int], by: Person) -> Counter[type[Model]]:
    """Erase all words in the inquiries of these people, and close the open ones. Return how many rows were erased.

    Deletes unconfirmed inquiries, notes and answers about the others, everything that the people wrote, their
    co-authorships, and their requests for dates. A plan is deleted unless it has other authors or became a series.
    Comments of others and shared plans stay: they belong to their authors, too. The people must already have the
    address of an erased person.
    """
    now = timezone.now()
    erased: Counter[type[Model]] = Counter()
    mine = Inquiry.objects.filter(person__in=people)
    others = CoAuthor.objects.joined().filter(inquiry=OuterRef("inquiry")).exclude(person__in=people)
    plans = Plan.objects.filter(~Exists(others), inquiry__in=mine, series=None)
    kinds = [InquiryEntry.Kind.NOTE, InquiryEntry.Kind.ANSWER]
    entries = InquiryEntry.objects.filter(Q(by__in=people) | Q(inquiry__in=mine, kind__in=kinds))
    unproved = mine.filter(state=State.UNPROVED)
    invited = CoAuthor.objects.filter(person__in=people)
    watches = DateWatch.objects.filter(person__in=people)
    for rows in (plans, entries, unproved, invited, watches):
        label = rows.model._meta.label
        erased[rows.model] += rows.delete()[1].get(label, 0)
    open_ones = mine.open()
    open_ones.update(state=State.CLOSED, outcome=Inquiry.Outcome.WITHDRAWN, closed_at=now, closed_by=by)
    mine.filter(kind=Inquiry.Kind.IDEA).update(title=ERASED_TEXT)
    mine.exclude(kind=Inquiry.Kind.IDEA).update(title="")
    mine.filter(kind=Inquiry.Kind.PARTNER).update(organisation=ERASED_TEXT)
    mine.exclude(kind=Inquiry.Kind.PARTNER).update(organisation="")
    address = Person.objects.filter(pk=OuterRef("person")).values("email")[:1]
    erased[Inquiry] += mine.update(
        name=ERASED_TEXT, email=Subquery(address), text="", audience="", team="", next_step="", wants_news=False
    )
    return erased
