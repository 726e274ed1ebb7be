"""The kinds of messages about attendance. `attendance.emails` renders them."""

ATTENDANCE_ANSWER = "attendance-answer"
MISSED_RECORDING = "missed-recording"
