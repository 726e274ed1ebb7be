"""Upload, withdraw and restore materials, and count how often they are opened."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from echo_portal.lib.documents import check_document
from echo_portal.lib.refusals import Refusal
from sessions.models import Material, MaterialFile, MaterialView, Session


@dataclass(frozen=True)
class Upload:
    """An uploaded file, with the values of the material that it will become."""

    name: str
    data: bytes
    kind: str
    language: str
    open_to: str
    title: str = ""


@transaction.atomic
def upload_material(
    *,
    session: Session,
    upload: Upload,
    replaces: Material | None = None,
    note_en: str = "",
    note_fr: str = "",
    by: Person,
) -> Material:
    """Save a file as a material of the session, and return the material.

    A material that it replaces remains listed, with the notes as the reason. Locks the session. Raises
    RefusedDocumentError if the file is not accepted. Raises Refusal if the session already has this material, or if the
    material to replace was replaced or withdrawn in the meantime.
    """
    accepted = check_document(upload.name, upload.data)
    Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    if replaces is not None:
        replaces = Material.objects.select_for_update(no_key=True).get(pk=replaces.pk)
        if not replaces.is_shown:
            sentence = _("This material was replaced or withdrawn meanwhile. Nothing was saved.")
            raise Refusal(sentence, code="not-shown", field="replaces")
        _hide(replaces, Material.State.REPLACED, note_en, note_fr)
    same = Material.objects.shown().filter(
        session=session, kind=upload.kind, language=upload.language, title=upload.title
    )
    if same.exists():
        sentence = _("This session has a document of this kind, language and title already. Change the title.")
        raise Refusal(sentence, code="material-twice", field="title")
    material = Material.objects.create(
        session=session, kind=upload.kind, language=upload.language, open_to=upload.open_to, title=upload.title
    )
    MaterialFile.objects.create(
        material=material,
        name=upload.name,
        extension=accepted.extension,
        content=upload.data,
        size=len(upload.data),
        sha256=hashlib.sha256(upload.data).hexdigest(),
        uploaded_at=timezone.now(),
        uploaded_by=by,
    )
    if replaces is not None:
        replaces.replaced_by = material
        replaces.save()
    details = {"material": material.pk, "kind": upload.kind, "replaces": replaces.pk if replaces else None}
    record("material-uploaded", by=by, **_event(session, details))
    return material


@transaction.atomic
def withdraw_material(*, material: Material, note_en: str = "", note_fr: str = "", by: Person) -> None:
    """Withdraw a material. It remains listed with the reason, in at least one language, but cannot be opened.

    Raises Refusal if it is already withdrawn.
    """
    row = Material.objects.select_for_update(no_key=True).select_related("session__series").get(pk=material.pk)
    if not row.is_shown:
        raise Refusal(_("This material was replaced or withdrawn already."), code="not-shown")
    _hide(row, Material.State.WITHDRAWN, note_en, note_fr)
    record("material-withdrawn", by=by, **_event(row.session, {"material": row.pk, "kind": row.kind}))


@transaction.atomic
def restore_material(*, material: Material, by: Person) -> None:
    """Restore a withdrawn material. Raises Refusal if it is not withdrawn, or if another material now has its title."""
    row = Material.objects.select_for_update(no_key=True).select_related("session__series").get(pk=material.pk)
    if row.state != Material.State.WITHDRAWN:
        raise Refusal(_("This material is not withdrawn."), code="not-withdrawn")
    same = Material.objects.shown().filter(
        session=row.session_id, kind=row.kind, language=row.language, title=row.title
    )
    if same.exists():
        raise Refusal(_("Another document of this kind, language and title is shown. Withdraw it first."), code="twice")
    row.state, row.note_en, row.note_fr, row.hidden_at = Material.State.SHOWN, "", "", None
    row.save()
    record("material-restored", by=by, **_event(row.session, {"material": row.pk, "kind": row.kind}))


def _hide(material: Material, state: str, note_en: str, note_fr: str) -> None:
    material.state, material.hidden_at = state, timezone.now()
    material.note_en, material.note_fr = note_en, note_fr
    material.save()


def _event(session: Session, details: dict[str, Any]) -> dict[str, Any]:
    return {"about": f"session:{session.pk}", "scope_id": session.series.hub_id, "details": details}


def count_view(material_id: int) -> None:
    """Count that a material was opened today, without storing who opened it."""
    table = connection.ops.quote_name(MaterialView._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (material_id, day, count) VALUES (%s, %s, 1) "  # noqa: S608 (name of a model)
            f"ON CONFLICT (material_id, day) DO UPDATE SET count = {table}.count + 1",
            [material_id, timezone.localdate()],
        )
