"""The page and the file display exactly the totals that the programme published (DOMAIN.md 3)."""

import csv
import re
from io import StringIO

import pytest
from django.core.management import call_command
from pytest_django import Settings

from accounts.models import Person
from sessions.models import Session
from tests.admin.two_hubs import signed_in_client
from tests.evaluations.asked import write_national_core

pytestmark = pytest.mark.django_db


def test_published_totals_are_displayed_to_the_sample_staff_of_a_demonstration(settings: Settings) -> None:
    write_national_core()
    settings.DEBUG = settings.DEMO = True
    call_command("seed_published", stdout=StringIO())
    staff = Person.objects.get(email="staff@example.org")
    assert staff.is_pallium_staff
    client = signed_in_client(staff)
    page = " ".join(client.get("/en/evaluation/?period=all").content.decode().split())
    for words in (
        '<dd class="stat__n"> 17,467 </dd>',
        '<dd class="stat__n"> 29% </dd>',
        '">people reached</a></dt><dd> 7,648 </dd>',
        "155 national, 146 of other hubs, 0 joint",
        "125 standalone, 176 in a series",
        '">rural postal code</a></dt> <dd> 31% ',
        '">serve rural, remote or Indigenous communities</a></dt> <dd> – </dd>',
        "<strong>90%</strong> agree",
        '<span>Registered nurse</span> <span class="v"><b> 37% </b>',
    ):
        assert words in page, words
    assert ">5,105 answers" in page.replace("> ", ">")
    french = " ".join(client.get("/fr/evaluation/?period=all").content.decode().split(" "))
    assert "5\u00a0105 réponses" in french
    text = client.post("/en/evaluation/figures.csv", {"period": "all"}).content.decode().removeprefix("\ufeff")
    rows = {(row["Code"], row["Group"]): row["Value"] for row in csv.DictReader(text.splitlines())}
    found = {
        name: rows[name]
        for name in (
            ("sessions", ""),
            ("sessions", "national"),
            ("sessions", "of other hubs"),
            ("sessions", "standalone"),
            ("people", ""),
            ("attendances", ""),
            ("responses", ""),
            ("rural", ""),
            ("agree:worth-my-time", ""),
        )
    }
    assert list(found.values()) == ["301", "155", "146", "125", "7648", "17467", "29", "31", "90"]
    period = {"first_on": "2021-07-05", "last_on": "2023-12-31", "confirmed": "on"}
    report = " ".join(client.get(client.post("/en/evaluation/reports/", period)["Location"]).content.decode().split())
    assert re.findall(r'<dd class="stat__n">([^<]*)</dd>', report) == ["301", "7,648", "17,467", "29%", "31%"]
    assert '<td class="n">5,105</td> <td class="n"><strong> 90% </strong>' in report
    text = client.post("/en/evaluation/figures.csv", {"period": "2023-1"}).content.decode().removeprefix("\ufeff")
    assert groups_above_the_total(text) == []
    half_year = {"first_on": "2023-01-01", "last_on": "2023-06-30", "confirmed": "on"}
    path = client.post("/en/evaluation/reports/", half_year)["Location"]
    report = " ".join(client.get(path).content.decode().split())
    assert all(base <= 1625 for base in bases_of_rural(report)), "of attendances"
    call_command("load_texts", "programme/public-texts.toml", stdout=StringIO())
    assert client.get("/en/evaluation/?period=all").status_code == 200


def groups_above_the_total(text: str) -> list[tuple[str, str, str]]:
    rows = [(row["Code"], row["Group"], row["Value"]) for row in csv.DictReader(text.splitlines())]
    total = next(int(value) for code, group, value in rows if (code, group) == ("attendances", ""))
    return [row for row in rows if row[0] == "attendances" and int(row[2]) > total]


def bases_of_rural(report: str) -> list[int]:
    found = re.findall(r"rural postal code.*?of ([\d,]+)", report)
    assert found
    return [int(base.replace(",", "")) for base in found]


def test_dry_run_creates_nothing() -> None:
    out = StringIO()
    call_command("seed_published", "--dry-run", stdout=out)
    assert out.getvalue() == "Would create 301 sessions, 7648 people and 17467 attendances.\n"
    assert not Session.objects.exists()
