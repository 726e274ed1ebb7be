"""Whether a report may be uploaded, imported and undone, and an attendance corrected."""

import datetime as dt

from django.utils.translation import gettext as _

from attendance.models import AttendanceImport
from echo_portal.lib.refusals import Refusal
from sessions.models import Session


def check_can_take_attendance(session: Session, now: dt.datetime) -> None:
    """Refuse a session without hours, one that has not started, and one that is cancelled."""
    if session.is_cancelled:
        raise Refusal(_("This session was cancelled."), code="cancelled")
    if session.starts_at is None or session.ends_at is None:
        raise Refusal(_("This session has no hours: attendance cannot be counted."), code="no-hours")
    if session.starts_at > now:
        raise Refusal(_("This session has not started."), code="not-started")


def check_can_import(draft: AttendanceImport, session: Session, *, sha256: str) -> None:
    """Refuse a confirmation of another file than the one that was shown, and of another window."""
    if not draft.is_draft or draft.sha256 != sha256:
        raise Refusal(_("This is not the file that was shown. Look at it again, then import it."), code="other-file")
    if (draft.window_start, draft.window_end) != (session.starts_at, session.ends_at):
        raise Refusal(_("The session was moved since. Upload the report again."), code="session-moved")


def check_can_undo(report: AttendanceImport) -> None:
    if not report.is_live:
        raise Refusal(_("Only the report that counts can be undone."), code="not-live")


def check_correction(session: Session, seconds: int | None, reason: str) -> None:
    """Refuse a correction without a reason, and more time than the session lasted. None means: as reported."""
    if not reason.strip():
        raise Refusal(_("Say why."), code="no-reason", field="reason")
    if seconds is not None and not 0 <= seconds <= window_seconds(session):
        raise Refusal(
            _("The session lasted %(minutes)s minutes; nobody attends longer.")
            % {"minutes": window_seconds(session) // 60},
            code="too-long",
            field="minutes",
        )


def window_seconds(session: Session) -> int:
    """Return how long the session lasted; 0 without hours."""
    if session.starts_at is None or session.ends_at is None:
        return 0
    return int((session.ends_at - session.starts_at).total_seconds())
