"""Erase the files of reports and the texts of requests after 90 days. Attendances are kept (DOMAIN.md L-10)."""

import datetime as dt

from django.db import transaction

from attendance.models import AttendanceImport, AttendanceRequest, AttendanceRow

KEPT_FOR = dt.timedelta(days=90)


@transaction.atomic
def erase_old_reports(*, now: dt.datetime) -> tuple[int, int]:
    """Erase the files of reports imported more than 90 days ago, and delete dry runs uploaded more than 90 days ago.

    Names and addresses in unmatched rows are erased together with the file. Return the number of erased files and of
    deleted dry runs.
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


def erase_old_texts(*, now: dt.datetime) -> int:
    """Erase the texts of requests that were answered more than 90 days ago, and return how many were erased."""
    rows = AttendanceRequest.objects.filter(answered_at__lte=now - KEPT_FOR).exclude(text="")
    return rows.update(text="")
