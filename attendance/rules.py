"""Rules for uploading, importing and undoing a report, and for correcting and requesting attendance."""

import datetime as dt
import re
from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from attendance.models import AttendanceImport, AttendanceRequest, AttendanceRow
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_long
from echo_portal.lib.refusals import Refusal
from registrations.models import Registration
from sessions.models import Session
from sessions.models.session import ROOM_OPENS_BEFORE

ASKED_FOR = dt.timedelta(days=60)
MOST_REQUESTS = 2  # requests by one person about one session
# Folded words of names that belong to devices or seats, and therefore to many people.
DEVICE_WORDS = frozenset(
    [
        "android",
        "chromebook",
        "computer",
        "cellulaire",
        "device",
        "galaxy",
        "guest",
        "host",
        "invite",
        "ipad",
        "iphone",
        "laptop",
        "mac",
        "macbook",
        "ordinateur",
        "participant",
        "pc",
        "phone",
        "pixel",
        "portable",
        "room",
        "salle",
        "samsung",
        "surface",
        "tablet",
        "tablette",
        "telephone",
        "user",
        "utilisateur",
        "utilisatrice",
        "windows",
        "zoom",
        "air",
        "mini",
        "plus",
        "pro",
        "max",
        "ultra",
        "call-in",
    ]
)
_MODEL = re.compile(r"[a-z]?\d+[a-z]?")


def check_can_take_attendance(session: Session, now: dt.datetime) -> None:
    """Raise Refusal if the session has no times, has not started, or is cancelled."""
    if session.is_cancelled:
        raise Refusal(_("This session was cancelled."), code="cancelled")
    if session.starts_at is None or session.ends_at is None:
        raise Refusal(_("This session has no hours: attendance cannot be counted."), code="no-hours")
    if session.starts_at > now:
        raise Refusal(_("This session has not started."), code="not-started")


def check_can_import(draft: AttendanceImport, session: Session, *, sha256: str) -> None:
    """Raise Refusal if `sha256` is not the hash of the draft's file, or if the session was moved after the upload."""
    if not draft.is_draft or draft.sha256 != sha256:
        raise Refusal(_("This is not the file that was shown. Look at it again, then import it."), code="other-file")
    if (draft.window_start, draft.window_end) != (session.starts_at, session.ends_at):
        raise Refusal(_("The session was moved since. Upload the report again."), code="session-moved")


def names_a_device(key: str) -> bool:
    """Return whether the key of a row is a name such as "iPhone (2)" or "Galaxy S21", which many people may have."""
    name = key.removeprefix("name:")
    words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", name)
    return name != key and all(word in DEVICE_WORDS or _MODEL.fullmatch(word) for word in words)


def check_can_remember(key: str, *, is_shared: bool) -> None:
    """Raise Refusal if the row has no key, or if its key may belong to several people."""
    if not key:
        raise Refusal(_("This row has no name to remember."), code="no-key")
    if is_shared:
        sentence = _("Somebody else in the series has this name. Decide each time whose row it is.")
        raise Refusal(sentence, code="shared-name")
    if names_a_device(key):
        raise Refusal(_("This is the name of a device. Decide each time whose row it is."), code="device")


def check_can_replace(stays: QuerySet[AttendanceRow], *, before: QuerySet[AttendanceRow]) -> None:
    """Raise Refusal if a report would replace one that counts, and set everybody to 0 minutes.

    `stays` are the rows with times of the report, after they were matched, and `before` those of the report that
    counts.
    """
    if not before.filter(person__isnull=False).exists() or stays.filter(person__isnull=False).exists():
        return
    if not stays.exists():
        raise Refusal(
            _(
                "No row of this report has times that can be counted, so it cannot replace the report that counts now: "
                "everybody would have 0 minutes. Download the report with the times of joining and leaving."
            ),
            code="no-times",
        )
    raise Refusal(
        _(
            "No row of this report belongs to anybody in the series, so it cannot replace the report that counts now: "
            "everybody would have 0 minutes. Check that it is the report of this session. If it is, undo the import "
            "of the report that counts now, and then import this one."
        ),
        code="nobody",
    )


def check_can_take_back(row: AttendanceRow, reason: str) -> None:
    """Raise Refusal if the row belongs to nobody, or if the reason is empty."""
    if row.person_id is None or row.report.state != AttendanceImport.State.IMPORTED:
        raise Refusal(_("This row belongs to nobody now."), code="not-matched")
    if not reason.strip():
        raise Refusal(_("Say why."), code="no-reason", field="reason")


def check_can_put_back(row: AttendanceRow) -> None:
    """Raise Refusal if the row is not set aside, if its report counts no more, or if its name is erased."""
    if row.set_aside_at is None or row.report.state != AttendanceImport.State.IMPORTED:
        raise Refusal(_("This row is not set aside now."), code="not-aside")
    if row.report.file_erased_at is not None:
        raise Refusal(_("The name in this row is erased: nobody can say whose it is."), code="erased")


def check_can_undo(report: AttendanceImport) -> None:
    if not report.is_live:
        raise Refusal(_("Only the report that counts can be undone."), code="not-live")


def check_can_type_code(registration: Registration, now: dt.datetime) -> None:
    """Raise Refusal if the person has no place in the session, or if the session does not accept codes now."""
    session = registration.session
    if registration.state != Registration.State.REGISTERED or not registration.person.is_active:
        raise Refusal(_("You have no place in this session."), code="no-place")
    if not session.takes_codes(now):
        # The refusals of attendance, ten minutes earlier: cancelled, without a time, or the room is not open yet.
        check_can_take_attendance(session, now + ROOM_OPENS_BEFORE)
        raise Refusal(_("Codes are taken until 15 minutes after the session."), code="too-late")


def check_correction(session: Session, seconds: int | None, reason: str) -> None:
    """Raise Refusal if the reason is empty or the time is longer than the session.

    `seconds` is None if the correction restores the time in the report.
    """
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
    """Return the length of the session in seconds, or 0 if its times are not set."""
    if session.starts_at is None or session.ends_at is None:
        return 0
    return int((session.ends_at - session.starts_at).total_seconds())


def check_can_ask(
    session: Session,
    *,
    has_place: bool,
    seconds: int | None,
    requests: Collection[AttendanceRequest],
    now: dt.datetime,
) -> None:
    """Raise Refusal if a person may not ask the hub to confirm that they were in the session.

    `seconds` is their confirmed attendance, and `requests` are their earlier requests about the session. They may ask
    from the end of the session for 60 days.
    """
    if not has_place:
        raise Refusal(_("You had no place in this session."), code="no-place")
    check_can_take_attendance(session, now)
    assert session.ends_at is not None
    if session.ends_at > now:
        raise Refusal(_("You can ask when the session has ended."), code="not-over")
    if session.ends_at + ASKED_FOR < now:
        last = date_long((session.ends_at + ASKED_FOR).date(), active_language())
        raise Refusal(_("You could ask until %(date)s.") % {"date": last}, code="too-late")
    if (seconds or 0) >= window_seconds(session):
        raise Refusal(_("You attended the whole session: nothing is missing."), code="whole")
    if any(row.is_open for row in requests):
        raise Refusal(_("The hub has your request."), code="asked")
    if len(requests) >= MOST_REQUESTS:
        raise Refusal(_("The hub has answered twice. Answer its email if something is not right."), code="too-many")


def check_can_answer(request: AttendanceRequest) -> None:
    if not request.is_open:
        raise Refusal(_("This request has been answered since."), code="answered")


def check_acceptance(seconds: int, *, confirmed: int | None) -> None:
    """Raise Refusal if the accepted time is zero, or shorter than the time that is already confirmed."""
    if seconds < max(60, (confirmed or 0) // 60 * 60):
        raise Refusal(
            _("Give at least %(minutes)s min, or refuse the request.") % {"minutes": max(1, (confirmed or 0) // 60)},
            code="too-short",
            field="minutes",
        )
