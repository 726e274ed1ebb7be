"""Undo an attendance import and update its certificates together, so that no outdated certificate can be verified."""

import dataclasses

from django.db import transaction

from accounts.models import Person
from attendance import actions as attending
from attendance.actions.importing import UndoEffect
from attendance.models import AttendanceImport
from credits.actions.ledger import update_ledger
from credits.models import Certificate


@dataclasses.dataclass(frozen=True)
class CertificateChange:
    """How many certificates were replaced by corrected ones, and how many were revoked."""

    replaced: int
    revoked: int


@transaction.atomic
def undo_import(*, report: AttendanceImport, by: Person) -> CertificateChange:
    """Undo the import, and update the ledger and the certificates of its series in the same transaction.

    Locks the ledger of the series and its sessions. Raises Refusal if the report is not imported.
    """
    attending.undo_import(report=report, by=by)
    series_id = report.session.series_id
    valid = list(Certificate.objects.valid().filter(series=series_id).values_list("pk", flat=True))
    update_ledger(series_id=series_id)
    return _change_of(valid)


def preview_undo(*, report: AttendanceImport, by: Person) -> tuple[UndoEffect, CertificateChange]:
    """Return what `undo_import` would change, without saving anything. Raises Refusal in the same cases."""
    effect = attending.preview_undo(report=report, by=by)
    with transaction.atomic():
        change = undo_import(report=report, by=by)
        transaction.set_rollback(True)
    return effect, change


def _change_of(were_valid: list[int]) -> CertificateChange:
    states = list(Certificate.objects.filter(pk__in=were_valid).values_list("state", flat=True))
    return CertificateChange(states.count(Certificate.State.REPLACED), states.count(Certificate.State.REVOKED))
