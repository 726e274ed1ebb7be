"""The page "My sessions" displays credits with their reason, and certificates only to their owners (PRODUCT.md 1)."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.links import MANAGE, token_for
from attendance.actions import accept_request, ask_for_attendance
from attendance.models import AttendanceImport, AttendanceRow
from credits import actions
from credits.actions.rendering import render_certificates
from credits.models import Accreditation, Certificate
from credits.own_credits import own_credits
from registrations.models import Registration
from tests.credits.ltc import LongTermCare


def words(answer: object) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())  # type: ignore[attr-defined]
    return " ".join(text.replace("\u00a0", " ").split())


def page(ltc: LongTermCare, language: str = "en") -> str:
    client = Client()
    client.force_login(ltc.ama)
    return words(client.get(f"/{language}/{'my-sessions' if language == 'en' else 'mes-seances'}/"))


def test_page_displays_the_credits_with_their_reason(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    ltc.attend(6, {ltc.luc: 60})
    english, french = page(ltc), page(ltc, "fr")
    assert "0.5 Mainpro+ credit, of up to 12" in english
    assert "Session 5: 40 of 60 minutes attended, 0.5 credit. Attended" in english
    assert "Each past session says why." in english
    assert english.count("You are not in the attendance report.") == 1
    assert "0,5 crédit Mainpro+, sur un maximum de 12" in french
    assert "Séance 5 : 40 minutes sur 60, 0,5 crédit. Présence confirmée" in french
    assert "Certificate (PDF)" not in english


def test_page_says_that_rows_of_a_report_wait_for_a_decision(ltc: LongTermCare) -> None:
    ltc.attend(6, {ltc.luc: 60})
    report = AttendanceImport.objects.get()
    AttendanceRow.objects.create(
        report=report, row=99, name="Ama O", outcome="counted", joined_at=report.window_start, left_at=report.window_end
    )
    assert "You are not in the attendance report so far. The hub is still deciding whose some rows are." in page(ltc)
    assert "pas encore dans le rapport de présence" in page(ltc, "fr")


def test_page_links_the_certificate_after_its_file_is_made(ltc: LongTermCare) -> None:
    ltc.attend_all(ltc.ama)
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    assert "Your certificate is being made." in page(ltc)
    render_certificates()
    assert "Certificate (PDF)" in page(ltc)
    assert "12 Mainpro+ credits, of up to 12" in page(ltc)
    assert "maximum of 12 reached, 0 credits." in page(ltc)


def test_page_opened_by_an_email_link_displays_no_credits(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    url = reverse("my_sessions_link", kwargs={"token": token_for(ltc.ama, MANAGE)})
    client = Client()
    shown = words(client.get(url))
    assert "Mainpro+" not in shown
    assert "See them with a code that we email you" in shown
    client.force_login(ltc.luc)  # another person is signed in
    assert "Mainpro+" not in words(client.get(url))
    client.force_login(ltc.ama)
    assert "0.5 Mainpro+ credit, of up to 12" in words(client.get(url))
    assert Client().get(reverse("my_credits"))["Location"].startswith(reverse("sign_in"))
    assert client.get(reverse("my_credits"))["Location"] == reverse("my_sessions")


def test_page_counts_the_sessions_of_a_series_without_accreditation(ltc: LongTermCare) -> None:
    Accreditation.objects.all().delete()
    ltc.attend(5, {ltc.ama: 40})
    assert "1 session attended" in page(ltc)
    assert "credit," not in page(ltc)
    assert "Each past session says why." not in page(ltc), "no session displays a reason"


def test_number_of_statements_does_not_depend_on_sessions(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    counts = []
    for _ in range(2):
        past = [session.pk for session in ltc.sessions]
        with CaptureQueriesContext(connection) as statements:
            own_credits(ltc.ama, past, "en")
        counts.append(len(statements))
        ltc.attend_all(ltc.ama)
        actions.issue_certificates(series=ltc.series, by=ltc.by)
    assert (counts, Certificate.objects.count()) == ([6, 6], 1)


def test_page_offers_to_say_i_was_there(ltc: LongTermCare) -> None:
    """The button is next to sessions of the last 60 days in which time is missing, and disappears with the answer."""
    with time_machine.travel(dt.datetime(2025, 4, 1, 15, tzinfo=dt.UTC), tick=True):
        ltc.attend(5, {ltc.ama: 40})  # 6 February
        ltc.attend(6, {ltc.ama: 60})
        shown = page(ltc)
        assert shown.count("I was there longer : Palliative care in long-term care, part 5") == 1
        assert [
            part for part in range(1, 14) if f"I was there : Palliative care in long-term care, part {part} " in shown
        ] == [
            7,
            8,
            9,
            10,
            11,
            12,
        ]
        assert "J’y étais plus longtemps : Les soins palliatifs" in page(ltc, "fr")
        asked = ask_for_attendance(session=ltc.sessions[4], person=ltc.ama)
        assert "You told the hub on April 1, 2025 that you were there. It answers by email." in page(ltc)
        accept_request(request=asked, minutes=60, by=ltc.by)
        ltc.update()
        shown = page(ltc)
        assert "The hub confirmed 60 minutes." in shown
        assert "2 Mainpro+ credits, of up to 12" in shown
        assert "I was there longer" not in shown
        assert ltc.credits(ltc.ama) == {5: 1, 6: 1}


@pytest.mark.parametrize(
    ("at", "english", "french"),
    [
        (dt.datetime(2025, 6, 30, 15, tzinfo=dt.UTC), "0.5 credit", "0,5 crédit"),
        (dt.datetime(2025, 7, 1, 15, tzinfo=dt.UTC), "", ""),
        (dt.datetime(2024, 6, 30, 15, tzinfo=dt.UTC), "", ""),
    ],
)
def test_page_sums_the_mainpro_year_so_far(ltc: LongTermCare, at: dt.datetime, english: str, french: str) -> None:
    """A Mainpro+ year ends on June 30. Credits of another kind, or of another person, do not count."""
    ltc.attend(5, {ltc.ama: 40, ltc.luc: 60})
    ltc.certified(programme="MOC Section 1", scheme="moc", category="Section 1")
    ltc.update()
    with time_machine.travel(at, tick=True):
        shown = page(ltc), page(ltc, "fr")
        for text, sentence, amount in zip(
            shown, ("Mainpro+ year so far: ", "Année Mainpro+ en cours : "), (english, french), strict=True
        ):
            assert (f"{sentence}{amount} " in text, sentence in text) == (bool(amount), bool(amount))
        client = Client()
        client.force_login(ltc.ama)
        assert f'href="{reverse("transcript")}"' in client.get(reverse("my_sessions")).content.decode()


def test_page_lists_attended_sessions_in_which_the_person_has_no_place(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    ltc.attend(6, {ltc.ama: 60})
    before = page(ltc).count("Attended")
    Registration.objects.filter(person=ltc.ama, session=ltc.sessions[4]).delete()
    english, french = page(ltc), page(ltc, "fr")
    assert (before, english.count("Attended")) == (2, 2)
    assert english.count("Session 5: 40 of 60 minutes attended, 0.5 credit. Attended") == 1
    assert french.count("Séance 5 : 40 minutes sur 60, 0,5 crédit. Présence confirmée") == 1
