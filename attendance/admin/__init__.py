"""The administration of attendance: uploads, the review desk, roll calls, corrections."""

from attendance.admin import records  # noqa: F401 - registers the pages
