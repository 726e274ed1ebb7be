"""Evidence of attendance (presses of Join, reports, corrections), and the attendances computed from it."""

from .alias import AttendanceAlias
from .attendance import Attendance, AttendanceQuerySet
from .attendance_import import AttendanceImport
from .attendance_request import AttendanceRequest
from .attendance_row import AttendanceRow
from .correction import AttendanceCorrection
from .header_mapping import HeaderMapping
from .join_click import JoinClick
from .said_code import SaidCode, SharedRoom

__all__ = [
    "Attendance",
    "AttendanceAlias",
    "AttendanceCorrection",
    "AttendanceImport",
    "AttendanceQuerySet",
    "AttendanceRequest",
    "AttendanceRow",
    "HeaderMapping",
    "JoinClick",
    "SaidCode",
    "SharedRoom",
]
