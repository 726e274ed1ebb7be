"""The steps of the journeys: what is so, what a clinician does, what she gets."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import count

from django.utils import timezone

from echo_portal.lib.text import fold
from registrations.models import Registration
from sessions.models import Session
from tests.calendar.clocks import (
    CALGARY,
    IQALUIT,
    PLACES,
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
from tests.calendar.second_parser import CalendarFile, read_mail
from tests.journeys.visitor import Visitor
from tests.live_portal import LivePortal

Arrive = Callable[..., Visitor]
AT_MOST_SECONDS = 60
PHONE, COMPUTER = 390, 1280
# Every place once; each width has clocks that still change and clocks that stopped in 2026.
VIEWERS = {
    PHONE: (VANCOUVER, REGINA, TORONTO, ST_JOHNS),
    COMPUTER: (CALGARY, WINNIPEG, IQALUIT),
}
assert {place for row in VIEWERS.values() for place in row} == set(PLACES)
PROVINCES = {
    VANCOUVER: "BC",
    CALGARY: "AB",
    WINNIPEG: "MB",
    REGINA: "SK",
    TORONTO: "ON",
    IQALUIT: "NU",
    ST_JOHNS: "NL",
}
_numbers = count(1)


@dataclass(frozen=True)
class Clinician:
    """Somebody at a place, with an address that nobody had before."""

    name: str
    address: str
    profession: str
    place: Place
    visitor: Visitor


def clinicians(
    arrive: Arrive, width: int, *, name: str, profession: str, language: str = "en", javascript: bool = True
) -> list[Clinician]:
    """One at each place of this width; each has just come to the home page."""
    people = []
    for place in VIEWERS[width]:
        visitor = arrive(place=place, width=width, language=language, javascript=javascript)
        address = f"{fold(name.split(maxsplit=1)[0])}.{next(_numbers)}@example.org"
        people.append(Clinician(name, address, profession, place, visitor))
    return people


# --- What is so --------------------------------------------------------------------------------------


def sessions_to_come(portal: LivePortal, slug: str) -> list[Session]:
    """What the programme has of a series, in order of time."""

    def ask() -> list[Session]:
        rows = Session.objects.filter(series__slug=slug).to_come(timezone.now()).in_order_of_time()
        return list(rows.select_related("series"))

    return portal.within(ask)


def moments(sessions: Sequence[Session]) -> list[tuple[dt.datetime, dt.datetime]]:
    """From the wall clock in Toronto to UTC by the rules written by hand."""
    return [
        (utc_of_eastern(row.on_date, row.start_time), utc_of_eastern(row.on_date, row.end_time))
        for row in sessions
        if row.on_date and row.start_time and row.end_time
    ]


# --- What she does -----------------------------------------------------------------------------------


def tells_her_time(her: Clinician) -> None:
    """Without a script the portal cannot know the clock: the picker tells it."""
    her.visitor.selects("zone", her.place.zone)
    her.visitor.presses(her.visitor.button("Save my time zone"))


def fills_in_details(her: Clinician) -> None:
    """Name, address, profession, agreement; the language is the page's, the province that of the clock."""
    visitor = her.visitor
    visitor.types("name", her.name)
    visitor.types("email", her.address)
    visitor.selects("profession", her.profession)
    if visitor.page.locator("select[name=province]").input_value() != PROVINCES[her.place]:
        visitor.selects("province", PROVINCES[her.place])
    visitor.ticks("consent")


def sends_the_form(her: Clinician) -> None:
    her.visitor.presses(her.visitor.button("Register"))


def signs_in_by_code(her: Clinician, mail: EmailMessage) -> None:
    found = re.search(r"\b(\d{3}) (\d{3})\b", text_of(mail))
    assert found is not None
    her.visitor.types("code", found[1] + found[2])
    her.visitor.presses(her.visitor.button("Sign in"))


# --- What she gets -----------------------------------------------------------------------------------


def sees_it_is_done(her: Clinician, sessions: int) -> None:
    """On a page that counts her sessions, less than a minute after the home page."""
    words = her.visitor.counts(
        "Your registration for one session is in", "Your registration for %(n)s sessions is in", sessions
    )
    assert her.visitor.page.locator("h1").inner_text() == words.replace("%(n)s", str(sessions))
    assert her.visitor.seconds < AT_MOST_SECONDS, her.visitor.effort
    her.visitor.tells(f"{her.place.name}: {her.visitor.effort}")


def holds(her: Clinician, mail: EmailMessage, method: str, sessions: Sequence[Session]) -> CalendarFile:
    """A mail in her language: its calendar has these sessions at the right moments, its text her own hours."""
    language = her.visitor.language
    assert mail["Content-Language"] == language
    calendar = read_mail(mail)
    assert calendar.method == method
    assert [(entry.start, entry.end) for entry in calendar.entries] == moments(sessions)
    text = text_of(mail)
    assert (her.place.french if language == "fr" else her.place.english) in text
    for entry in calendar.entries:
        assert said_time(local(entry.start, her.place).time(), language) in text, entry
    return calendar


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def has(portal: LivePortal, her: Clinician, expected: dict[Session, str]) -> None:
    """The state of each of her sessions, as the database knows it."""
    rows = Registration.objects.filter(person__email_key=her.address)
    found = portal.within(lambda: dict(rows.values_list("session_id", "state")))
    assert found == {session.pk: state for session, state in expected.items()}
