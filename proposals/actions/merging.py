"""Move the inquiries of a duplicate profile to the profile that is kept."""

from django.db import transaction

from accounts.models import Person
from proposals.models import CoAuthor, DateWatch, Inquiry, InquiryEntry


@transaction.atomic
def merge_inquiries(*, kept: Person, gone: Person) -> None:
    """Move what `gone` sent, co-authored, wrote, closed or is responsible for, and their requests for dates, to `kept`.

    If both profiles have the same role or request, only one is kept. The caller must have locked both people. A second
    call changes nothing.
    """
    for rows, name in (
        (Inquiry.objects, "person"),
        (Inquiry.objects, "assigned_to"),
        (Inquiry.objects, "closed_by"),
        (InquiryEntry.objects, "by"),
    ):
        rows.filter(**{name: gone}).update(**{name: kept})
    theirs = CoAuthor.objects.filter(person=gone)
    joined = theirs.filter(joined_at__isnull=False)
    for row in joined.filter(inquiry__in=CoAuthor.objects.filter(person=kept, joined_at=None).values("inquiry")):
        CoAuthor.objects.filter(person=kept, inquiry=row.inquiry_id).update(joined_at=row.joined_at)
    theirs.filter(inquiry__in=CoAuthor.objects.filter(person=kept).values("inquiry")).delete()
    theirs.update(person=kept)
    CoAuthor.objects.filter(person=kept, inquiry__person=kept).delete()
    waiting = DateWatch.objects.filter(person=gone)
    own = DateWatch.objects.filter(person=kept, told_at=None).values("series")
    for watch in waiting.filter(told_at=None, confirmed_at__isnull=False, series__in=own):
        mine = DateWatch.objects.filter(person=kept, told_at=None, series=watch.series_id, confirmed_at=None)
        mine.update(confirmed_at=watch.confirmed_at)
    waiting.filter(told_at=None, series__in=own).delete()
    waiting.update(person=kept)
