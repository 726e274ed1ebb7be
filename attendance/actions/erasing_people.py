"""Erase how reports, coordinators and requests name a person. Attendances and the times of stays are kept (ADR 52)."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from attendance.models import (
    Attendance,
    AttendanceAlias,
    AttendanceCorrection,
    AttendanceImport,
    AttendanceRequest,
    AttendanceRow,
)
from echo_portal.lib.text import fold
from registrations.models import Registration

ERASED_TEXT = "–"  # where a text is required
UNNAMED: dict[str, Any] = {"name": "", "email": "", "registrant": "", "key": ""}


def erase_evidence(*, people: Collection[int], keys: Collection[str], names: Collection[str]) -> Counter[type[Model]]:
    """Erase names and addresses in the rows of reports, the files of these reports, remembered matches and requests.

    A row is the person's if it was matched to them, or if nobody is matched and it has one of their addresses or, in a
    session for which they were registered, one of their names. A dry run that contains them is deleted: it can be
    uploaded again. Corrections stay, without their reason. Return how many rows were erased.
    """
    rows = _rows(people, keys, names)
    reports = set(AttendanceRow.objects.filter(pk__in=rows).values_list("report", flat=True))
    typed = list(AttendanceRow.objects.filter(pk__in=rows, facts__has_key="value"))
    for row in typed:
        row.facts["value"] = ERASED_TEXT
    AttendanceRow.objects.bulk_update(typed, ["facts"])
    erased: Counter[type[Model]] = Counter()
    erased[AttendanceRow] = AttendanceRow.objects.filter(pk__in=rows).update(**UNNAMED)
    found = AttendanceImport.objects.filter(pk__in=reports)
    drafts = found.drafts()
    erased[AttendanceImport] = drafts.count()
    drafts.delete()
    with_file = found.filter(file__isnull=False)
    erased[AttendanceImport] += with_file.update(file=None, file_erased_at=timezone.now(), file_name=ERASED_TEXT)
    corrections = AttendanceCorrection.objects.filter(person__in=people)
    erased[AttendanceCorrection] = corrections.update(reason=ERASED_TEXT)
    for of_them in (
        AttendanceAlias.objects.filter(Q(person__in=people) | Q(key__in=[f"email:{key}" for key in keys])),
        AttendanceRequest.objects.filter(person__in=people),
    ):
        erased[of_them.model] = of_them.delete()[0]
    return erased


def _rows(people: Collection[int], keys: Collection[str], names: Collection[str]) -> list[int]:
    sessions: QuerySet[Any] = Registration.objects.filter(person__in=people).values("session")
    attended = Attendance.objects.filter(person__in=people).values("session")
    there = Q(report__session__in=sessions) | Q(report__session__in=attended)
    folded = [f"name:{fold(name)}"[:400] for name in names if name]
    unmatched = Q(person=None) & (Q(lower__in=keys) | (there & Q(key__in=folded)))
    rows = AttendanceRow.objects.annotate(lower=Lower("email")).filter(Q(person__in=people) | unmatched)
    return list(rows.values_list("pk", flat=True))
