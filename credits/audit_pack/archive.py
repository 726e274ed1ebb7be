"""Write the audit pack: tables as CSV, the files of certificates, an index, and a list of the files' hashes."""

import dataclasses
import datetime as dt
import hashlib
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credits.audit_pack import tables
from credits.audit_pack.tables import Pack, Rows
from credits.models import Accreditation
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.csv_file import csv_lines


@dataclasses.dataclass(frozen=True)
class Table:
    name: str
    words: Any
    rows: Callable[[Pack], Rows]


# The tables in the order of the index, which explains each of them.
TABLES = (
    Table("accreditation", gettext_lazy("The terms of the accreditation, as approved"), tables.accreditation_table),
    Table("sessions", gettext_lazy("The sessions of the series, with the certifier’s IDs"), tables.sessions_table),
    Table(
        "attendance",
        gettext_lazy("Who attended which session for how long, and how that is known"),
        tables.attendance_table,
    ),
    Table("reports", gettext_lazy("The attendance reports that were imported, by whom and when"), tables.reports_table),
    Table(
        "evidence",
        gettext_lazy(
            "Every row of these reports: times of joining and leaving, who decided to whom it belongs, or why it does "
            "not count. Names in rows that belong to nobody are included for the hub and Pallium staff only"
        ),
        tables.evidence_table,
    ),
    Table(
        "corrections", gettext_lazy("Every correction by hand: who, when, why, before, after"), tables.corrections_table
    ),
    Table(
        "codes",
        gettext_lazy("The codes that participants typed, which are confirmed by a roll call"),
        tables.codes_table,
    ),
    Table("ledger", gettext_lazy("Every entry of the ledger and every reversal, with its reason"), tables.ledger_table),
    Table(
        "certificates",
        gettext_lazy("Every certificate, valid or not; the files are beside it"),
        tables.certificates_table,
    ),
    Table(
        "evaluation",
        gettext_lazy("What participants answered, for closed evaluations with at least five answers"),
        tables.evaluation_table,
    ),
    Table(
        "history",
        gettext_lazy("What was done with the accreditation, the series and its sessions"),
        tables.history_table,
    ),
)


def write_audit_pack(
    accreditation: Accreditation, file: IO[bytes], *, made_at: dt.datetime, names_everybody: bool = False
) -> int:
    """Write the ZIP file in the active language, and return how many files it contains.

    `names_everybody` includes the names in rows of reports that belong to nobody.
    Files of certificates are loaded one at a time. The same data and the same `made_at` result in the same bytes.
    """
    pack = Pack.of(accreditation, made_at=made_at, names_everybody=names_everybody)
    stamp = made_at.astimezone(dt.UTC).timetuple()[:6]
    manifest: list[list[object]] = [[_("file"), _("bytes"), "SHA-256"]]
    counts: list[tuple[str, Any, int]] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(path: str, content: bytes) -> None:
            info = zipfile.ZipInfo(path, date_time=stamp)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, content)
            manifest.append([path, len(content), hashlib.sha256(content).hexdigest()])

        for table in TABLES:
            lines = list(table.rows(pack))
            add(f"{table.name}.csv", _csv(lines))
            counts.append((f"{table.name}.csv", table.words, max(len(lines) - 1, 0)))
        for certificate in tables.files_of(pack).exclude(pdf=None).iterator(chunk_size=20):
            add(tables.file_of(certificate), bytes(certificate.pdf or b""))
        context = {"accreditation": accreditation, "tables": counts, "made_at": made_at, "language": active_language()}
        add("index.html", render_to_string("credits/audit_pack.html", context).encode())
        add("manifest.csv", _csv(manifest))
    return len(manifest) - 1


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    return "".join(csv_lines(rows, active_language())).encode()
