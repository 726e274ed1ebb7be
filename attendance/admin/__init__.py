"""The administration of attendance: reports and their dry runs, the review desk, roll calls, corrections."""

from attendance.admin import records, reports  # noqa: F401 - registers the pages
