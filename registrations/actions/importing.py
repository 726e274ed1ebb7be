"""Upload a list of people, assign roles to its columns, and import it: all its people or nobody (ADR 27)."""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import Details, record
from accounts.models import Person
from echo_portal.lib.refusals import Refusal
from registrations.actions.adding import Added, add_people
from registrations.models import Addition, RegistrantList
from registrations.models.registrant_list import KEPT_DAYS
from registrations.reading.checks import VOCABULARIES, Checked, UnknownWord, check_people
from registrations.reading.columns import ROLES, columns_of, key_of
from registrations.reading.registrant_list import read_list
from sessions.models import Series


class LostError(Exception):
    """Raised if another worker has claimed the list, or if the list was deleted."""


def upload_list(
    *,
    series: Series,
    file_name: str,
    data: bytes,
    language: str,
    session_ids: Sequence[int],
    whole_series: bool,
    note_en: str,
    note_fr: str,
    by: Person,
) -> RegistrantList:
    """Parse the file, save it as this person's only draft in the series, and return it.

    The language and the notes may be "", if they are saved later with `complete_list`. A draft that a worker is
    checking or importing is kept. Old lists are forgotten (`forget_lists`).

    Raises RefusedTableError if the file cannot be used.
    """
    table = read_list(data)
    now = timezone.now()
    with transaction.atomic():
        forget_lists(now)
        RegistrantList.objects.drafts().filter(series=series, uploaded_by=by).exclude(work="import").delete()
        draft = RegistrantList.objects.create(
            series=series,
            file_name=file_name[-200:],
            sha256=hashlib.sha256(data).hexdigest(),
            table=table,
            language=language,
            session_ids=list(session_ids),
            whole_series=whole_series,
            note_en=note_en,
            note_fr=note_fr,
            uploaded_at=now,
            uploaded_by=by,
        )
        record(
            "people-list-uploaded",
            about=f"series:{series.pk}",
            by=by,
            scope_id=series.hub_id,
            details={"list": draft.pk, "sha256": draft.sha256, "people": len(table["rows"])},
        )
    return draft


def forget_lists(now: dt.datetime) -> int:
    """Delete lists that were not imported for seven days, and return how many.

    The names of people who were left out are erased seven days after the import.
    """
    before = now - KEPT_DAYS
    RegistrantList.objects.filter(imported_at__lt=before).exclude(left_out=[]).update(left_out=[])
    RegistrantList.objects.filter(imported_at__lt=before, asked_at__isnull=False, read_at=None).update(read_at=now)
    return RegistrantList.objects.drafts().filter(uploaded_at__lt=before, work="").delete()[0]


@transaction.atomic
def complete_list(
    *,
    registrant_list: RegistrantList,
    language: str,
    session_ids: Sequence[int],
    whole_series: bool,
    note_en: str,
    note_fr: str,
) -> RegistrantList:
    """Save the sessions, the language and the reason of a draft.

    Raises Refusal if the list was imported, or if a worker has it.
    """
    row = _locked_draft(registrant_list)
    row.language, row.session_ids, row.whole_series = language, list(session_ids), whole_series
    row.note_en, row.note_fr = note_en, note_fr
    _save_draft(row, ["language", "session_ids", "whole_series", "note_en", "note_fr"])
    return row


@transaction.atomic
def map_list_columns(*, registrant_list: RegistrantList, roles: Mapping[str, str]) -> RegistrantList:
    """Save the roles that a person chose for columns of a draft, by header.

    Raises Refusal if the list was already imported.
    """
    row = _locked_draft(registrant_list)
    row.columns |= {key_of(header): role for header, role in roles.items() if role in ROLES}
    _save_draft(row, ["columns"])
    return row


@transaction.atomic
def map_list_words(*, registrant_list: RegistrantList, meanings: Mapping[UnknownWord, str]) -> RegistrantList:
    """Save what unknown words of a draft mean: a code of their vocabulary, or "" to leave the word out.

    Raises Refusal if the list was already imported.
    """
    row = _locked_draft(registrant_list)
    for unknown, code in meanings.items():
        if not code or code in VOCABULARIES[unknown.role].values:
            row.words.setdefault(unknown.role, {})[unknown.word] = code
    _save_draft(row, ["words"])
    return row


def _locked_draft(registrant_list: RegistrantList) -> RegistrantList:
    row = RegistrantList.objects.select_for_update(of=("self",)).get(pk=registrant_list.pk)
    if row.imported_at is not None:
        raise Refusal(_("This list is imported already."), code="imported")
    if row.work:
        raise Refusal(_("This list is being checked or imported. Wait until that has ended."), code="at-work")
    return row


def _save_draft(row: RegistrantList, fields: Sequence[str]) -> None:
    """Save what a person said about the list. What was found before is no longer true."""
    row.dry_run, row.failed_at, row.failure = None, None, {}
    row.save(update_fields=[*fields, "dry_run", "failed_at", "failure"])


def checked_list(registrant_list: RegistrantList) -> Checked:
    """Return the people and the faults of a draft. The roles of all its columns must be known."""
    table = registrant_list.table
    columns = columns_of(table["header"], registrant_list.columns)
    return check_people(table["rows"], columns, language=registrant_list.language, words=registrant_list.words)


def details_of(checked: Checked) -> list[Details]:
    return [
        Details(one.name, one.email, one.language, profession=one.profession, province=one.province)
        for one in checked.people
    ]


@transaction.atomic
def import_list(*, registrant_list: RegistrantList, sha256: str, by: Person, seen: str | None = None) -> Addition:
    """Register the people of the list with `add_people`, erase what was read, and return the addition.

    Raises Refusal, and registers nobody, if `sha256` is not the hash of the displayed file, if a column or a cell is
    not clear, if nobody can be added, or if other numbers of people and places result than those in `seen`
    (`Added.seen`). A second call changes nothing.
    """
    row = (
        RegistrantList.objects.select_for_update(of=("self",)).select_related("series__hub").get(pk=registrant_list.pk)
    )
    if row.addition_id is not None:
        return Addition.objects.get(pk=row.addition_id)
    if row.work:
        raise Refusal(_("This list is being checked or imported. Wait until that has ended."), code="at-work")
    return save_import(row, register_people(row, sha256=sha256, by=by, seen=seen), by=by)


def register_people(
    row: RegistrantList,
    *,
    sha256: str,
    by: Person,
    seen: str | None,
    progress: Callable[[int], None] | None = None,
) -> Added:
    """Register the people of the list. Raises Refusal in the cases of `import_list`.

    The caller's transaction must be rolled back if this raises.
    """
    if row.sha256 != sha256:
        raise Refusal(_("This is another file than the one that was checked. Upload it again."), code="hash")
    if not columns_of(row.table["header"], row.columns).are_clear:
        raise Refusal(_("Say first what each column is."), code="columns")
    if not row.is_complete:
        raise Refusal(_("Write why, in at least one language."), code="no-reason")
    checked = checked_list(row)
    if checked.faults:
        raise Refusal(
            _("Nobody is registered while a row has a fault. Correct the file, and upload it again."), code="faults"
        )
    added = add_people(
        series=row.series,
        session_ids=row.session_ids,
        whole_series=row.whole_series,
        people=details_of(checked),
        note_en=row.note_en,
        note_fr=row.note_fr,
        by=by,
        progress=progress,
    )
    if seen is not None and seen != added.seen:
        raise Refusal(
            _("Something has changed since the list was checked. Nobody is registered: look once more."), code="changed"
        )
    names = {one.email: one.name for one in checked.people}
    row.left_out = [[names[address], address, code] for address, code in added.left_out.items()]
    return added


def save_import(row: RegistrantList, added: Added, *, by: Person) -> Addition:
    """Save that the list was imported, erase what was read, and return the addition.

    Raises LostError if another worker has claimed the list, or if it was deleted. The caller's transaction must then
    be rolled back.
    """
    own = RegistrantList.objects.drafts().filter(pk=row.pk, work=row.work, attempts=row.attempts)
    is_saved = own.update(
        imported_at=timezone.now(), addition=added.addition, table=None, words={}, left_out=row.left_out, work="",
        dry_run=None, claimed_until=None,
    )  # fmt: skip
    if not is_saved:
        raise LostError
    record(
        "people-list-imported",
        about=f"series:{row.series_id}",
        by=by,
        scope_id=row.series.hub_id,
        details={"list": row.pk, "sha256": row.sha256, "addition": added.addition.pk, "people": len(added.people)},
    )
    return added.addition
