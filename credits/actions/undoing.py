"""Undo an attendance import and update its certificates together, so that no outdated certificate can be verified.

Previews of importing and undoing a report are also here. They name who loses minutes or a certificate.
"""

import dataclasses
from collections.abc import Callable

from django.db import transaction

from accounts.models import Person
from attendance import actions as attending
from attendance.actions.importing import UndoEffect
from attendance.models import Attendance, AttendanceImport
from credits.actions.ledger import update_ledger
from credits.models import Certificate
from echo_portal.lib.text import sort_key_of
from registrations.queries.people import shown_names
from sessions.models import Session


@dataclasses.dataclass(frozen=True)
class Loss:
    """A person who has fewer minutes in a session than before, or whose certificate was revoked.

    `name` is the name that coordinators see. `certificate` is the new state of a certificate that was valid before, or
    "".
    """

    name: str
    before: int
    after: int
    certificate: str


@dataclasses.dataclass(frozen=True)
class CertificateChange:
    """How many certificates were replaced by corrected ones, how many were revoked, and who lost something."""

    replaced: int
    revoked: int
    losses: tuple[Loss, ...]


@transaction.atomic
def undo_import(*, report: AttendanceImport, by: Person) -> CertificateChange:
    """Undo the import, and update the ledger and the certificates of its series in the same transaction.

    Locks the ledger of the series and its sessions. Raises Refusal if the report is not imported.
    """
    return _change_by(report.session, lambda: attending.undo_import(report=report, by=by))


def preview_undo(*, report: AttendanceImport, by: Person) -> tuple[UndoEffect, CertificateChange]:
    """Return what `undo_import` would change, without saving anything. Raises Refusal in the same cases."""
    effect = attending.preview_undo(report=report, by=by)
    with transaction.atomic():
        change = undo_import(report=report, by=by)
        transaction.set_rollback(True)
    return effect, change


def preview_import(*, report: AttendanceImport, by: Person) -> CertificateChange:
    """Return what importing the dry run would change, without saving anything.

    Raises Refusal in the same cases as `import_report`. The certificates are changed when the ledger is next updated.
    """
    with transaction.atomic():
        change = _change_by(report.session, lambda: attending.import_report(report=report, sha256=report.sha256, by=by))
        transaction.set_rollback(True)
    return change


def _change_by(session: Session, act: Callable[[], object]) -> CertificateChange:
    """Call `act`, update the ledger of the session's series, and return what changed."""
    attendances = Attendance.objects.filter(session=session)
    before = dict(attendances.values_list("person", "seconds"))
    act()
    after = dict(attendances.values_list("person", "seconds"))
    owners = dict(Certificate.objects.valid().filter(series=session.series_id).values_list("pk", "person"))
    update_ledger(series_id=session.series_id)
    ended = Certificate.objects.filter(pk__in=owners).exclude(state=Certificate.State.VALID)
    # Ordered so that of several certificates of one person, a revoked one is named.
    states = dict(ended.order_by("state").values_list("pk", "state"))
    certificates = {owners[pk]: state for pk, state in states.items()}
    losses = _losses(session, before, after, certificates)
    counts = list(states.values())
    return CertificateChange(
        counts.count(Certificate.State.REPLACED), counts.count(Certificate.State.REVOKED), tuple(losses)
    )


def _losses(
    session: Session, before: dict[int, int], after: dict[int, int], certificates: dict[int, str]
) -> list[Loss]:
    """Return who has fewer whole minutes, or whose certificate was revoked, sorted by name."""
    minutes = {pk: (before.get(pk, 0) // 60, after.get(pk, 0) // 60) for pk in before.keys() | certificates.keys()}
    lost = [
        pk for pk, (then, now) in minutes.items() if now < then or certificates.get(pk) == Certificate.State.REVOKED
    ]
    names = shown_names(session.series_id, list(Person.objects.get_queryset().filter(pk__in=lost)))
    return sorted(
        (Loss(names[pk], *minutes[pk], certificates.get(pk, "")) for pk in lost),
        key=lambda loss: sort_key_of(loss.name),
    )
