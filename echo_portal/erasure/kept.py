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
# The tables whose rows stay, by why they do.
RECORDS: tuple[type[Model], ...] = (
    Attendance,
    AttendanceRow,
    AttendanceCorrection,
    JoinClick,
    SaidCode,
    CreditEntry,
    Certificate,
)
COUNTED: tuple[type[Model], ...] = (Registration, Enrollment, Invitation)
PROOF: tuple[type[Model], ...] = (Consent,)
OF_REGISTRATION = (JoinClick, SaidCode)


def kept_rows(people: Collection[int]) -> Counter[type[Model]]:
    """Return how many rows of each table are kept for these people."""
    found: Counter[type[Model]] = Counter()
    for model in (*RECORDS, *COUNTED, *PROOF):
        path = "registration__person" if model in OF_REGISTRATION else "person"
        found[model] = model._default_manager.filter(**{f"{path}__in": people}).count()
    return found


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
