"""Return the audit pack as a download, and record the download in the audit trail."""

import tempfile
from typing import IO, cast

from django.http import FileResponse, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from credits.audit_pack.archive import write_audit_pack
from credits.models import Accreditation
from echo_portal.lib.http import private
from sessions.models import Series

IN_MEMORY_BYTES = 8 * 1024**2


def pack_response(accreditation: Accreditation, *, by: Person) -> FileResponse:
    """Return the ZIP file as a response, and write an audit event. A large file is kept on disk, not in memory.

    Names in rows of reports that belong to nobody are included if the person may see the review desk of the series.
    """
    file = cast("IO[bytes]", tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))  # noqa: SIM115 (sent, then closed)
    edits = Series.objects.editable_by(by).filter(pk=accreditation.series_id).exists()
    files = write_audit_pack(accreditation, file, made_at=timezone.now(), names_everybody=edits)
    file.seek(0)
    record(
        "audit-pack-downloaded",
        about=f"accreditation:{accreditation.pk}",
        by=by,
        scope_id=accreditation.series.hub_id,
        details={"files": files},
    )
    name = _("audit-pack-%(series)s.zip") % {"series": accreditation.series.slug}
    response = FileResponse(file, as_attachment=True, filename=name)
    private(cast(HttpResponse, response))
    return response
