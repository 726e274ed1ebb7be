"""Actions on the texts of public pages and on reports: save, publish and withdraw them, and make files of reports."""

from .public_texts import note_edits
from .report_files import render_report_files
from .reports import choose_comment, delete_draft, leave_out_comment, publish_report, store_report, withdraw_report

__all__ = [
    "choose_comment",
    "delete_draft",
    "leave_out_comment",
    "note_edits",
    "publish_report",
    "render_report_files",
    "store_report",
    "withdraw_report",
]
