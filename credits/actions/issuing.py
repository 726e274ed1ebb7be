"""Actions of coordinators: issue the certificates of a series or of a session, and revoke a certificate."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from credits.actions.certificates import Plan, issue, plan_certificates, revoke
from credits.actions.ledger import update_ledger
from credits.actions.locking import lock_ledger
from credits.models import Certificate
from echo_portal.lib.refusals import Refusal
from sessions.models import Series, Session


@transaction.atomic
def issue_certificates(*, series: Series, session: Session | None = None, by: Person | None) -> Plan:
    """Issue certificates for the confirmed attendances in a series, or in one of its sessions, and return the plan.

    A second call issues nothing. A person can have both a valid certificate of a session and one of its series; both
    contain the same credits. A worker later makes the PDF files and writes the emails.
    """
    update_ledger(series_id=series.pk)
    plan = plan_certificates(series, session)
    issue([*plan.new, *plan.replaced], series=series, by=by)
    return plan


@transaction.atomic
def revoke_certificate(*, certificate: Certificate, because: str, by: Person) -> Certificate:
    """Revoke a certificate. Raises Refusal if it is not valid or if the reason is empty."""
    lock_ledger(certificate.series_id)
    row = Certificate.objects.select_for_update(of=("self",)).defer("pdf").get(pk=certificate.pk)
    if not row.is_valid:
        raise Refusal(_("Only a valid certificate can be revoked."), code="not-valid")
    if not because.strip():
        raise Refusal(_("Say why."), code="no-reason", field="because")
    row = revoke(row, because=because.strip()[:300], by=by)
    update_ledger(series_id=row.series_id)  # its credits may be allocated to other sessions
    return row
