"""Compute the ledger of a series from its confirmed attendances: reverse outdated entries, and add missing ones."""

import dataclasses
from collections.abc import Iterator, Mapping
from decimal import Decimal

import structlog
from django.db import transaction
from django.utils import timezone

from accounts.actions import record as record_event
from accounts.models import Person
from attendance.models import Attendance
from credits.actions.certificates import follow_corrections
from credits.actions.locking import lock_ledger
from credits.allocation import NO_SESSION_ID, OUTSIDE_DATES, Line, allocate, minutes_needed
from credits.models import Accreditation, CertifiedSession, CreditEntry
from credits.queries.certificates import printed_in
from credits.queries.ledger import Key, attended_by_person, confirmed_in, open_reversals, standing_entries
from credits.queries.stale import fingerprint_of, series_with_stale_ledger
from evaluations.queries.conditions import unanswered_conditions
from sessions.models import Series

Kind = CreditEntry.Kind
log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True)
class LedgerChange:
    """How many entries of a ledger were reversed, and how many were added."""

    reversed: int = 0
    entered: int = 0


def update_stale_ledgers() -> int:
    """Update all ledgers whose attendances or accreditations have changed.

    Return in how many of them entries were reversed or added. If a ledger cannot be updated, this is logged, it remains
    stale, and the others are still updated.
    """
    changed = 0
    for series_id in series_with_stale_ledger():
        try:
            changed += update_ledger(series_id=series_id) != LedgerChange()
        except Exception as problem:  # noqa: BLE001 (the next run tries again)
            log.warning("ledger_not_updated", series=series_id, error=type(problem).__name__)
    return changed


@transaction.atomic
def update_ledger(*, series_id: int, heirs: Mapping[int, int] | None = None, by: Person | None = None) -> LedgerChange:
    """Compute the ledger of a series again, and return how many entries were reversed and added.

    A second call changes nothing. `by` is the person who changed an accreditation, for the history. `heirs` is the
    argument of `follow_corrections`, which replaces certificates with outdated credits in the same transaction. Locks
    the ledger of the series until the end of the transaction. The number of SQL statements does not depend on the
    number of people.
    """
    state = lock_ledger(series_id)
    # Read before the rows, so that a change in the meantime makes the ledger stale again.
    state.fingerprint = fingerprint_of(series_id)
    wanted = dict(_wanted(series_id))
    standing = standing_entries(series_id)
    now = timezone.now()
    outdated = [(key, row) for key, row in standing.items() if key not in wanted or not _same(row, wanted[key])]
    confirmed = Attendance.objects.confirmed().filter(session__series=series_id)
    there = set(confirmed.values_list("person", "session")) if outdated else set()
    reversals = CreditEntry.objects.bulk_create(
        CreditEntry(
            accreditation_id=row.accreditation_id,
            person_id=row.person_id,
            session_id=row.session_id,
            kind=Kind.REVERSAL,
            minutes=row.minutes,
            session_minutes=row.session_minutes,
            credits_per_hour=row.credits_per_hour,
            credits=-row.credits,
            code=_why_reversed(row, wanted.get(key), still_there=(row.person_id, row.session_id) in there),
            reverses=row,
            written_at=now,
        )
        for key, row in outdated
    )
    follow = open_reversals(series_id) | {key: row.pk for (key, _old), row in zip(outdated, reversals, strict=True)}
    new = [entry for key, entry in wanted.items() if key not in standing or not _same(standing[key], entry)]
    for entry in new:
        entry.follows_id = follow.get((entry.accreditation_id, entry.person_id, entry.session_id))
        entry.written_at = now
    CreditEntry.objects.bulk_create(new)
    state.computed_at = now
    state.save()
    change = LedgerChange(len(reversals), len(new))
    series = Series.objects.get(pk=series_id)
    if change != LedgerChange():
        record_event(
            "ledger-updated",
            about=f"series:{series_id}",
            by=by,
            scope_id=series.hub_id,
            details={"reversed": change.reversed, "entered": change.entered},
        )
    follow_corrections(series=series, heirs=heirs or {})
    return change


def _wanted(series_id: int) -> Iterator[tuple[Key, CreditEntry]]:
    """Yield the entries that the ledger should contain, with their keys. Incomplete accreditations are ignored."""
    series = Series.objects.get(pk=series_id)
    records = list(Accreditation.objects.complete().filter(series=series).order_by("pk"))
    if not records:
        return
    attendances, standing = confirmed_in(series_id), printed_in(series_id)
    with_id: dict[int, set[int]] = {}
    for accreditation, session in CertifiedSession.objects.filter(accreditation__in=records).values_list(
        "accreditation", "session"
    ):
        with_id.setdefault(accreditation, set()).add(session)
    gates = any(record.evaluation_required for record in records)
    unanswered = unanswered_conditions(series_id, timezone.now()) if gates else ()
    for record in records:
        people = attended_by_person(
            record, attendances, with_id=with_id.get(record.pk, set()), standing=standing, unanswered=unanswered
        )
        for person, attended in people.items():
            for line in allocate(attended.sessions, record.terms, one_counts=series.choose_one):
                entry = _entry(record, attended.rows[line.session], line)
                yield (record.pk, person, line.session), entry


def _entry(record: Accreditation, attendance: Attendance, line: Line) -> CreditEntry:
    facts = {
        "series_max": _text(record.max_credits),
        "session_max": _text(record.max_per_session) if record.max_per_session is not None else "",
        "needed": minutes_needed(record.terms),
    }
    return CreditEntry(
        accreditation=record,
        person_id=attendance.person_id,
        session_id=attendance.session_id,
        minutes=line.minutes,
        session_minutes=attendance.window_seconds // 60,
        credits_per_hour=record.credits_per_hour,
        credits=line.credits,
        code=line.code,
        facts=facts,
    )


def _text(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _same(row: CreditEntry, wanted: CreditEntry) -> bool:
    names = ("minutes", "session_minutes", "credits_per_hour", "credits", "code", "facts")
    return all(getattr(row, name) == getattr(wanted, name) for name in names)


def _why_reversed(row: CreditEntry, wanted: CreditEntry | None, *, still_there: bool) -> str:
    """Return the code of the reason. `still_there` is whether the attendance is still confirmed."""
    if wanted is None:
        return "not-covered" if still_there else "taken-back"
    if wanted.minutes != row.minutes:
        return "attendance-changed"
    same_terms = (wanted.credits_per_hour, wanted.facts) == (row.credits_per_hour, row.facts)
    return "computed-again" if same_terms and wanted.code not in (OUTSIDE_DATES, NO_SESSION_ID) else "terms-changed"
