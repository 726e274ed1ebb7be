"""Upload a list of people, assign roles to its columns, and import it: all its people or nobody (ADR 27)."""

import hashlib
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import Details, record
from accounts.models import Person
from echo_portal.lib.refusals import Refusal
from registrations.actions.adding import add_people
from registrations.models import Addition, RegistrantList
from registrations.models.registrant_list import KEPT_DAYS
from registrations.reading.checks import VOCABULARIES, Checked, UnknownWord, check_people
from registrations.reading.columns import ROLES, columns_of, key_of
from registrations.reading.registrant_list import read_list
from sessions.models import Series


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

    The language and the notes may be "", if they are saved later with `complete_list`.

    Drafts of all people that are older than seven days are deleted. Raises RefusedTableError if the file cannot be
    used.
    """
    table = read_list(data)
    now = timezone.now()
    with transaction.atomic():
        RegistrantList.objects.drafts().filter(uploaded_at__lt=now - KEPT_DAYS).delete()
        RegistrantList.objects.drafts().filter(series=series, uploaded_by=by).delete()
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
    """Save the sessions, the language and the reason of a draft. Raises Refusal if the list was imported."""
    row = _locked_draft(registrant_list)
    row.language, row.session_ids, row.whole_series = language, list(session_ids), whole_series
    row.note_en, row.note_fr = note_en, note_fr
    row.save(update_fields=["language", "session_ids", "whole_series", "note_en", "note_fr"])
    return row


@transaction.atomic
def map_list_columns(*, registrant_list: RegistrantList, roles: Mapping[str, str]) -> RegistrantList:
    """Save the roles that a person chose for columns of a draft, by header.

    Raises Refusal if the list was already imported.
    """
    row = _locked_draft(registrant_list)
    row.columns |= {key_of(header): role for header, role in roles.items() if role in ROLES}
    row.save(update_fields=["columns"])
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
    row.save(update_fields=["words"])
    return row


def _locked_draft(registrant_list: RegistrantList) -> RegistrantList:
    row = RegistrantList.objects.select_for_update(of=("self",)).get(pk=registrant_list.pk)
    if row.imported_at is not None:
        raise Refusal(_("This list is imported already."), code="imported")
    return row


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
def import_list(*, registrant_list: RegistrantList, sha256: str, by: Person) -> Addition:
    """Register the people of the list with `add_people`, erase what was read, and return the addition.

    Raises Refusal, and registers nobody, if `sha256` is not the hash of the displayed file, if a column or a cell is
    not clear, or if nobody can be added. A second call changes nothing.
    """
    row = (
        RegistrantList.objects.select_for_update(of=("self",)).select_related("series__hub").get(pk=registrant_list.pk)
    )
    if row.sha256 != sha256:
        raise Refusal(_("This is another file than the one that was checked. Upload it again."), code="hash")
    if row.addition_id is not None:
        return Addition.objects.get(pk=row.addition_id)
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
    )
    row.imported_at, row.addition, row.table, row.words = timezone.now(), added.addition, None, {}
    row.save(update_fields=["imported_at", "addition", "table", "words"])
    record(
        "people-list-imported",
        about=f"series:{row.series_id}",
        by=by,
        scope_id=row.series.hub_id,
        details={"list": row.pk, "sha256": row.sha256, "addition": added.addition.pk, "people": len(added.people)},
    )
    return added.addition
