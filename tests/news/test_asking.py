"""People request news on the page of newsletters, and get news after the mailbox's owner has pressed a button."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.actions import Details, mark_mailbox_used
from accounts.models import Consent, Person
from accounts.policies import current_policy
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from news.actions import delete_old_requests
from news.models import NewsChoice, NewsRequest
from proposals.throttles import INQUIRIES_PER_MAILBOX, INQUIRIES_PER_NETWORK
from registrations import actions
from sessions.models import Series
from tests.builders import Programme
from tests.news.readers import choices_link, confirm_link, stop_link, subscribe, subscribed
from tests.people import People
from tests.proposals.forms import email_of
from tests.refused import shown_again

pytestmark = pytest.mark.django_db

PAGE = "/en/newsletters/"
ZOE = {"email": "zoe@example.org", "language": "fr", "topics": ["GRIEF", "PAIN"], "news": "on"}


def ask(client: Client, path: str = PAGE, **form: Any) -> Any:
    return client.post(path, ZOE | form)


def requested() -> NewsRequest:
    return NewsRequest.objects.select_related("person").get()


def test_nobody_gets_news_before_the_mailbox_is_proved_by_a_button(client: Client, programme: Programme) -> None:
    assert ask(client)["Location"] == f"{PAGE}?sent=1#news"
    row = requested()
    assert client.get(confirm_link(row)).status_code == 200
    assert (subscribed(), Consent.objects.count()) == (set(), 0)
    answer = client.post(confirm_link(row), {"act": "confirm"})
    assert answer["Location"] == choices_link(row.person)
    assert subscribed() == {"zoe@example.org"}


def test_consent_is_stored_with_wording_language_and_time(client: Client, programme: Programme) -> None:
    before = timezone.now()
    ask(client, "/fr/infolettres/")
    row = requested()
    client.post(confirm_link(row), {"act": "confirm"})
    consent = Consent.objects.get(kind="news")
    assert (consent.text_version, consent.text_language, consent.source) == (
        current_policy("news").version,
        "fr",
        "news-form",
    )
    assert before < consent.given_at == consent.confirmed_at
    choice = NewsChoice.objects.get()
    assert (choice.language, choice.topics, choice.person.is_proved) == ("fr", ["GRIEF", "PAIN"], True)
    assert NewsRequest.objects.count() == 0


def test_email_to_a_typed_address_has_no_typed_words(client: Client, programme: Programme) -> None:
    ask(client, email='"Buy pills"@example.org', name="Buy pills now")
    ask(client, name="Buy pills now", website_title="Buy pills now")
    email = email_of("news-confirm")
    assert "pills" not in email
    assert "Shall we send you news?" in email
    assert "Grief and bereavement" in email
    assert settings.OPERATOR_ADDRESS in email


def test_signed_in_person_needs_no_email(client: Client, people: People) -> None:
    client.force_login(people.ama)
    ask(client, email=people.ama.email)
    assert (subscribed(), Message.objects.count(), NewsRequest.objects.count()) == ({people.ama.email}, 0, 0)
    page = client.get(PAGE).content.decode()
    assert choices_link(people.ama) in page
    assert 'name="news"' not in page


def test_asking_again_replaces_the_values_and_writes_one_email_a_day(client: Client, programme: Programme) -> None:
    ask(client)
    ask(client, topics=["CANCER"], language="en")
    row = requested()
    assert (row.topics, row.language, Message.objects.count()) == (["CANCER"], "en", 1)


def test_page_is_the_same_for_a_known_and_a_new_address(client: Client, people: People) -> None:
    subscribe(people.ama, topics=["GRIEF"])
    pages = []
    for email in (people.ama.email, "new@example.org"):
        answer = Client().post(PAGE, ZOE | {"email": email})
        pages.append((answer.status_code, answer["Location"], answer.content))
    assert pages[0] == pages[1]
    assert NewsChoice.objects.get(person=people.ama).topics == ["GRIEF"], "a stranger may have sent the form"


@pytest.mark.parametrize(
    "form",
    [{"email": ""}, {"email": "zoe@gmial.com"}, {"news": ""}, {"language": "de"}, {"topics": ["X"]}, {"website": "x"}],
    ids=str,
)
def test_impossible_request_is_refused_and_saves_nothing(client: Client, form: dict[str, Any]) -> None:
    answer = ask(client, **form)
    assert answer.status_code == 303
    assert "error-summary" in shown_again(client, answer).content.decode()
    assert [model.objects.count() for model in (NewsRequest, Person, Message)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("limit", "subject"),
    [(INQUIRIES_PER_MAILBOX, "zoe@example.org"), (INQUIRIES_PER_NETWORK, "news:127.0.0.1")],
    ids=["mailbox", "network"],
)
def test_requests_beyond_a_limit_are_refused(client: Client, limit: Any, subject: str) -> None:
    for _form in range(limit.tries):
        limit.reserve(subject)
    assert (ask(client).status_code, NewsRequest.objects.count()) == (303, 0)


def test_owner_can_say_that_it_was_not_them(client: Client, programme: Programme) -> None:
    ask(client)
    link = confirm_link(requested())
    client.post(link, {"act": "end"})
    assert (NewsRequest.objects.count(), Message.objects.get().state) == (0, "cancelled")
    assert client.get(link).status_code == 410


def test_request_that_nobody_confirms_is_deleted_after_two_weeks(client: Client) -> None:
    ask(client)
    now = timezone.now()
    assert [delete_old_requests(now + dt.timedelta(days=days)) for days in (13, 15)] == [0, 1]


# --- news ticked while registering


def register(series: Series, *, email: str = "nora@example.org", signed_in: Person | None = None) -> None:
    session = series.sessions.get()
    actions.enroll(
        application=actions.Application(
            form_key=uuid.uuid4(),
            details=Details(name="Nora", email=email, language="fr"),
            series=series,
            session_ids=(session.pk,),
            whole_series=False,
            typed_key="",
            news=True,
            page_language="fr",
        ),
        key=None,
        signed_in=signed_in,
    )


@pytest.fixture
def series(programme: Programme) -> Series:
    return programme.open_series("psw", sessions=1)[0]


def test_news_ticked_while_registering_begin_when_the_mailbox_is_proved(series: Series) -> None:
    register(series)
    assert subscribed() == set()
    mark_mailbox_used(person=Person.objects.get(email="nora@example.org"))
    assert subscribed() == {"nora@example.org"}
    consent = Consent.objects.get(kind="news")
    assert consent.confirmed_at is not None
    assert consent.given_at < consent.confirmed_at


def test_confirmation_says_that_news_were_ticked(series: Series, people: People) -> None:
    register(series)
    register(series, signed_in=people.luc)
    texts = [
        preview(row, "en", scope_ids=None).text for row in Message.objects.filter(kind="confirmation").order_by("pk")
    ]
    assert ["also asked for our news" in text for text in texts] == [True, False]


def test_news_that_a_stranger_ticked_for_a_known_person_wait_for_them(series: Series, people: People) -> None:
    register(series, email=people.luc.email)
    assert subscribed() == set()
    mark_mailbox_used(person=people.luc)
    assert subscribed() == {people.luc.email}


def test_news_ticked_by_a_signed_in_person_begin_at_once(series: Series, people: People) -> None:
    register(series, signed_in=people.luc)
    assert subscribed() == {people.luc.email}


def test_news_that_were_ended_do_not_begin_again_by_using_the_mailbox(series: Series, client: Client) -> None:
    register(series)
    nora = Person.objects.get(email="nora@example.org")
    client.post(stop_link(nora))
    mark_mailbox_used(person=nora)
    assert subscribed() == set()
    register(series)  # somebody sends the form again, with news
    mark_mailbox_used(person=nora)
    assert subscribed() == set()
