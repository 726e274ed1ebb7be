"""Files of reports are kept for 90 days; what they say about credits stays (DOMAIN.md L-10)."""

import datetime as dt

from django.db import transaction

from attendance.models import AttendanceImport, AttendanceRow

KEPT_FOR = dt.timedelta(days=90)


@transaction.atomic
def erase_old_reports(*, now: dt.datetime) -> tuple[int, int]:
    """Erase files imported, and delete dry runs uploaded, more than 90 days ago; return how many of each.

    Names and addresses in rows that nobody was matched with are erased with the file.
    """
    before = now - KEPT_FOR
    old = AttendanceImport.objects.filter(imported_at__lte=before, file__isnull=False)
    ids = list(old.select_for_update().values_list("pk", flat=True))
    AttendanceRow.objects.filter(report__in=ids, person__isnull=True).update(name="", email="", registrant="", key="")
    AttendanceImport.objects.filter(pk__in=ids).update(file=None, file_erased_at=now)
    drafts = AttendanceImport.objects.drafts().filter(uploaded_at__lte=before)
    count = drafts.count()
    drafts.delete()
    return len(ids), count
