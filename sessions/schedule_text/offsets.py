"""Convert times that are written with a UTC offset, such as 17:00 UTC or 12:00 UTC-05:00, to the zone of the row."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sessions.schedule_text.build import Draft
from sessions.schedule_text.times import offset_of


def convert_offsets(drafts: Sequence[Draft]) -> None:
    """Convert the date and the times of rows with a UTC offset, and add a finding if that changes them.

    The row must have its zone, which is then no longer reported as missing. A row without a date keeps its time and
    gets a finding.
    """
    for draft in drafts:
        row = draft.row
        written = next((time.zone_text for time in draft.times if not time.zone and time.zone_text), "")
        offset = offset_of(written)
        if row.start_time is None or offset is None:
            continue
        if row.on_date is None:
            row.find("zone-unknown", written=written)
            continue
        start, end = (
            time and dt.datetime.combine(row.on_date, time, offset).astimezone(ZoneInfo(row.zone))
            for time in (row.start_time, row.end_time)
        )
        if start and start.replace(tzinfo=None) != dt.datetime.combine(row.on_date, row.start_time):
            row.findings = [finding for finding in row.findings if finding.code != "zone-missing"]
            row.on_date, row.start_time, row.end_time = start.date(), start.time(), end.time() if end else None
            row.find("zone-converted", written=written, zone=row.zone)
