"""The transcript: a person's own sessions in a period, with credits or the reason why there are none (PRODUCT.md 6)."""

import csv
import datetime as dt
import io
import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import page
import pypdf
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Person
from attendance.models import Attendance
from credits.models import Accreditation, CreditEntry
from credits.periods import mainpro_year, period_of, periods_offered
from echo_portal.lib.pdf import rendering
from sessions.models import Session
from tests.builders import Programme
from tests.credits.ltc import LongTermCare
from tests.people import People
from tests.tables import checksums

START = {"en": "/en/my-sessions/transcript", "fr": "/fr/mes-seances/releve"}
NOW = dt.datetime(2025, 5, 2, 15, tzinfo=dt.UTC)


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words(answer: Any) -> str:
    text = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("\u00a0", " ").split())


def lines_of(answer: Any, separator: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode().removeprefix("\ufeff")), delimiter=separator))


@pytest.fixture
def thirteen(ltc: LongTermCare) -> LongTermCare:
    """Return the series, of which Ama attended all 13 sessions from 9 January to 3 April 2025.

    The maximum is 12 credits.
    """
    ltc.attend_all(ltc.ama)
    return ltc


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "Mainpro+ year: July 2024 to June 2025",
                "part 1 Long-Term Care Community of Practice January 9, 2025, 60 minutes 1 Mainpro+ credit",
                "1 Mainpro+ credit Session ID 900001-001",
                "0 Mainpro+ credits Session ID 900001-013 Session 13: attended, maximum of 12 reached, 0 credits.",
                "Total 12 Mainpro+ credits, Certified Activity 780 minutes attended",
                "At www.cfpc.ca/login, choose “Certified Activity”, live online.",
            ],
        ),
        (
            "fr",
            [
                "Année Mainpro+ : de juillet 2024 à juin 2025",
                "9 janvier 2025, 60 minutes 1 crédit Mainpro+ Numéro de séance 900001-001",
                "Séance 13 : présence confirmée, maximum de 12 atteint, 0 crédit.",
                "Total 12 crédits Mainpro+, Activité certifiée 780 minutes de présence",
                "choisissez « Activité certifiée », en ligne, en direct.",
            ],
        ),
    ],
)
def test_transcript_lists_each_session_with_its_credits_or_the_reason(
    thirteen: LongTermCare, language: str, expected: list[str]
) -> None:
    with time_machine.travel(NOW, tick=True):
        answer = client_of(thirteen.ama).get(f"{START[language]}/")
    assert answer["Cache-Control"] == "no-store, private"
    shown = words(answer)
    assert [sentence for sentence in expected if sentence not in shown] == []


def test_session_without_accreditation_says_why(ltc: LongTermCare) -> None:
    Accreditation.objects.update(professions=["MD"])
    ltc.attend(5, {ltc.ama: 40})
    address = f"{START['en']}/?period=all"
    assert "the accreditation is not for your profession." in words(client_of(ltc.ama).get(address))
    Accreditation.objects.update(professions=[])
    assert "The credits are being computed." in words(client_of(ltc.ama).get(address))
    Accreditation.objects.update(statement_fr="")
    shown = words(client_of(ltc.ama).get(address))
    assert "40 minutes No credits: the series is not accredited. Total 40 minutes attended" in shown
    assert "cfpc.ca" not in shown


def test_transcript_of_an_invented_accreditation_says_so(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    client = client_of(ltc.ama)
    address = f"{START['en']}/?period=all"
    assert "Specimen" not in words(client.get(address))
    Accreditation.objects.update(is_specimen=True)
    assert "Specimen: an invented certification, for a demonstration." in words(client.get(address))


def test_transcript_is_of_the_signed_in_person_only(thirteen: LongTermCare, people: People) -> None:
    for end in ("/", ".csv", ".pdf"):
        assert "/sign-in" in Client().get(f"{START['en']}{end}")["Location"]
    before = checksums()
    for person in (thirteen.luc, people.stranger):
        client = client_of(person)
        assert "No confirmed attendance in this period." in words(client.get(f"{START['en']}/?period=all"))
        assert len(lines_of(client.get(f"{START['en']}.csv?period=all"), ",")) == 1
    after = checksums()
    assert {name for name in before if before[name] != after[name]} <= {"accounts_person"}


@pytest.mark.parametrize("period", ["", "x", "year-1999", "year-20255", "mainpro-", "all'--", "year-2025\x00"])
@pytest.mark.parametrize("end", ["/", ".csv", ".pdf"])
def test_unknown_period_is_not_found(people: People, period: str, end: str) -> None:
    assert client_of(people.ama).get(f"{START['en']}{end}", {"period": period}).status_code in (400, 404)


def test_file_has_a_row_for_each_session_and_kind(ltc: LongTermCare) -> None:
    Accreditation.objects.update(category="=1+1")
    ltc.attend(5, {ltc.ama: 40})
    client = client_of(ltc.ama)
    assert lines_of(client.get(f"{START['en']}.csv?period=year-2025"), ",") == [
        ["Date", "Series title", "No.", "Session", "Minutes", "Credits", "Kind", "Category", "Session ID", "Reason"],
        [
            "2025-02-06",
            "Long-Term Care Community of Practice",
            "5",
            "Palliative care in long-term care, part 5",
            "40",
            "0.50",
            "Mainpro+",
            "'=1+1",
            "900001-005",
            "",
        ],
    ]
    answer = client.get(f"{START['fr']}.csv?period=year-2025")
    assert answer["Content-Disposition"] == 'attachment; filename="releve-de-credits-year-2025.csv"'
    assert lines_of(answer, ";")[1][5] == "0,50"
    assert lines_of(client.get(f"{START['en']}.csv?period=year-2024"), ",")[1:] == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_printed_transcript_is_accessible(thirteen: LongTermCare, language: str) -> None:
    Person.objects.filter(pk=thirteen.ama.pk).update(certificate_name="ᐊᒪ Okpik")
    answer = client_of(thirteen.ama).get(f"{START[language]}.pdf?period=mainpro-2024")
    assert answer["Content-Type"] == "application/pdf"
    if folder := os.environ.get("SHOTS"):
        Path(folder, f"transcript-{language}.pdf").write_bytes(answer.content)
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        assert page.validate_pdf_bytes(answer.content, profile=profile).is_compliant, profile
    text = " ".join(" ".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(answer.content)).pages).split())
    expected = {"en": ["ᐊᒪ Okpik", "900001-013", "12 Mainpro+ credits"], "fr": ["Relevé", "12 crédits Mainpro+"]}
    assert [part for part in expected[language] if part not in text.replace("\u00a0", " ")] == []


def test_page_says_that_the_file_could_not_be_made(
    thirteen: LongTermCare, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(rendering, "WAIT_SECONDS", 0.01)
    with rendering.renderer_of_a_request(), rendering.renderer_of_a_request():
        answer = client_of(thirteen.ama).get(f"{START['en']}.pdf?period=all")
    assert answer.status_code == 503
    caplog.clear()
    assert "The transcript could not be made. Try again in a minute." in words(answer)


TRANSCRIPT = 7  # the browser session, its person, four for the transcript, and the programme in the footer


@pytest.mark.parametrize("count", [1, 300])
def test_number_of_queries_does_not_depend_on_sessions(programme: Programme, people: People, count: int) -> None:
    ltc = LongTermCare(programme, people, sessions=1)
    rows = Session.objects.bulk_create(
        programme.new_session(ltc.series, number, on_date=dt.date(2025, 3, 1)) for number in range(2, count + 1)
    )
    Accreditation.objects.update(max_credits=count)
    now = timezone.now()
    for session in (ltc.sessions[0], *rows):
        facts = {"person": ltc.ama, "session": session}
        Attendance.objects.create(
            **facts, window_seconds=3600, corrected_seconds=3600, seconds=3600, source="roll-call", confirmed_at=now
        )
        CreditEntry.objects.create(
            **facts,
            accreditation=ltc.record,
            minutes=60,
            session_minutes=60,
            credits_per_hour=1,
            credits=Decimal(1),
            code="earned",
            written_at=now,
        )
    client = client_of(ltc.ama)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"{START['en']}/?period=all")
    assert (len(queries), f"{count * 60} minute" in words(answer).replace(",", "")) == (TRANSCRIPT, True)


@given(st.dates(dt.date(2005, 1, 1), dt.date(2090, 12, 31)))
def test_first_period_is_the_mainpro_year_of_the_day(day: dt.date) -> None:
    offered = periods_offered(day)
    assert len({period.code for period in offered}) == 6
    assert all(period == period_of(period.code) for period in offered)
    this, before, year, _last_year, cycle, everything = offered
    for period in (this, year, cycle, everything):
        assert period.first <= day <= period.last
    assert (before.last, cycle.last) == (this.first - dt.timedelta(days=1), this.last)
    assert (this.first.month, this.first.day, this.last.month, this.last.day) == (7, 1, 6, 30)
    assert cycle.first.year == this.first.year - 4
    assert mainpro_year(this.first) == mainpro_year(this.last) == this.first.year
