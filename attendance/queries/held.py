"""Sessions that were held and whose attendance is missing."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils import timezone

from attendance.models import Attendance, AttendanceImport
from registrations.models import Registration
from sessions.models import SessionQuerySet

LOOKED_BACK = dt.timedelta(days=60)


def without_report(rows: SessionQuerySet) -> SessionQuerySet:
    """Return those of the held `rows` of the last 60 days that had registrants and whose attendance is not known."""
    places = Registration.objects.registered().filter(session=OuterRef("pk"))
    reports = AttendanceImport.objects.live().filter(session=OuterRef("pk"))
    people = Attendance.objects.confirmed().filter(session=OuterRef("pk"))
    recent = rows.filter(over_at__gte=timezone.now() - LOOKED_BACK, ends_at__isnull=False)
    return recent.filter(Exists(places)).exclude(Exists(reports)).exclude(Exists(people))
