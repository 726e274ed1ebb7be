"""People with credits for which no certificate is issued yet."""

from django.db.models import Count, Exists, OuterRef

from accounts.models import Person
from credits.models import Certificate, CreditEntry
from sessions.models import Series


def series_waiting(person: Person) -> list[Series]:
    """Return the series that the person may edit and that have credits on no certificate, in at most two queries.

    Each series has the attribute `people`, the number of people with such credits.
    """
    series = Series.objects.editable_by(person)
    printed = Certificate.objects.valid().filter(
        person=OuterRef("person"), series=OuterRef("session__series"), issued_at__gte=OuterRef("written_at")
    )
    entries = CreditEntry.objects.in_force().filter(credits__gt=0, session__series__in=series).exclude(Exists(printed))
    counts = entries.order_by().values("session__series").annotate(people=Count("person", distinct=True))
    found = dict(counts.values_list("session__series", "people"))
    rows = list(Series.objects.filter(pk__in=found).order_by("slug")) if found else []
    for row in rows:
        row.people = found[row.pk]  # type: ignore[attr-defined]
    return rows
