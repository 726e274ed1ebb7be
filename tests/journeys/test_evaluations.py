"""A participant answers in French on a phone without JavaScript. The pages of evaluations are accessible."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from playwright.sync_api import Browser

from accounts.models import Person
from attendance.actions import record_join
from credits.actions import ask_for_evaluations
from echo_portal.outbox.models import Message
from evaluations.actions import answer
from evaluations.links import evaluation_url
from evaluations.models import Evaluation, Invitation, Question
from registrations.models import Registration
from sessions.models import Series, Session
from tests.calendar.clocks import TORONTO
from tests.journeys.coordinating import a_series_to_coordinate
from tests.journeys.own_places import a_session, somebody
from tests.journeys.reader import Reader
from tests.journeys.steps import PHONE, Arrive, text_of
from tests.live_portal import LivePortal

pytestmark = pytest.mark.browser
MOST_SECONDS = 60


def asked_about(series: Series, *people: Person) -> Evaluation:
    """Let these people take part in a session that ended an hour ago, and invite them. Their emails are due now."""
    session = a_session(series, 50, timezone.now() - dt.timedelta(hours=2))
    Session.objects.filter(pk=session.pk).update(title_fr="Communiquer en fin de vie")
    now = timezone.now()
    for person in people:
        place = Registration.objects.create(
            person=person, session=session, state="registered", registered_at=now, changed_at=now
        )
        record_join(registration=place, now=now - dt.timedelta(hours=2))
    ask_for_evaluations(now=now)
    invited = [person.pk for person in people]
    Message.objects.filter(kind="evaluation", person_id__in=invited, state="queued").update(due_at=Now())
    return Evaluation.objects.get(session=session)


def test_support_worker_answers_in_french_on_a_phone_without_javascript(portal: LivePortal, arrive: Arrive) -> None:
    # Given a worker who took part in a session an hour ago, and the email about it
    def prepare() -> Person:
        series, _key = a_series_to_coordinate("fr")
        person = somebody("fr")
        asked_about(series, person)
        return person

    worker = portal.within(prepare)
    text = text_of(portal.email_to(worker.email, about="Communiquer"))
    found = re.search(r"https?://\S+/evaluer/\S+", text)
    assert found is not None
    # When they open its link, answer three questions and send the form
    visitor = arrive(place=TORONTO, width=PHONE, language="fr", javascript=False)
    visitor.pages = 0
    visitor.starts()
    visitor.opens(portal.address(found[0]))
    for number, value in ((1, 5), (2, 4), (3, 5)):
        visitor.ticks(f"q{number}", str(value))
    visitor.presses(visitor.button("Send my answers"))
    # Then they are thanked, within a minute, and the answers are stored without their name
    assert visitor.page.locator("h1").inner_text() == "Merci"
    visitor.tells(f"evaluation: {visitor.effort}")
    assert visitor.seconds < MOST_SECONDS, visitor.effort
    row = portal.within(lambda: Invitation.objects.select_related("evaluation").get(person=worker))
    assert row.has_answered
    sheets = portal.within(lambda: list(row.evaluation.sheets.values_list("language", "answers")))
    assert [(language, sorted(answers.values())) for language, answers in sheets] == [("fr", [4, 5, 5])]


def test_evaluation_page_is_not_wider_than_a_phone_with_large_text(portal: LivePortal, chromium: Browser) -> None:
    def prepare() -> str:
        series, _key = a_series_to_coordinate("fr")
        asked_about(series, person := somebody("fr"))
        return urlsplit(evaluation_url(Invitation.objects.select_related("person").get(person=person), "fr")).path

    path = portal.within(prepare)
    with chromium.new_context(bypass_csp=True, viewport={"width": 320, "height": 844}) as context:
        page = context.new_page()
        page.goto(portal.url + path)
        page.add_style_tag(content="html { font-size: 200% }")
        page.evaluate("document.fonts.ready")
        assert page.locator(".scale__ends").count() > 0
        assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_evaluation_pages_have_no_accessibility_or_console_error(reader: Reader, portal: LivePortal) -> None:
    def prepare() -> tuple[Series, str, list[Invitation]]:
        series, key = a_series_to_coordinate(reader.language)
        people = [somebody(reader.language) for _number in range(7)]
        evaluation = asked_about(series, *people)
        invitations = list(Invitation.objects.filter(evaluation=evaluation).select_related("person").order_by("pk"))
        questions = list(Question.objects.filter(evaluations=evaluation))
        now = timezone.now()
        for number, invitation in enumerate(invitations[:6]):
            answers = {row.pk: "Plus de cas" if row.kind == "text" else number % 5 + 1 for row in questions}
            answer(invitation=invitation, answers=answers, language=reader.language, now=now)
        Evaluation.objects.filter(pk=evaluation.pk).update(closes_at=now, opened_at=now - dt.timedelta(days=14))
        other = asked_about(a_series_to_coordinate(reader.language)[0], people[6])
        return series, key, [*invitations, Invitation.objects.select_related("person").get(evaluation=other)]

    series, key, invitations = portal.within(prepare)

    def link(number: int) -> str:
        return urlsplit(evaluation_url(invitations[number], reader.language)).path

    reader.opens("evaluation", link(-1))
    reader.page.locator("textarea").fill("Mme Roy")
    reader.page.locator("#main form button").click()
    reader.page.wait_for_load_state("domcontentloaded")
    reader.looks("evaluation with a warning")
    reader.opens("evaluation answered", link(0))
    reader.opens("evaluation closed", link(6), status=410)
    reader.context.add_cookies([{"name": "session", "value": key, "url": portal.url}])
    reader.lang = reader.language
    reader.opens("desk feedback", reader.address("admin:echo_sessions_series_feedback", pk=series.pk))
    assert reader.page.locator(".desk-comments li").count() == 6
    reader.lang = f"{reader.language}-CA"
    reader.opens("dashboard", f"{reader.address('dashboard')}?period=all")
    assert reader.page.locator(".bars strong").first.inner_text().startswith("33")
