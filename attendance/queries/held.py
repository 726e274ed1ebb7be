"""Sessions that have been held, for which no attendance is known."""

import datetime as dt

from django.db.models import Count, Exists, OuterRef, Subquery
from django.utils import timezone

from attendance.models import Attendance, AttendanceImport
from attendance.queries.matching import rows_to_decide
from registrations.models import Registration
from sessions.models import SessionQuerySet

LOOKED_BACK = dt.timedelta(days=60)


def without_report(rows: SessionQuerySet) -> SessionQuerySet:
    """Return the sessions in `rows` that need an attendance report.

    They ended in the last 60 days and have registrants, but neither a live report nor a confirmed attendance.
    """
    places = Registration.objects.registered().filter(session=OuterRef("pk"))
    reports = AttendanceImport.objects.live().filter(session=OuterRef("pk"))
    people = Attendance.objects.confirmed().filter(session=OuterRef("pk"))
    recent = rows.filter(over_at__gte=timezone.now() - LOOKED_BACK, ends_at__isnull=False)
    return recent.filter(Exists(places)).exclude(Exists(reports)).exclude(Exists(people))


def with_undecided_rows(rows: SessionQuerySet) -> SessionQuerySet:
    """Return the sessions in `rows` whose imported reports have rows to decide; `how_many` is their number."""
    undecided = rows_to_decide().filter(report__session=OuterRef("pk")).order_by()
    counted = undecided.values("report__session").annotate(count=Count("pk")).values("count")
    return rows.annotate(how_many=Subquery(counted)).filter(how_many__isnull=False)
