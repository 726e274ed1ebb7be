"""Ask a worker to check or import a long list, let one worker at a time do it, and save what came of it (ADR 59)."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from echo_portal.lib.database import outside_transaction
from echo_portal.lib.refusals import Refusal
from registrations.actions.importing import register_people, save_import
from registrations.models import Addition, RegistrantList
from sessions.models import Series

LONG = 300  # lists with more rows are checked and imported by a worker
LEASE = dt.timedelta(minutes=2)  # each saved progress renews it
MOST_ATTEMPTS = 3


def is_long(registrant_list: RegistrantList) -> bool:
    return len(registrant_list.table["rows"]) > LONG


@transaction.atomic
def ask_for_work(
    *, registrant_list: RegistrantList, work: str, by: Person, sha256: str = "", seen: str = ""
) -> RegistrantList:
    """Save that a worker should check or import the list, and return it.

    `sha256` and `seen` are what the person confirms, for an import. Nothing changes if the list was imported, or if
    a worker already should do something with it. Raises Refusal if another file was confirmed.
    """
    row = RegistrantList.objects.select_for_update(of=("self",)).get(pk=registrant_list.pk)
    if row.imported_at is not None or row.work:
        return row
    if work == RegistrantList.Work.IMPORT and row.sha256 != sha256:
        raise Refusal(_("This is another file than the one that was checked. Upload it again."), code="hash")
    if work == RegistrantList.Work.IMPORT and (row.dry_run is None or row.asked_by_id != by.pk):
        raise Refusal(
            _("Something has changed since the list was checked. Nobody is registered: look once more."), code="changed"
        )
    row.work, row.asked_at, row.asked_by, row.seen = work, timezone.now(), by, seen[:40]
    row.rows_total, row.rows_done, row.attempts, row.claimed_until = len(row.table["rows"]), 0, 0, None
    row.failed_at, row.failure, row.dry_run, row.read_at = None, {}, None, None
    row.save()
    return row


@transaction.atomic
def claim_list() -> RegistrantList | None:
    """Return the list that a worker should work on next, with a lease, or None.

    A list whose workers were killed three times has failed.
    """
    now = timezone.now()
    rows = RegistrantList.objects.due(now).select_related("series__hub", "asked_by")
    row = rows.select_for_update(of=("self",), skip_locked=True).first()
    if row is None:
        return None
    if row.attempts >= MOST_ATTEMPTS:
        fail(row, {})
        return claim_list()
    row.attempts, row.rows_done, row.claimed_until = row.attempts + 1, 0, now + LEASE
    row.save(update_fields=["attempts", "rows_done", "claimed_until"])
    return row


def fail(row: RegistrantList, failure: Mapping[str, str]) -> None:
    """End the work without an import. `failure` has the sentence that says why, by language."""
    own = RegistrantList.objects.at_work().filter(pk=row.pk, attempts=row.attempts)
    own.update(work="", failed_at=timezone.now(), failure=failure, claimed_until=None, dry_run=None)


def give_back(row: RegistrantList) -> None:
    """Let a worker try again when the lease has ended. The third failed attempt is the last one."""
    if row.attempts >= MOST_ATTEMPTS:
        fail(row, {})


def save_dry_run(row: RegistrantList, found: Mapping[str, Any]) -> None:
    """Save what the check found, for the person who asked for it."""
    own = RegistrantList.objects.at_work().filter(pk=row.pk, attempts=row.attempts)
    own.update(work="", dry_run=found, claimed_until=None)


def check_may_still(row: RegistrantList) -> Person:
    """Return the person who asked for the work. Raises Refusal if they may not edit the series any more."""
    by = row.asked_by
    if by is None or not by.is_active or not Series.objects.editable_by(by).filter(pk=row.series_id).exists():
        raise Refusal(_("The person who asked for this may not edit the series any more."), code="permission")
    return by


@transaction.atomic
def import_claimed_list(*, row: RegistrantList, progress: Callable[[int], None]) -> Addition:
    """Register the people of a claimed list in one transaction, and return the addition.

    The row of the list is locked at the end only, so that the progress can be saved. Raises Refusal if nobody is
    registered, and LostError if another worker has claimed the list.
    """
    by = check_may_still(row)
    added = register_people(row, sha256=row.sha256, by=by, seen=row.seen, progress=progress)
    return save_import(row, added, by=by)


@contextmanager
def saved_progress(row: RegistrantList) -> Iterator[Callable[[int], None]]:
    """Yield a function that saves the number of processed people at once, and renews the lease."""
    with outside_transaction() as run:

        def save(done: int) -> None:
            run(
                "UPDATE registrations_registrantlist SET rows_done = %s, claimed_until = %s"
                " WHERE id = %s AND attempts = %s AND work <> ''",
                [done, timezone.now() + LEASE, row.pk, row.attempts],
            )

        yield save


def mark_read(*, addition: Addition, by: Person) -> None:
    """Save that the person who asked for the import has read its result. A second call changes nothing."""
    rows = RegistrantList.objects.filter(addition=addition, asked_by=by, read_at=None)
    rows.update(read_at=timezone.now())
