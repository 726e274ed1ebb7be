"""One POST without a cookie ends news (RFC 8058), but a GET only asks for confirmation.

Links to the page of choices can be revoked.
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions import revoke_links
from accounts.models import AuditEvent, Consent, Person
from credits.actions import merge_people
from echo_portal.outbox.models import Message
from news.actions import send_newsletter
from news.models import NewsChoice
from tests.news.readers import choices_link, stop_link, subscribe, subscribed, write_newsletter
from tests.people import People

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def email_program() -> Client:
    """Return a client that has no cookie and whose POST is checked for a CSRF token."""
    return Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example"})


def test_one_post_without_a_cookie_ends_the_news(people: People) -> None:
    subscribe(people.ama)
    subscribe(people.luc)
    program = email_program()
    answer = program.post(stop_link(people.ama), ONE_CLICK)
    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    assert subscribed() == {people.luc.email}
    assert Consent.objects.get(person=people.ama).withdrawn_at is not None


def test_opening_the_link_ends_nothing(people: People, client: Client) -> None:
    subscribe(people.ama)
    page = client.get(stop_link(people.ama)).content.decode()
    assert "List-Unsubscribe" in page
    assert people.ama.email not in page
    assert client.head(stop_link(people.ama)).status_code == 200
    assert subscribed() == {people.ama.email}


def test_ending_twice_changes_nothing_and_works_after_links_were_revoked(people: People) -> None:
    subscribe(people.ama)
    link = stop_link(people.ama)
    revoke_links(person=people.ama, by=None)
    assert [email_program().post(link, ONE_CLICK).status_code for _time in range(2)] == [200, 200]
    assert AuditEvent.objects.filter(verb="news-ended").count() == 1


def test_link_of_a_person_who_is_gone_works_and_a_forged_one_does_not(people: People) -> None:
    gone = email_program().post(stop_link(Person(pk=999_999)), ONE_CLICK)
    forged = email_program().post(stop_link(people.ama).replace("Wz", "W0"), ONE_CLICK)
    other_purpose = email_program().post(choices_link(people.ama).replace("choices", "stop"), ONE_CLICK)
    assert (gone.status_code, forged.status_code, other_purpose.status_code) == (200, 404, 404)


def test_newsletters_that_wait_are_withdrawn(people: People) -> None:
    subscribe(people.ama)
    send_newsletter(newsletter=write_newsletter(), topics=[], counted=1, by=people.staff)
    email_program().post(stop_link(people.ama), ONE_CLICK)
    message = Message.objects.get(kind="newsletter")
    assert (message.state, message.reason) == ("cancelled", "news-not-wanted")


def test_topics_and_language_can_be_changed_and_news_ended_and_begun(people: People, client: Client) -> None:
    subscribe(people.ama)
    link = choices_link(people.ama)
    client.post(link, {"act": "save", "language": "fr", "topics": ["RENAL"]})
    choice = NewsChoice.objects.get()
    assert (choice.language, choice.topics) == ("fr", ["RENAL"])
    client.post(link, {"act": "stop"})
    assert subscribed() == set()
    client.post(link, {"act": "save", "language": "fr"})
    assert (subscribed(), NewsChoice.objects.get().topics) == ({people.ama.email}, [])


def test_opening_the_link_of_choices_changes_nothing_and_hides_the_address(people: People, client: Client) -> None:
    subscribe(people.ama)
    page = client.get(choices_link(people.ama)).content.decode()
    assert people.ama.email not in page
    assert (NewsChoice.objects.count(), subscribed()) == (0, {people.ama.email})


def test_revoked_link_to_the_page_of_choices_returns_410(people: People, client: Client) -> None:
    link = choices_link(people.ama)
    revoke_links(person=people.ama, by=None)
    assert client.post(link, {"act": "stop"}).status_code == 410


def test_refused_choice_changes_nothing(people: People, client: Client) -> None:
    subscribe(people.ama)
    assert client.post(choices_link(people.ama), {"act": "save", "language": "de"}).status_code == 303
    assert NewsChoice.objects.count() == 0


def test_merged_profile_keeps_the_news_unless_the_person_ended_them(people: People) -> None:
    gone = subscribe(people.make("old@example.org", "Ama Okpik", mailbox_used_at=timezone.now()), topics=["PAIN"])
    people.ama.mailbox_used_at = timezone.now()
    people.ama.save()
    link = stop_link(gone)
    merge_people(kept=people.ama, gone=gone, by=people.staff)
    assert (subscribed(), NewsChoice.objects.get().person) == ({people.ama.email}, people.ama)
    email_program().post(link, ONE_CLICK)
    assert subscribed() == set()


def test_merging_does_not_begin_news_that_the_kept_person_ended(people: People) -> None:
    subscribe(people.ama)
    email_program().post(stop_link(people.ama), ONE_CLICK)
    gone = subscribe(people.make("old@example.org", "Ama Okpik"))
    merge_people(kept=people.ama, gone=gone, by=people.staff)
    assert subscribed() == set()


def test_merged_person_gets_each_newsletter_once(people: People) -> None:
    """The kept profile already got the newsletter, and the copy to the other profile has not been sent."""
    kept = subscribe(people.make("kept@example.org", "Ama Okpik", mailbox_used_at=timezone.now()))
    gone = subscribe(people.make("old@example.org", "Ama Okpik", mailbox_used_at=timezone.now()))
    send_newsletter(newsletter=write_newsletter(), topics=(), counted=2, by=people.staff)
    Message.objects.filter(person_id=kept.pk, kind="newsletter").update(state="sent", sent_at=timezone.now())
    merge_people(kept=kept, gone=gone, by=people.staff)
    assert sorted(Message.objects.filter(kind="newsletter").values_list("state", flat=True)) == ["cancelled", "sent"]
