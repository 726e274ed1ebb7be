"""F19: local times in eight zones on twelve days around the clock changes of 2022, 2026 and 2027.

For a session at noon in Toronto, the page, the HTML email, the text email and the calendar display the times of a table
that was written by hand (DOMAIN.md 5.1).
"""

import datetime as dt
import html
import re
from email.message import EmailMessage

import pytest
import time_machine
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from accounts.models import Person
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from registrations.message_kinds import CONFIRMATION
from tests.builders import Programme, enroll
from tests.calendar.second_parser import read_email
from tests.faults.conftest import Line
from tests.people import People
from tests.smtp_server import smtp_sink

pytestmark = pytest.mark.django_db

ZONES = {
    "America/Vancouver": ("Pacific time (BC)", "heure du Pacifique (C.-B.)"),
    "America/Edmonton": ("Alberta time", "heure de l’Alberta"),
    "America/Winnipeg": ("Manitoba time", "heure du Manitoba"),
    "America/Regina": ("Saskatchewan time", "heure de la Saskatchewan"),
    "America/Toronto": None,  # Eastern time only
    "America/Halifax": ("Atlantic time", "heure de l’Atlantique"),
    "America/St_Johns": ("Newfoundland time", "heure de Terre-Neuve"),
    "America/Iqaluit": None,
}
# day:         UTC  Vancouver Edmonton Winnipeg Regina Toronto Halifax St John’s Iqaluit
TABLE = {
    # 2022: everybody but Saskatchewan goes forward on March 13 and back on November 6.
    "2022-03-12": (17, "9", "10", "11", "11", "12", "13", "13:30", "12"),
    "2022-03-13": (16, "9", "10", "11", "10", "12", "13", "13:30", "12"),
    "2022-11-05": (16, "9", "10", "11", "10", "12", "13", "13:30", "12"),
    "2022-11-06": (17, "9", "10", "11", "11", "12", "13", "13:30", "12"),
    # 2026: all go forward on March 8. British Columbia, Alberta and Manitoba stay there on November 1.
    "2026-03-07": (17, "9", "10", "11", "11", "12", "13", "13:30", "12"),
    "2026-03-08": (16, "9", "10", "11", "10", "12", "13", "13:30", "12"),
    "2026-10-31": (16, "9", "10", "11", "10", "12", "13", "13:30", "12"),
    "2026-11-01": (17, "10", "11", "12", "11", "12", "13", "13:30", "12"),
    # 2027: only the East, the Atlantic and Newfoundland change.
    "2027-03-13": (17, "10", "11", "12", "11", "12", "13", "13:30", "12"),
    "2027-03-14": (16, "9", "10", "11", "10", "12", "13", "13:30", "12"),
    "2027-11-06": (16, "9", "10", "11", "10", "12", "13", "13:30", "12"),
    "2027-11-07": (17, "10", "11", "12", "11", "12", "13", "13:30", "12"),
}
ENGLISH = {
    "9": "9:00 – 10:00 am",
    "10": "10:00 – 11:00 am",
    "11": "11:00 am – 12:00 pm",
    "12": "12:00 – 1:00 pm",
    "13": "1:00 – 2:00 pm",
    "13:30": "1:30 – 2:30 pm",
}
FRENCH = {
    "9": "9 h à 10 h",
    "10": "10 h à 11 h",
    "11": "11 h à 12 h",
    "12": "12 h à 13 h",
    "13": "13 h à 14 h",
    "13:30": "13 h 30 à 14 h 30",
}
EASTERN = {"en": "12:00 – 1:00 pm ET", "fr": "12 h à 13 h (HE)"}


def own(zone: str, hour: str, language: str) -> str:
    """Return the expected local time of a cell, or "" if the person's time zone is Eastern."""
    names = ZONES[zone]
    if names is None:
        return ""
    return f"{ENGLISH[hour]} {names[0]}" if language == "en" else f"{FRENCH[hour]}, {names[1]}"


@pytest.mark.parametrize("text", TABLE)
def test_page_emails_and_calendar_agree_with_the_table(
    client: Client, programme: Programme, people: People, settings: Settings, line: Line, text: str
) -> None:
    day, (utc_hour, *hours) = dt.date.fromisoformat(text), TABLE[text]
    session = programme.session(programme.series("noon"), 1, on_date=day, at="12:00")
    moment = dt.datetime.combine(day, dt.time(utc_hour), dt.UTC)
    cells = [(zone, hour, lang) for zone, hour in zip(ZONES, hours, strict=True) for lang in ("en", "fr")]
    with time_machine.travel(moment - dt.timedelta(days=7), tick=False), smtp_sink() as (sink, url):
        settings.EMAIL_URL = url
        readers: dict[str, Person] = {}
        for zone, _hour, language in cells:
            name = f"{zone.rpartition('/')[2]}-{language}".lower()
            readers[f"{name}@example.org"] = person = people.make(
                f"{name}@example.org", name, time_zone=zone, language=language
            )
            enroll(person, session.series, session)
        Message.objects.exclude(kind=CONFIRMATION).delete()
        Message.objects.update(due_at=Now())  # time_machine does not change the database's clock
        assert deliver_due() == {"sent": len(cells)}
        emails = {str(email["To"]): email for email in sink.emails}
        for (zone, hour, language), address in zip(cells, readers, strict=True):
            expected = own(zone, hour, language), EASTERN[language]
            assert on_page(client, zone, language) == expected, (zone, language, "page")
            assert in_html(emails[address]) == expected, (zone, language, "HTML email")
            assert in_text(emails[address], language) == expected, (zone, language, "text email")
            (entry,) = read_email(emails[address]).entries
            assert (entry.start, entry.end) == (moment, moment + dt.timedelta(hours=1)), (zone, "calendar")
    line.says(
        "F19", f"{text}, noon in Toronto, {len(cells)} readers", "page = HTML = text = calendar = the table by hand"
    )


def plain(text: str) -> str:
    return html.unescape(text).replace("\u00a0", " ").strip()


def unheld(page: str) -> str:
    """Return the page without the elements that keep a time range on one line."""
    return re.sub(r'<span (?:class="n(?:owrap)?"(?: style="white-space:nowrap;")?)>([^<]*)</span>', r"\1", page)


def on_page(client: Client, zone: str, language: str) -> tuple[str, str]:
    client.cookies["zone"] = zone
    with translation.override(language):
        page = unheld(client.get(reverse("series", kwargs={"slug": "noon"})).content.decode())
    found = re.search(r'<span class="times__own"><span class="vh">[^<]*</span>([^<]*)</span>', page)
    eastern = re.search(r'<span class="times__(?:et|own)">([^<]*(?:ET|\(HE\)))</span>', page)
    assert eastern is not None
    return plain(found[1]) if found else "", plain(eastern[1])


def in_html(email: EmailMessage) -> tuple[str, str]:
    """Return the two times in the session card of the email."""
    part = email.get_body(("html",))
    assert part is not None
    card = unheld(part.get_content()).partition("</p></td></tr></table>")[0]
    marked = re.findall(r'<b style="border-bottom:3px solid #fbdf9f;">([^<]*)</b>', card)
    found = [plain(one) for one in marked if not plain(one).endswith(("ET", "(HE)"))]
    eastern = re.search(r'<span style="color:#4a4255;">(?:<b [^>]*>)?([^<]*(?:ET|\(HE\)))', card)
    assert eastern is not None
    return found[0] if found else "", plain(eastern[1])


def in_text(email: EmailMessage, language: str) -> tuple[str, str]:
    part = email.get_body(("plain",))
    assert part is not None
    (times,) = [text for line in part.get_content().splitlines() if (text := plain(line)).endswith(EASTERN[language])]
    before, _dot, eastern = times.rpartition(" · ")
    return before, eastern
