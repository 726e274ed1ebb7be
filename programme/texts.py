"""Load the texts of public pages from a file."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from accounts.actions import record
from accounts.models import Person
from hubs.models import Hub
from pages.models import Newsletter, Page, QuestionAndAnswer
from programme.sync import LoadedRows, LoadReport
from programme.text_file import TextEntry

MODELS: dict[str, type[Model]] = {"page": Page, "question": QuestionAndAnswer, "newsletter": Newsletter}


@transaction.atomic
def load_texts(
    *, entries: Sequence[TextEntry], by: Person | None, force: bool = False, dry_run: bool = False
) -> LoadReport:
    """Write the texts into the database, in one transaction, and return how many rows were written.

    Loading the same texts again changes nothing. Texts that people edited or removed are left unchanged unless `force`
    is given. Texts of hubs that do not exist are skipped. With `dry_run`, the transaction is rolled back. Concurrent
    loads wait for each other (an advisory lock).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('programme.load'))")
    rows = LoadedRows(force=force, by=by)
    hubs = {hub.slug: hub.pk for hub in Hub.objects.all()}
    for entry in entries:
        if entry.hub and entry.hub not in hubs:
            continue
        natural: dict[str, Any] = {"slug": entry.slug}
        if entry.kind == "page":
            natural["hub_id"] = hubs[entry.hub] if entry.hub else None
        about = f"{entry.kind}:{entry.hub}/{entry.slug}" if entry.hub else f"{entry.kind}:{entry.slug}"
        rows.upsert(MODELS[entry.kind], about, natural, dict(entry.values))
    report = rows.finish(weeks=0)
    if dry_run:
        transaction.set_rollback(True)
    elif report.wrote_something:
        details = {"new": report.new, "changed": report.changed, "force": force}
        record("load-texts", about="programme:1", by=by, details=details)
    return report
