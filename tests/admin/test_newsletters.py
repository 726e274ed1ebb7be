"""Pallium staff send a newsletter: form, preview with the numbers of recipients and of others, sending, recalling."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.links import MANAGE, token_for
from accounts.models import AuditEvent
from echo_portal.outbox.models import Message
from echo_portal.outbox.suppressions import suppress
from news.links import STOP
from news.models import Mailing
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.news.readers import subscribe, subscribe_many, write_newsletter
from tests.people import People

pytestmark = pytest.mark.django_db

SEND = "/admin/news/mailing/send/"
LIST = "/admin/news/mailing/"


@pytest.fixture
def desk(people: People) -> Client:
    return signed_in_client(people.staff)


def form(newsletter: Any, **changes: Any) -> dict[str, Any]:
    return {"newsletter": newsletter.pk, "step": "preview", "form_key": str(uuid.uuid4()), **changes}


def test_preview_counts_who_gets_the_newsletter_and_saves_nothing(desk: Client, people: People) -> None:
    subscribe(people.ama)
    subscribe(people.luc)
    subscribe(people.stranger, topics=["PAIN"])
    gone = subscribe(people.make("gone@example.org", "Gone"))
    suppress(address=gone.email, reason="hard-bounce")
    page = desk.post(SEND, form(write_newsletter(), topics=["GRIEF"]))
    words = " ".join(page.content.decode().split())
    assert "2 people get this message." in words
    assert "1 in French." in words
    assert "1 person chose other topics." in words
    assert "Emails to 1 person came back or are unwanted. gone@example.org" in words
    assert (Message.objects.count(), Mailing.objects.count()) == (0, 0)


def test_samples_are_in_both_languages_and_have_no_personal_link(desk: Client, people: People) -> None:
    subscribe(people.ama)
    page = desk.post(SEND, form(write_newsletter())).content.decode()
    frames = re.findall(r'src="(/admin/news/mailing/sample/[^"]+)"', page)
    texts = [desk.get(frame).content.decode() for frame in frames]
    assert ["News of November" in texts[0], "Nouvelles de novembre" in texts[1]] == [True, True]
    assert ["personal-link-" in text for text in texts] == [True, True]
    secrets = (STOP.sign_object([people.ama.pk]).rpartition(".")[2], token_for(people.ama, MANAGE))
    assert not [secret for secret in secrets for text in texts if secret in text]
    other = signed_in_client(people.make("other@example.org", "Other", is_staff=True, is_programme_staff=True))
    assert other.get(frames[0]).status_code == 404


def test_newsletter_sent_twice_is_written_once_and_list_says_when_it_is_sent(desk: Client, people: People) -> None:
    subscribe(people.ama)
    values = form(write_newsletter(), step="send", counted="1")
    answers = [desk.post(SEND, values) for _time in range(2)]
    assert [answer["Location"] for answer in answers] == [LIST, LIST]
    assert (Message.objects.count(), Mailing.objects.get().written_by) == (1, people.staff)
    assert "1 email waits until" in desk.get(LIST).content.decode()


@pytest.mark.parametrize("counted", ["", "2", "x", "9" * 30])
def test_wrong_count_is_refused_on_the_same_page(desk: Client, people: People, counted: str) -> None:
    subscribe(people.ama)
    page = desk.post(SEND, form(write_newsletter(), step="send", counted=counted))
    assert 'class="errornote"' in page.content.decode()
    assert Message.objects.count() == 0


def test_sample_newsletter_is_refused_at_its_field(desk: Client, people: People) -> None:
    page = desk.post(SEND, form(write_newsletter(is_sample=True)))
    assert (page.status_code, "This newsletter is a sample" in page.content.decode()) == (422, True)


def test_staff_can_recall_a_newsletter(desk: Client, people: People) -> None:
    subscribe(people.ama)
    desk.post(SEND, form(write_newsletter(), step="send", counted="1"))
    mailing = Mailing.objects.get()
    change = reverse("admin:news_mailing_change", args=(mailing.pk,))
    recall = reverse("admin:news_mailing_recall", args=(mailing.pk,))
    assert recall in desk.get(change).content.decode()
    assert desk.get(recall).status_code == 405
    assert "1 email was taken back." in desk.post(recall, follow=True).content.decode()
    assert recall not in desk.get(change).content.decode()
    assert Message.objects.get().state == "cancelled"


def test_page_of_a_newsletter_leads_to_sending_it(desk: Client, programme: Programme, people: People) -> None:
    newsletter = write_newsletter()
    page = desk.get(reverse("admin:pages_newsletter_change", args=(newsletter.pk,))).content.decode()
    assert f"{SEND}?newsletter={newsletter.pk}" in page
    coordinator = signed_in_client(people.coordinator(programme.bc))
    own = write_newsletter("bc", hub=programme.bc)
    page = coordinator.get(reverse("admin:pages_newsletter_change", args=(own.pk,))).content.decode()
    assert SEND not in page


def test_coordinator_reaches_no_page_of_the_news(people: People, programme: Programme) -> None:
    subscribe(people.ama)
    newsletter = write_newsletter()
    desk = signed_in_client(people.coordinator(programme.national))
    answers = [
        desk.get(SEND),
        desk.post(SEND, form(newsletter, step="send", counted="1")),
        desk.get(LIST),
        desk.get("/admin/news/subscriber/"),
        desk.post("/admin/news/subscriber/export/"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 403, 403, 403]
    assert Message.objects.count() == 0


def test_subscribers_are_listed_with_counts_and_exported_with_an_event(desk: Client, people: People) -> None:
    assert "Nobody gets news yet." in desk.get("/admin/news/subscriber/").content.decode()
    subscribe(people.ama, topics=["PAIN"])
    subscribe(people.luc)
    assert people.stranger.email == "stranger@example.org"  # gets no news
    page = desk.get("/admin/news/subscriber/").content.decode()
    words = " ".join(page.split())
    assert "Get news: 1 in English. 1 in French." in words
    assert ["ama@example.org" in page, "stranger@example.org" in page] == [True, False]
    only = desk.get("/admin/news/subscriber/?news_language=fr").content.decode()
    assert ["ama@example.org" in only, "luc@example.org" in only] == [False, True]
    lines = desk.post("/admin/news/subscriber/export/").content.decode().splitlines()
    assert lines[1:] == ["Ama Okpik,ama@example.org,en,Pain and symptoms", "Luc Bélanger,luc@example.org,fr,"]
    event = AuditEvent.objects.get(verb="subscribers-exported")
    assert (event.actor_id, event.details) == (people.staff.pk, {"people": 2})


@pytest.mark.parametrize("count", [1, 300])
def test_number_of_queries_of_the_preview_is_constant(
    desk: Client, people: People, count: int, django_assert_num_queries: Any
) -> None:
    subscribe_many(count)
    newsletter = write_newsletter()
    desk.post(SEND, form(newsletter))
    with django_assert_num_queries(23):
        desk.post(SEND, form(newsletter))
