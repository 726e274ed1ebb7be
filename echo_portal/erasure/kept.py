"""What is kept of an erased person, and until when (DOMAIN.md L-10, MP-10)."""

import datetime as dt
from collections import Counter
from collections.abc import Collection

from django.db.models import Max, Model

from accounts.models import Consent
from attendance.models import Attendance, AttendanceCorrection, AttendanceRow, JoinClick, SaidCode
from credits.models import Certificate, CreditEntry
from evaluations.models import Invitation
from registrations.models import Enrollment, Registration

KEPT_FOR = dt.timedelta(days=7 * 365 + 2)  # seven years, with two leap days
# The tables whose rows stay, with the path to the person.
PATHS: dict[type[Model], str] = {
    Attendance: "person",
    AttendanceRow: "person",
    AttendanceCorrection: "person",
    JoinClick: "registration__person",
    SaidCode: "registration__person",
    CreditEntry: "person",
    Certificate: "person",
    Consent: "person",
    Registration: "person",
    Enrollment: "person",
    Invitation: "person",
}


def kept_rows(people: Collection[int]) -> Counter[type[Model]]:
    """Return how many rows of each table are kept for these people."""
    return Counter(
        {model: model._default_manager.filter(**{f"{path}__in": people}).count() for model, path in PATHS.items()}
    )


def kept_until(people: Collection[int]) -> dt.datetime | None:
    """Return until when the name is kept: seven years after the newest record of credits, or None without a record.

    Records are attendances that count, entries of the ledger, and certificates.
    """
    newest = (
        Attendance.objects.confirmed().filter(person__in=people).aggregate(at=Max("confirmed_at"))["at"],
        CreditEntry.objects.filter(person__in=people).aggregate(at=Max("written_at"))["at"],
        Certificate.objects.filter(person__in=people).aggregate(at=Max("issued_at"))["at"],
    )
    moments = [at for at in newest if at is not None]
    return max(moments) + KEPT_FOR if moments else None
