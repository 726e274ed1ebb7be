"""The rows of a session's report that belong to a person, and how they were matched."""

from django.db.models import Q, QuerySet

from attendance.models import AttendanceRow
from attendance.queries.matching import people_of_series
from echo_portal.lib.text import fold
from registrations.queries.people import with_shown_names
from sessions.models import Session


def matched_rows(session: Session, *, search: str = "") -> QuerySet[AttendanceRow]:
    """Return the matched rows of the report that counts; those that were matched by their address come last.

    `search` finds parts of the name in the report, and of the name that coordinators see.
    """
    rows = AttendanceRow.objects.matched().filter(report__session=session)
    if search:
        people = with_shown_names(people_of_series(session.series), person="pk", series=session.series_id)
        found = people.filter(key_shown__contains=fold(search)).values("pk")
        rows = rows.filter(Q(name__icontains=search) | Q(person__in=found))
    return rows.select_related("person", "decided_by").order_by("-matched_by", "row", "pk")
