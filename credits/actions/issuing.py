"""What coordinators do with certificates: issue them for a series, revoke one."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from credits.actions.certificates import Plan, issue, plan_certificates, revoke
from credits.actions.ledger import update_ledger
from credits.actions.locking import lock_ledger
from credits.models import Certificate
from echo_portal.lib.refusals import Refusal
from sessions.models import Series


@transaction.atomic
def issue_certificates(*, series: Series, by: Person | None) -> Plan:
    """Issue what the series' confirmed attendances and ledger say; a second call issues nothing.

    The rows are the work: a worker makes the files and writes the emails.
    """
    update_ledger(series_id=series.pk)
    plan = plan_certificates(series)
    issue([*plan.new, *plan.replaced], series=series, by=by)
    return plan


@transaction.atomic
def revoke_certificate(*, certificate: Certificate, because: str, by: Person) -> Certificate:
    """Revoke a valid certificate. Raises Refusal for another one, and without a reason."""
    lock_ledger(certificate.series_id)
    row = Certificate.objects.select_for_update(of=("self",)).defer("pdf").get(pk=certificate.pk)
    if not row.is_valid:
        raise Refusal(_("Only a valid certificate can be revoked."), code="not-valid")
    if not because.strip():
        raise Refusal(_("Say why."), code="no-reason", field="because")
    row = revoke(row, because=because.strip()[:300], by=by)
    update_ledger(series_id=row.series_id)  # what stood on it may be allocated anew
    return row
