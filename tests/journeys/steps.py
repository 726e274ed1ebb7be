"""Steps of the journeys: the initial state, a clinician's actions, and checks of the results."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import count

from echo_portal.lib.text import fold
from registrations.models import Registration
from sessions.models import Session
from tests.calendar.clocks import (
    IQALUIT,
    REGINA,
    ST_JOHNS,
    TORONTO,
    VANCOUVER,
    WINNIPEG,
    Place,
    local,
    said_time,
    utc_of_eastern,
)
from tests.calendar.second_parser import CalendarFile, read_email
from tests.journeys.own_places import to_come
from tests.journeys.visitor import Visitor
from tests.live_portal import LivePortal

Arrive = Callable[..., Visitor]
AT_MOST_SECONDS = 60
PHONE, COMPUTER = 390, 1280
PROVINCES = {
    VANCOUVER: "BC",
    WINNIPEG: "MB",
    REGINA: "SK",
    TORONTO: "ON",
    IQALUIT: "NU",
    ST_JOHNS: "NL",
}
_numbers = count(1)


@dataclass(frozen=True)
class Clinician:
    """A person at a place, whose email address the portal does not know."""

    name: str
    address: str
    profession: str
    place: Place
    visitor: Visitor


def clinician(
    arrive: Arrive,
    place: Place,
    width: int,
    *,
    name: str,
    profession: str,
    language: str = "en",
    javascript: bool = True,
) -> Clinician:
    """Return a person who has just opened the home page, and start the clock of the one-minute limit."""
    visitor = arrive(place=place, width=width, language=language, javascript=javascript)
    address = f"{fold(name.split(maxsplit=1)[0])}.{next(_numbers)}@example.org"
    visitor.starts()
    return Clinician(name, address, profession, place, visitor)


def sessions_to_come(portal: LivePortal, slug: str) -> list[Session]:
    """Return the sessions of a series of the programme, in order of time."""
    _series, sessions = portal.within(lambda: to_come(slug))
    return sessions


def moments(sessions: Sequence[Session]) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return the start and end of each session in UTC, computed from local time in Toronto by the rules in `clocks`."""
    return [
        (utc_of_eastern(row.on_date, row.start_time), utc_of_eastern(row.on_date, row.end_time))
        for row in sessions
        if row.on_date and row.start_time and row.end_time
    ]


def tells_their_time(person: Clinician) -> None:
    """Choose the time zone, which the portal cannot detect without JavaScript."""
    person.visitor.selects("zone", person.place.zone)
    person.visitor.presses(person.visitor.button("Save my time zone"))


def fills_in_details(person: Clinician) -> None:
    """Fill in name, address, profession and consent, and the province if the browser's zone has not selected it."""
    visitor = person.visitor
    visitor.types("name", person.name)
    visitor.types("email", person.address)
    visitor.selects("profession", person.profession)
    if visitor.page.locator("select[name=province]").input_value() != PROVINCES[person.place]:
        visitor.selects("province", PROVINCES[person.place])
    community = visitor.page.locator(f"select[name=zone_{PROVINCES[person.place].lower()}]")
    if community.count() and not community.input_value():
        visitor.selects(f"zone_{PROVINCES[person.place].lower()}", person.place.zone)
    visitor.ticks("consent")


def sends_the_form(person: Clinician) -> None:
    person.visitor.presses(person.visitor.button("Register"))


def signs_in_by_code(person: Clinician, email: EmailMessage) -> None:
    found = re.search(r"\b(\d{3}) (\d{3})\b", text_of(email))
    assert found is not None
    person.visitor.types("code", found[1] + found[2])
    person.visitor.presses(person.visitor.button("Sign in"))


def sees_it_is_done(person: Clinician, sessions: int) -> None:
    """Assert that the page displays the number of sessions less than a minute after the home page was opened."""
    words = person.visitor.counts(
        "We’ve received your registration for one session",
        "We’ve received your registration for %(n)s sessions",
        sessions,
    )
    assert person.visitor.page.locator("h1").inner_text() == words.replace("%(n)s", str(sessions))
    assert person.visitor.seconds < AT_MOST_SECONDS, person.visitor.effort
    person.visitor.tells(f"{person.place.name}: {person.visitor.effort}")


def holds(person: Clinician, email: EmailMessage, method: str, sessions: Sequence[Session]) -> CalendarFile:
    """Check the language, local times and calendar of an email about these sessions, and return the calendar."""
    language = person.visitor.language
    assert email["Content-Language"] == language
    calendar = read_email(email)
    assert calendar.method == method
    assert [(entry.start, entry.end) for entry in calendar.entries] == moments(sessions)
    text = text_of(email)
    assert (person.place.french if language == "fr" else person.place.english) in text
    for entry in calendar.entries:
        assert said_time(local(entry.start, person.place).time(), language) in text, entry
    return calendar


def text_of(email: EmailMessage) -> str:
    body = email.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def has(portal: LivePortal, person: Clinician, expected: dict[Session, str]) -> None:
    """Assert that the person has these registrations, with these states, and no others."""
    rows = Registration.objects.filter(person__email_key=person.address)
    found = portal.within(lambda: dict(rows.values_list("session_id", "state")))
    assert found == {session.pk: state for session, state in expected.items()}
