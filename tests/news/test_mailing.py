"""A newsletter is written once to each person who wants it, and to nobody else."""

from __future__ import annotations

import datetime as dt
import email.policy
import uuid
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.actions import withdraw_consent
from accounts.emails import write_account_notice
from accounts.models import Consent, ConsentKind, Person
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.kinds import kind_of
from echo_portal.outbox.mime import as_bytes
from echo_portal.outbox.models import Message
from echo_portal.outbox.suppressions import suppress
from news.actions import recall_mailing, send_newsletter
from news.models import Mailing, NewsRequest, Recipient
from news.queries.subscribers import audience, left_out
from pages.models import Newsletter
from tests.news.readers import subscribe, subscribe_many, write_newsletter
from tests.people import People
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db


def send(newsletter: Newsletter, people: People, *, counted: int, topics: tuple[str, ...] = ()) -> Mailing:
    return send_newsletter(newsletter=newsletter, topics=topics, counted=counted, by=people.staff)


def addressed() -> list[str]:
    return sorted(Message.objects.filter(kind="newsletter").values_list("address", flat=True))


def deliver() -> dict[str, int]:
    """Deliver all messages as if they were due, and return how many have each state."""
    Message.objects.filter(kind="newsletter").update(due_at=timezone.now() - dt.timedelta(days=1))
    return deliver_due()


def received(message: Message) -> EmailMessage:
    """Return the email of a message, parsed in the same way as by an email program."""
    with translation.override(message.language):
        raw = as_bytes(message, kind_of(message).render(message))
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_newsletter_is_written_to_subscribers_in_their_language(people: People) -> None:
    subscribe(people.ama)
    subscribe(people.luc)
    subscribe(people.stranger, language="fr")
    mailing = send(write_newsletter(), people, counted=3)
    found = Message.objects.filter(kind="newsletter").order_by("address")
    assert [(row.address, row.language) for row in found] == [
        ("ama@example.org", "en"),
        ("luc@example.org", "fr"),
        ("stranger@example.org", "fr"),
    ]
    assert (mailing.recipients, mailing.send_at - mailing.written_at) == (3, dt.timedelta(minutes=5))


def test_email_has_the_headers_of_rfc_8058_and_address_and_purpose_in_its_foot(people: People) -> None:
    subscribe(people.ama)
    send(write_newsletter(), people, counted=1)
    found = received(Message.objects.get(kind="newsletter"))
    (url,) = [found["List-Unsubscribe"].strip("<>")]
    assert url.startswith(f"{settings.SITE_URL}/en/news/stop/")
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        body = found.get_body((kind,))
        assert body is not None
        text = body.get_content()
        for part in (
            settings.OPERATOR_ADDRESS,
            "You asked for news",
            url,
            "/en/news/choices/",
            f"{settings.SITE_URL}/en/",
        ):
            assert part in text, (kind, part)
    assert '<h2 style="' in text
    assert 'href="/' not in text


def test_service_email_has_no_header_of_news(people: People) -> None:
    write_account_notice(template_prefix="mfa/email/totp_activated", email=people.ama.email)
    assert received(Message.objects.get())["List-Unsubscribe"] is None


def test_text_without_a_translation_is_sent_with_a_note(people: People) -> None:
    subscribe(people.luc)
    send(write_newsletter(title_fr="", body_fr=""), people, counted=1)
    body = received(Message.objects.get(kind="newsletter")).get_body(("html",))
    assert body is not None
    assert "Ce texte est en anglais seulement." in body.get_content()
    assert '<div lang="en"' in body.get_content()


def test_people_who_chose_other_topics_do_not_get_it(people: People) -> None:
    subscribe(people.ama, topics=["GRIEF"])
    subscribe(people.luc, topics=["PAIN", "RENAL"])
    subscribe(people.stranger)
    send(write_newsletter(), people, counted=2, topics=("GRIEF", "LUNG"))
    assert addressed() == ["ama@example.org", "stranger@example.org"]


@pytest.mark.parametrize("fault", ["unproved", "closed", "withdrawn", "suppressed"])
def test_person_who_may_not_be_written_to_is_left_out(people: People, fault: str) -> None:
    subscribe(people.ama)
    subscribe(people.luc)
    match fault:
        case "unproved":
            Person.objects.filter(pk=people.luc.pk).update(mailbox_proved_at=None)
        case "closed":
            Person.objects.filter(pk=people.luc.pk).update(is_active=False)
        case "withdrawn":
            withdraw_consent(person=people.luc, kind=ConsentKind.NEWS, at=timezone.now())
        case "suppressed":
            suppress(address=people.luc.email, reason="hard-bounce")
    send(write_newsletter(), people, counted=1)
    assert addressed() == ["ama@example.org"]


def test_person_who_ends_the_news_after_sending_gets_nothing(people: People, sink: Sink) -> None:
    subscribe(people.ama)
    subscribe(people.luc)
    send(write_newsletter(), people, counted=2)
    withdraw_consent(person=people.luc, kind=ConsentKind.NEWS, at=timezone.now())
    assert deliver() == {"sent": 1, "dropped": 1}
    assert Message.objects.get(kind="newsletter", address=people.luc.email).reason == "news-not-wanted"


def test_consent_is_checked_once_more_just_before_the_email_leaves(people: People) -> None:
    subscribe(people.ama)
    send(write_newsletter(), people, counted=1)
    message = Message.objects.get(kind="newsletter")
    checks = [kind_of(message).still_true(message)]
    withdraw_consent(person=people.ama, kind=ConsentKind.NEWS, at=timezone.now())
    assert [*checks, kind_of(message).still_true(message)] == [True, False]


def test_address_that_was_suppressed_after_sending_gets_nothing(people: People, sink: Sink) -> None:
    subscribe(people.ama)
    send(write_newsletter(), people, counted=1)
    suppress(address=people.ama.email, reason="complaint")
    assert deliver() == {"suppressed": 1}


def test_nobody_gets_a_newsletter_twice(people: People) -> None:
    subscribe(people.ama)
    newsletter = write_newsletter()
    mailing = send(newsletter, people, counted=1)
    with pytest.raises(Refusal, match="Nobody would get it"):
        send(newsletter, people, counted=1)
    subscribe(people.luc)
    send(newsletter, people, counted=1)
    assert addressed() == ["ama@example.org", "luc@example.org"]
    with pytest.raises(IntegrityError, match="newsletter_once_per_person"), transaction.atomic():
        Recipient.objects.create(mailing=mailing, newsletter=newsletter, person=people.ama)


def test_nothing_is_sent_if_the_number_of_recipients_has_changed(people: People) -> None:
    subscribe(people.ama)
    with pytest.raises(Refusal, match="there are 1 now"):
        send(write_newsletter(), people, counted=2)
    assert (Message.objects.count(), Mailing.objects.count(), Recipient.objects.count()) == (0, 0, 0)


def test_recalled_newsletter_is_not_sent_and_can_be_sent_again(people: People, sink: Sink) -> None:
    subscribe(people.ama)
    subscribe(people.luc)
    newsletter = write_newsletter()
    mailing = send(newsletter, people, counted=2)
    Message.objects.filter(address=people.ama.email).update(state="sent", sent_at=timezone.now())
    lease = timezone.now() + dt.timedelta(minutes=1)  # a worker is about to send the other
    Message.objects.filter(address=people.luc.email).update(state="claimed", token=uuid.uuid4(), lease_until=lease)
    assert recall_mailing(mailing=mailing, by=people.staff) == 1
    assert deliver() == {}
    with pytest.raises(Refusal, match="taken back already"):
        recall_mailing(mailing=mailing, by=people.staff)
    send(newsletter, people, counted=1)
    states = Message.objects.filter(kind="newsletter").order_by("pk").values_list("address", "state")
    assert list(states) == [
        ("ama@example.org", "sent"),
        ("luc@example.org", "cancelled"),
        ("luc@example.org", "queued"),
    ]


def test_newsletter_whose_emails_have_left_is_not_recalled(people: People) -> None:
    subscribe(people.ama)
    mailing = send(write_newsletter(), people, counted=1)
    Message.objects.update(state="sent", sent_at=timezone.now())
    with pytest.raises(Refusal, match="Every email has left"):
        recall_mailing(mailing=mailing, by=people.staff)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"is_published": False}, "Publish the newsletter first"),
        ({"published_on": dt.date(2100, 1, 1)}, "Publish the newsletter first"),
        ({"is_sample": True}, "is a sample"),
        ({"body_en": "", "body_fr": ""}, "no text yet"),
    ],
    ids=["draft", "future", "sample", "empty"],
)
def test_newsletter_that_is_not_ready_is_refused(people: People, fields: dict[str, Any], sentence: str) -> None:
    subscribe(people.ama)
    with pytest.raises(Refusal, match=sentence):
        send(write_newsletter(**fields), people, counted=1)
    assert Message.objects.count() == 0


@override_settings(OPERATOR_ADDRESS="")
def test_no_newsletter_leaves_without_a_postal_address(people: People) -> None:
    subscribe(people.ama)
    with pytest.raises(Refusal, match="postal address"):
        send(write_newsletter(), people, counted=1)


def test_email_waits_for_the_morning_where_the_person_is(people: People) -> None:
    west = subscribe(people.make("west@example.org", "Wes", province="BC", time_zone="America/Vancouver"))
    east = subscribe(people.make("east@example.org", "Eve", province="NL", time_zone="America/St_Johns"))
    with time_machine.travel(dt.datetime(2026, 11, 26, 3, tzinfo=dt.UTC), tick=False):  # 19:00 and 23:30
        send(write_newsletter(published_on=dt.date(2026, 11, 1)), people, counted=2)
    due = dict(Message.objects.filter(kind="newsletter").values_list("address", "due_at"))
    assert due == {
        west.email: dt.datetime(2026, 11, 26, 3, 5, tzinfo=dt.UTC),
        east.email: dt.datetime(2026, 11, 26, 10, 30, tzinfo=dt.UTC),
    }


@pytest.mark.parametrize("count", [1, 300])
def test_number_of_queries_does_not_depend_on_the_number_of_subscribers(people: People, count: int) -> None:
    subscribe_many(count)
    newsletter, staff = write_newsletter(), people.staff
    with CaptureQueriesContext(connection) as queries:
        send_newsletter(newsletter=newsletter, topics=["PAIN"], counted=count, by=staff)
    assert Message.objects.count() == count
    assert len(queries) == 9


def test_left_out_people_are_counted_once(people: People) -> None:
    newsletter = write_newsletter()
    subscribe(people.ama)
    send(newsletter, people, counted=1)
    subscribe(people.luc, topics=["PAIN"])
    subscribe(people.stranger)
    suppress(address=people.stranger.email, reason="hard-bounce")
    found = left_out(newsletter, ["GRIEF"])
    assert (found.had_it, found.chose_other_topics, found.suppressed, found.unconfirmed) == (1, 1, 1, 0)
    assert list(audience(newsletter, ["GRIEF"])) == []


def test_person_who_gets_news_is_not_counted_as_unconfirmed(people: People) -> None:
    """Each person counts once, also with a request and a consent that wait for the mailbox."""
    subscribe(people.ama)
    now = timezone.now()
    for person in (people.ama, people.luc):
        NewsRequest.objects.create(person=person, email=person.email, language="en", page_language="en", asked_at=now)
    for person in (people.luc, people.stranger):
        Consent.objects.create(person=person, kind="news", text_version="1", text_language="en", given_at=now)
    assert left_out(write_newsletter(), []).unconfirmed == 2
