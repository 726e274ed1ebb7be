"""Actions on attendance: presses of Join, codes, reports, matches, corrections, requests, emails, erasing."""

from .asking import accept_request, ask_for_attendance, refuse_request
from .correcting import correct_attendance, take_roll_call
from .erasing import erase_old_reports, erase_old_texts
from .erasing_people import erase_evidence
from .importing import import_report, preview_undo, undo_import
from .joining import record_join
from .mapping import forget_header, map_header
from .matching import give_minutes, match_row, put_row_back, set_row_aside
from .merging import merge_attendance
from .saying import open_shared_room, type_code
from .taking_back import TakenBack, take_back_match
from .telling import tell_of_recordings
from .uploading import upload_report

__all__ = [
    "TakenBack",
    "accept_request",
    "ask_for_attendance",
    "correct_attendance",
    "erase_evidence",
    "erase_old_reports",
    "erase_old_texts",
    "forget_header",
    "give_minutes",
    "import_report",
    "map_header",
    "match_row",
    "merge_attendance",
    "open_shared_room",
    "preview_undo",
    "put_row_back",
    "record_join",
    "refuse_request",
    "set_row_aside",
    "take_back_match",
    "take_roll_call",
    "tell_of_recordings",
    "type_code",
    "undo_import",
    "upload_report",
]
