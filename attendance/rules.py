"""Rules for uploading, importing and undoing a report, and for correcting an attendance."""

import datetime as dt

from django.utils.translation import gettext as _

from attendance.models import AttendanceImport
from echo_portal.lib.refusals import Refusal
from sessions.models import Session


def check_can_take_attendance(session: Session, now: dt.datetime) -> None:
    """Raise Refusal for a session without times, a session that has not started, or a cancelled session."""
    if session.is_cancelled:
        raise Refusal(_("This session was cancelled."), code="cancelled")
    if session.starts_at is None or session.ends_at is None:
        raise Refusal(_("This session has no hours: attendance cannot be counted."), code="no-hours")
    if session.starts_at > now:
        raise Refusal(_("This session has not started."), code="not-started")


def check_can_import(draft: AttendanceImport, session: Session, *, sha256: str) -> None:
    """Raise Refusal if the confirmed file is not the draft's file, or if the session was moved after the upload."""
    if not draft.is_draft or draft.sha256 != sha256:
        raise Refusal(_("This is not the file that was shown. Look at it again, then import it."), code="other-file")
    if (draft.window_start, draft.window_end) != (session.starts_at, session.ends_at):
        raise Refusal(_("The session was moved since. Upload the report again."), code="session-moved")


def check_can_undo(report: AttendanceImport) -> None:
    if not report.is_live:
        raise Refusal(_("Only the report that counts can be undone."), code="not-live")


def check_correction(session: Session, seconds: int | None, reason: str) -> None:
    """Raise Refusal if the reason is empty or the time is longer than the session. None is the time in the report."""
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
    """Return the length of the session in seconds, or 0 if it has no times."""
    if session.starts_at is None or session.ends_at is None:
        return 0
    return int((session.ends_at - session.starts_at).total_seconds())
