"""Issue certificates to people who answered the evaluation that their certificate waited for (ADR 41)."""

import datetime as dt
from collections.abc import Iterable

import structlog
from django.db import transaction

from credits.actions.certificates import blocked_because, issue
from credits.actions.ledger import update_ledger
from credits.models import Certificate
from credits.queries.certificates import Draft, drafts_to_follow
from evaluations.queries.conditions import answered_conditions, series_with_open_conditions
from sessions.models import Series

log = structlog.get_logger(__name__)


def issue_answered(*, now: dt.datetime) -> int:
    """Issue certificates to people who have answered since others got theirs, and return the number of certificates.

    A certificate is issued if it has a new session that is already on a certificate of another person, of the same
    session or series. It then has all sessions that wait for nothing. A certificate that somebody revoked is not issued
    again. If a series fails, this is logged, and the others are still issued.
    """
    count = 0
    for series in series_with_open_conditions(now):
        try:
            count += _issue_answered(series)
        except Exception as problem:  # noqa: BLE001 (the next run tries again)
            log.warning("answered_not_issued", series=series.pk, error=type(problem).__name__)
    return count


@transaction.atomic
def _issue_answered(series: Series) -> int:
    update_ledger(series_id=series.pk)  # locks the ledger, too
    answered = answered_conditions(series.pk)
    drafts = drafts_to_follow(series)
    issued = _issued_sessions(drafts)
    revoked = Certificate.objects.revoked_by_hand().filter(series=series).values_list("person", "session")
    barred = set(revoked)
    due = [
        draft
        for draft in drafts
        if not blocked_because(draft)
        and (draft.valid is not None or draft.about not in barred)
        and _new_sessions(draft) & issued.get(draft.about[1], set()) & _of(draft, answered)
    ]
    issue(due, series=series, by=None)
    return len(due)


def _issued_sessions(drafts: Iterable[Draft]) -> dict[int | None, set[int]]:
    """Return the IDs of the sessions that valid certificates print.

    The keys are the IDs of the sessions that the certificates are about, or None for certificates of the whole series.
    """
    found: dict[int | None, set[int]] = {}
    for draft in drafts:
        if draft.valid is not None:
            found.setdefault(draft.about[1], set()).update(line["id"] for line in draft.valid.printed)
    return found


def _new_sessions(draft: Draft) -> set[int]:
    """Return the IDs of the sessions in the draft that the person's valid certificate does not print."""
    printed = {line["id"] for line in draft.valid.printed} if draft.valid else set()
    return {line["id"] for line in draft.lines} - printed


def _of(draft: Draft, answered: set[tuple[int, int]]) -> set[int]:
    return {session for person, session in answered if person == draft.person.pk}
