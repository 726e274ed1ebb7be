"""What a worker does with a long list of people: check it with a dry run, or import it (ADR 59)."""

from collections.abc import Callable
from typing import Any

import structlog
from django.db import transaction
from django.utils import translation

from echo_portal.admin.desk.adding import found_by_adding
from echo_portal.lib.bilingual import LANGUAGES
from echo_portal.lib.database import only_worker
from echo_portal.lib.refusals import Refusal
from registrations.actions import list_work
from registrations.actions.importing import LostError, checked_list, details_of
from registrations.models import RegistrantList

log = structlog.get_logger(__name__)


def work_on_list() -> int:
    """Check or import the list that waits longest, and return how many lists were worked on: one or none.

    Only one worker works on a list at a time, so that other processes can send emails. A list whose work fails with an
    unexpected error is tried up to three times.
    """
    with only_worker("registrations.list_work") as is_alone:
        row = list_work.claim_list() if is_alone else None
        if row is None:
            return 0
        try:
            with list_work.saved_progress(row) as progress:
                _work(row, progress)
        except LostError:
            return 0
        except Exception as problem:  # noqa: BLE001 (a list that cannot be imported must not stop the others)
            log.warning("list_not_worked_on", list=row.pk, error=type(problem).__name__)
            list_work.give_back(row)
            return 0
        return 1


def _work(row: RegistrantList, progress: Callable[[int], None]) -> None:
    """Check or import a claimed list. If it is refused, save the sentence in each language."""

    def act() -> None:
        if row.work == RegistrantList.Work.IMPORT:
            list_work.import_claimed_list(row=row, progress=progress)
        else:
            list_work.save_dry_run(row, _dry_run(row, progress))

    first, *others = LANGUAGES
    try:
        with translation.override(first):
            act()
    except Refusal as refusal:
        list_work.fail(row, {first: refusal.sentence} | {other: _said_in(other, act, refusal) for other in others})


def _said_in(language: str, act: Callable[[], None], refusal: Refusal) -> str:
    """Return the sentence of the refusal in this language, by trying the same again. Nothing is changed."""
    with translation.override(language), transaction.atomic():
        try:
            act()
        except Refusal as again:
            refusal = again
        transaction.set_rollback(True)
    return refusal.sentence


def _dry_run(row: RegistrantList, progress: Callable[[int], None]) -> dict[str, Any]:
    by = list_work.check_may_still(row)
    people = details_of(checked_list(row))
    return found_by_adding(by, row.series, people, addition_values(row), progress)


def addition_values(row: RegistrantList) -> dict[str, Any]:
    """Return the arguments for `add_people` that belong to the whole list."""
    return {
        "session_ids": row.session_ids,
        "whole_series": row.whole_series,
        "note_en": row.note_en,
        "note_fr": row.note_fr,
    }
