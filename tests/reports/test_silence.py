"""The page with the figures displays who is missing, and how many people got from registering to a certificate."""

import datetime as dt
import re
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Person
from credits.codes import new_code
from credits.models import Certificate
from echo_portal.reports.figures import Funnel, funnel
from echo_portal.reports.groups import load_groups
from echo_portal.reports.selection import Selection, days
from echo_portal.reports.silence import Silence, silence
from evaluations.models import Invitation
from hubs.models import Hub
from pages.presenters.reports import report_page
from tests.admin.two_hubs import signed_in_client
from tests.reports.held import Held, built, day, store_sheets

pytestmark = pytest.mark.django_db


def missing(hub: Hub | None = None) -> Silence:
    hubs = frozenset({hub.pk}) if hub else None
    return silence(hubs, load_groups(hubs, day(-365), day(0)), timezone.localdate())


def nurses(held: Held, count: int, **fields: Any) -> list[Person]:
    values = {"profession": "RN", "province": "NU", "practice_settings": ["LTC", "HOME"]} | fields
    return [held.people.make(f"nurse-{number}@example.org", f"Nurse {number}", **values) for number in range(count)]


def test_groups_with_five_attendances_are_not_missing(held: Held) -> None:
    session = held.programme.session(held.programme.series("more"), 1, days=-20)
    held.came(session, *nurses(held, 5))
    found = missing()
    assert "Nunavut" not in found.provinces, "five nurses, and Ama in another session"
    assert "Registered nurse" not in found.professions
    assert "Long-term care home" not in found.settings
    assert [name for name in found.provinces if "say" in name or "Outside" in name] == []
    assert len(found.provinces) == 12


def test_each_hub_and_the_last_twelve_months_count(held: Held) -> None:
    old = held.programme.session(held.bc.series, 7, days=-370)
    held.came(old, *nurses(held, 6))
    assert "Registered nurse" in missing(held.programme.bc).professions
    recent = held.programme.session(held.bc.series, 8, days=-300)
    held.came(recent, *Person.objects.filter(email__startswith="nurse-"))
    of_bc = missing(held.programme.bc)
    assert ("Registered nurse" in of_bc.professions, "Long-term care home" in of_bc.settings) == (False, False)
    assert "Registered nurse" in missing(held.programme.national).professions


def test_changed_profiles_change_the_groups_of_past_sessions(held: Held) -> None:
    held.came(held.programme.session(held.bc.series, 7, days=-20), *nurses(held, 6))
    assert "Pharmacist" in missing().professions
    people = Person.objects.filter(email__startswith="nurse-")
    people.update(profession="PHARM", practice_settings=["HOSPICE"])
    found = missing()
    assert ("Registered nurse" in found.professions, "Pharmacist" in found.professions) == (True, False)
    assert ("Long-term care home" in found.settings, "Residential hospice" in found.settings) == (True, False)


def test_page_lists_who_is_missing(held: Held) -> None:
    page = " ".join(signed_in_client(held.people.staff).get("/en/evaluation/").content.decode().split())
    section = page.partition('id="silence"')[2].partition("</section>")[0]
    assert "<li>Yukon</li>" in section
    assert re.findall(r"<h3[^>]*>([^<]*)</h3>", section) == [
        "Provinces and territories",
        "Professions",
        "Practice settings",
    ]


def test_funnel_counts_each_person_once(held: Held) -> None:
    held.came(held.programme.session(held.national.series, 2, days=-9), held.people.ama)
    store_sheets(held.national, ["a", "b", "c", "d", "e"])
    Invitation.objects.create(evaluation=held.national.evaluation, person=held.people.ama, has_answered=False)
    selection = Selection(days(day(-30), day(-1)))
    assert funnel(selection) == Funnel(registered=3, attended=3, new=3, answered=0, certified=0)
    client = signed_in_client(held.people.coordinator(held.programme.bc))
    page = " ".join(client.get("/en/evaluation/?period=all").content.decode().split())
    section = page.partition('id="funnel"')[2].partition("</section>")[0]
    assert re.findall(r"<b>([^<]*)</b>", section) == [" fewer than five ", " fewer than five ", " 0 ", " 0 "]


def test_more_people_may_have_a_certificate_than_gave_feedback(held: Held) -> None:
    people = nurses(held, 6)
    session = held.programme.session(held.national.series, 2, days=-9)
    held.came(session, *people)
    values = {"name": "N", "series": "S", "series_language": "en", "sessions": [], "records": []}
    for person in people:
        Certificate.objects.create(
            person=person,
            series=session.series,
            code=new_code(),
            language="en",
            values=values,
            issued_at=timezone.now() - dt.timedelta(days=2),
        )
    page = " ".join(signed_in_client(held.people.staff).get("/en/evaluation/?period=all").content.decode().split())
    section = page.partition('id="funnel"')[2].partition("</section>")[0]
    assert re.findall(r"<b>([^<]*)</b>", section) == [" 9 ", " 9 ", " 0 ", " 6 "]
    assert re.findall(r'rect width="(\d+)%"', section) == ["100", "100", "0", "66"]
    assert "there may be more of these people than of those who gave it" in page
    report = report_page(built(held))
    assert [(line.value, *line.widths) for line in report.funnel] == [("9", 100), ("9", 100), ("0", 0), ("6", 66)]


def test_percentages_say_of_how_many(held: Held) -> None:
    page = " ".join(signed_in_client(held.people.staff).get("/en/evaluation/?period=all").content.decode().split())
    assert '<dd class="stat__n"> 100% </dd> <dd class="stat__d"> 4 of 4 </dd>' in page
