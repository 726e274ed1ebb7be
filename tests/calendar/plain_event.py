"""A calendar event in which every field has a value."""

import datetime as dt

from sessions.calendar_events import Attendee, Entry

AT = dt.datetime(2026, 12, 10, 17, tzinfo=dt.UTC)
PLAIN = Entry(
    uid="session-1@calendar.example.org",
    written_at=AT,
    last_modified_at=AT,
    sequence=3,
    starts_at=AT,
    ends_at=AT + dt.timedelta(hours=1),
    title="Pain",
    title_language="en",
    organiser_name="National ECHO",
    organiser_address="echo@example.org",
    page_url="https://echo.example.org/en/series/psw/",
    description="Series\nJoin: https://echo.example.org/en/join/17.Abc-_9/\nThe room opens 10 minutes before.",
    join_url="https://echo.example.org/en/join/17.Abc-_9/",
    attendee=Attendee("ama@example.org", "Ama Okpik"),
    cancelled=False,
)
