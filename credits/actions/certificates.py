"""Issue certificates, replace them after a corrected attendance, and revoke them."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.actions import record
from accounts.models import Person
from credits.actions.locking import lock_ledger
from credits.actions.telling import write_about
from credits.codes import new_code
from credits.message_kinds import CERTIFICATE_REVOKED
from credits.models import About, Certificate
from credits.queries.certificates import Draft, drafts_of, drafts_to_follow, name_on_certificate, values_of
from echo_portal.lib.pdf.characters import missing_characters
from sessions.models import Series, Session

State = Certificate.State
TAKEN_BACK = gettext_noop("The attendance was taken back.")
MERGED = gettext_noop("The profile was merged with another one of the same person.")
NO_NAME, NO_CHARACTERS, NO_LICENCE = "no-name", "no-characters", "no-licence"
NO_EVALUATION, NO_SIGNATORY = "no-evaluation", "no-signatory"
# A mistake in a report is often corrected at once; then no email about it is sent.
WAIT_FOR_CORRECTION = dt.timedelta(minutes=30)
# Why a certificate was revoked whose corrected one cannot be issued, by code of `blocked_because`.
BLOCKED = {
    NO_EVALUATION: gettext_noop("The credits changed, and a corrected certificate waits for the evaluation."),
    NO_NAME: gettext_noop("The credits changed, and the profile has no name for a corrected certificate."),
    NO_CHARACTERS: gettext_noop("The credits changed, and a corrected certificate cannot print the name."),
    NO_LICENCE: gettext_noop("The credits changed, and the corrected statement needs a licence number."),
    NO_SIGNATORY: gettext_noop("The credits changed, and a corrected certificate waits for the name of its signatory."),
}


@dataclasses.dataclass(frozen=True)
class Plan:
    """What issuing certificates does: the new and replaced ones, and the numbers of unchanged and blocked ones.

    `blocked` is the number of certificates that cannot be issued, by code of the reason (`blocked_because`). `waiting`
    is the number of people on whose certificate some sessions are left out until they have answered the evaluation.
    """

    new: list[Draft]
    replaced: list[Draft]
    unchanged: int
    blocked: dict[str, int]
    waiting: int

    @property
    def count(self) -> int:
        return len(self.new) + len(self.replaced)


def plan_certificates(series: Series, session: Session | None = None) -> Plan:
    """Return what `issue_certificates` would do, without saving anything."""
    drafts = drafts_of(series, session)
    due = [(draft, blocked_because(draft)) for draft in drafts if draft.is_due]
    open_ones = [draft for draft, because in due if not because]
    return Plan(
        new=[draft for draft in open_ones if draft.valid is None],
        replaced=[draft for draft in open_ones if draft.valid is not None],
        unchanged=len(drafts) - len(due),
        blocked=dict(Counter(because for _draft, because in due if because)),
        waiting=sum(1 for draft in drafts if draft.waiting and draft.lines),
    )


def blocked_because(draft: Draft) -> str:
    """Return the code of the reason why no certificate can be issued, or "" if it can (DOMAIN.md C-2)."""
    if not draft.lines:
        return NO_EVALUATION
    if not all(record["signatory_name"] for record in draft.records):
        return NO_SIGNATORY
    name = name_on_certificate(draft.person)
    if not name:
        return NO_NAME
    if missing_characters(name):
        return NO_CHARACTERS
    return NO_LICENCE if draft.is_statement and not draft.person.licence_number else ""


@transaction.atomic
def follow_corrections(*, series: Series, heirs: Mapping[int, int]) -> int:
    """Replace or revoke certificates with outdated minutes or credits, and return how many.

    A certificate is revoked if all its attendances were removed. If one of them counts again, a new certificate is
    issued. A replaced certificate of the series also contains the sessions that the person has attended since the old
    one was issued. `heirs` maps each merged profile to the profile into which it was merged: certificates of the merged
    profile are replaced by certificates of the other one, or revoked if the other one has a certificate already. Locks
    the ledger of the series.
    """
    lock_ledger(series.pk)
    issued = Certificate.objects.filter(series=series)
    if not any(row.is_valid or row.was_revoked_automatically for row in issued.latest_of_each().defer("pdf", "values")):
        return 0
    drafts = drafts_to_follow(series)
    inherited = _inherit(drafts, series, heirs)
    wrong = [draft for draft in drafts if draft.contradicts_printed or draft.counts_again or draft.about in inherited]
    blocked = {draft.about: because for draft in wrong if (because := blocked_because(draft))}
    corrected = [draft for draft in wrong if draft.about not in blocked]
    issue(corrected, series=series, by=None)
    kept = {draft.about for draft in drafts} - blocked.keys()
    gone = [row for row in issued.valid().defer("pdf") if row.about not in kept]
    for certificate in gone:
        code = blocked.get(certificate.about)
        revoke(certificate, because=BLOCKED[code] if code else TAKEN_BACK, by=None)
    return len(corrected) + len(gone)


def _inherit(drafts: Iterable[Draft], series: Series, heirs: Mapping[int, int]) -> set[About]:
    """Let the drafts of the heirs replace the valid certificates of the profiles that were merged into theirs.

    Return what these drafts are about. Certificates that no draft can replace are revoked.
    """
    by_about = {draft.about: draft for draft in drafts}
    inherited = set()
    for row in Certificate.objects.valid().filter(series=series, person__in=heirs).defer("pdf"):
        draft = by_about.get((heirs[row.person_id], row.session_id))
        if draft is not None and draft.valid is None and not blocked_because(draft):
            draft.valid = row
            inherited.add(draft.about)
        else:
            revoke(row, because=MERGED, by=None)
    return inherited


def revoke(row: Certificate, *, because: str, by: Person | None) -> Certificate:
    row.state, row.revoked_at, row.revoked_by, row.revoked_because = State.REVOKED, timezone.now(), by, because
    row.save(update_fields=["state", "revoked_at", "revoked_by", "revoked_because"])
    record(
        "certificate-revoked",
        about=f"certificate:{row.pk}",
        by=by,
        scope_id=row.series.hub_id,
        details={"person": row.person_id},
    )
    if because != MERGED:
        due_at = None if by else timezone.now() + WAIT_FOR_CORRECTION
        write_about(row, kind=CERTIFICATE_REVOKED, language=row.person.language, due_at=due_at)
    return row


def issue(drafts: Iterable[Draft], *, series: Series, by: Person | None) -> None:
    now = timezone.now()
    drafts = list(drafts)
    replaced = [draft.valid.pk for draft in drafts if draft.valid is not None]
    Certificate.objects.filter(pk__in=replaced).update(state=State.REPLACED, replaced_at=Now())
    issued_on = timezone.localdate(now).isoformat()
    rows = []
    for draft in drafts:
        code = new_code()
        rows.append(
            Certificate(
                person=draft.person,
                series=series,
                session=draft.session,
                code=code,
                language=draft.person.language,
                values=values_of(draft, series=series, code=code, issued_on=issued_on),
                issued_at=now,
                issued_by=by,
                replaces=draft.predecessor,
            )
        )
    Certificate.objects.bulk_create(rows)
    for row in rows:
        record(
            "certificate-issued",
            about=f"certificate:{row.pk}",
            by=by,
            scope_id=series.hub_id,
            details={"person": row.person_id, "session": row.session_id, "replaces": row.replaces_id},
        )
