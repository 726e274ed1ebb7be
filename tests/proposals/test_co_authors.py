"""Answers, comments and co-authors: who reads what, and when a link becomes invalid."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Person
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from proposals.actions import (
    add_note,
    answer_authors,
    close_inquiry,
    confirm_inquiry,
    hand_over_inquiry,
    invite_author,
)
from proposals.models import MOST_AUTHORS, CoAuthor, Inquiry, InquiryEntry
from proposals.throttles import COMMENTS_PER_PERSON, INVITATIONS_PER_PERSON
from tests.builders import Programme
from tests.people import People
from tests.proposals.forms import email_of, link_of, sent_idea
from tests.refused import shown_again

pytestmark = pytest.mark.django_db

DENISE = {"act": "invite", "name": "Denise Roy", "email": "denise@example.org"}


@pytest.fixture
def inquiry(programme: Programme) -> Inquiry:
    receipt = sent_idea(programme.bc, title="Grief in small communities")
    return confirm_inquiry(inquiry=Inquiry.objects.get(pk=receipt.answer["inquiry"]))


def invite(client: Client, inquiry: Inquiry) -> Person:
    client.post(link_of(inquiry), DENISE)
    return CoAuthor.objects.get(email="denise@example.org").person


def body(client: Client, url: str) -> str:
    return str(client.get(url).content.decode())


def test_invitation_names_the_sender_by_address_and_contains_no_typed_word(client: Client, inquiry: Inquiry) -> None:
    denise = invite(client, inquiry)
    message = Message.objects.get(kind="inquiry-co-author")
    assert (message.address, message.person_id) == ("denise@example.org", denise.pk)
    email = email_of("inquiry-co-author")
    assert "zoe@example.org works on an idea for an ECHO with BC Hub" in email
    assert [word for word in ("Denise", "Zoé", "Grief") if word in email] == []


def test_invitation_by_a_co_author_names_the_co_author(client: Client, inquiry: Inquiry) -> None:
    denise = invite(client, inquiry)
    client.post(link_of(inquiry, denise), {"act": "confirm"})
    client.post(link_of(inquiry, denise), {**DENISE, "name": "Luc", "email": "luc.roy@example.org"})
    email = email_of("inquiry-co-author", address="luc.roy@example.org")
    assert "denise@example.org works on an idea for an ECHO with BC Hub" in email
    assert "zoe@example.org" not in email


def test_co_author_joins_with_the_button_and_comments(client: Client, inquiry: Inquiry, programme: Programme) -> None:
    denise = invite(client, inquiry)
    link = link_of(inquiry, denise)
    assert "Will you shape this idea?" in body(client, link)
    client.post(link, {"act": "comment", "text": "Too early"})
    assert (InquiryEntry.objects.count(), CoAuthor.objects.joined().count()) == (0, 0)
    client.post(link, {"act": "confirm"})
    denise.refresh_from_db()
    assert denise.is_proved
    client.post(link, {"act": "comment", "text": "What about <b>volunteers</b>?"})
    entry = InquiryEntry.objects.get()
    assert (entry.kind, entry.name, entry.by) == ("comment", "Denise Roy", denise)
    assert "What about &lt;b&gt;volunteers&lt;/b&gt;?" in body(client, link_of(inquiry))
    assert Message.objects.get(kind="inquiry-comment").address == programme.bc.reply_address


def test_hub_gets_one_email_about_the_comments_of_a_day(client: Client, inquiry: Inquiry) -> None:
    for text in ("One", "Two"):
        client.post(link_of(inquiry), {"act": "comment", "text": text})
    assert (InquiryEntry.objects.count(), Message.objects.filter(kind="inquiry-comment").count()) == (2, 1)


def test_one_person_cannot_invite_without_limit_by_removing(inquiry: Inquiry) -> None:
    assert INVITATIONS_PER_PERSON.tries == 20
    for number in range(20):
        invite_author(inquiry=inquiry, name="X", email=f"{number}@example.org", by=inquiry.person).delete()
    with pytest.raises(Refusal, match="You invited many people today"):
        invite_author(inquiry=inquiry, name="X", email="more@example.org", by=inquiry.person)


def test_removed_co_author_can_no_longer_read(client: Client, inquiry: Inquiry) -> None:
    denise = invite(client, inquiry)
    client.post(link_of(inquiry, denise), {"act": "confirm"})
    author = CoAuthor.objects.get()
    client.post(link_of(inquiry, denise), {"act": "remove", "co_author": author.pk})
    assert CoAuthor.objects.count() == 1, "only the sender removes others"
    client.post(link_of(inquiry), {"act": "remove", "co_author": author.pk})
    assert CoAuthor.objects.count() == 0
    assert client.get(link_of(inquiry, denise)).status_code == 410


def test_invited_person_can_say_no(client: Client, inquiry: Inquiry) -> None:
    denise = invite(client, inquiry)
    page = client.post(link_of(inquiry, denise), {"act": "leave"})
    assert "You left" in page.content.decode()
    assert (CoAuthor.objects.count(), Message.objects.get(kind="inquiry-co-author").state) == (0, "cancelled")
    denise.refresh_from_db()
    assert not denise.is_proved


@pytest.mark.parametrize("act", ["take_back", "remove", "disown"])
def test_co_author_cannot_do_what_belongs_to_the_sender(client: Client, inquiry: Inquiry, act: str) -> None:
    denise = invite(client, inquiry)
    client.post(link_of(inquiry, denise), {"act": "confirm"})
    client.post(link_of(inquiry, denise), {"act": act, "co_author": CoAuthor.objects.get().pk})
    inquiry.refresh_from_db()
    assert (inquiry.state, CoAuthor.objects.count()) == ("new", 1)


def test_link_of_one_idea_opens_no_other(client: Client, inquiry: Inquiry, programme: Programme) -> None:
    denise = invite(client, inquiry)
    other = Inquiry.objects.get(pk=sent_idea(programme.bc, email="b@example.org").answer["inquiry"])
    assert client.get(link_of(other, denise)).status_code == 410


def test_co_author_is_invited_once_and_the_sender_never(client: Client, inquiry: Inquiry) -> None:
    invite(client, inquiry)
    for again in (DENISE, DENISE | {"email": "ZOE@example.org"}):
        page = shown_again(client, client.post(link_of(inquiry), again)).content.decode()
        assert "This person works on the idea already." in page
    assert (CoAuthor.objects.count(), Message.objects.filter(kind="inquiry-co-author").count()) == (1, 1)


def test_idea_has_at_most_ten_co_authors(client: Client, inquiry: Inquiry) -> None:
    for number in range(MOST_AUTHORS):
        assert client.post(link_of(inquiry), DENISE | {"email": f"a{number}@example.org"}).status_code == 302
    page = shown_again(client, client.post(link_of(inquiry), DENISE)).content.decode()
    assert "An idea has at most 10 co-authors." in page
    assert CoAuthor.objects.count() == MOST_AUTHORS


def test_comment_that_could_identify_a_patient_is_asked_about(client: Client, inquiry: Inquiry) -> None:
    words = {"act": "comment", "text": "Mrs. Tremblay asked for it"}
    page = shown_again(client, client.post(link_of(inquiry), words)).content.decode()
    assert "A patient could be recognized by it" in page
    assert InquiryEntry.objects.count() == 0
    client.post(link_of(inquiry), words | {"as_written": "on"})
    assert InquiryEntry.objects.count() == 1


def test_author_beyond_the_limit_of_comments_is_refused(client: Client, inquiry: Inquiry) -> None:
    for _comment in range(COMMENTS_PER_PERSON.tries):
        COMMENTS_PER_PERSON.reserve(str(inquiry.person_id))
    page = shown_again(client, client.post(link_of(inquiry), {"act": "comment", "text": "More"})).content.decode()
    assert "You wrote many comments today." in page


def test_answer_goes_to_all_authors_and_a_note_to_nobody(client: Client, inquiry: Inquiry, people: People) -> None:
    denise = invite(client, inquiry)
    client.post(link_of(inquiry, denise), {"act": "confirm"})
    client.post(link_of(inquiry), DENISE | {"email": "waits@example.org"})
    answer_authors(inquiry=inquiry, text="Shall we talk?", by=people.staff)
    add_note(inquiry=inquiry, text="A secret of the hub", by=people.staff)
    told = Message.objects.filter(kind="inquiry-answer").order_by("address").values_list("address", flat=True)
    assert list(told) == ["denise@example.org", "zoe@example.org"]
    inquiry.refresh_from_db()
    assert inquiry.state == "open"
    for person in (inquiry.person, denise):
        page = body(client, link_of(inquiry, person))
        assert ("Shall we talk?" in page, "A secret of the hub" in page) == (True, False)


def test_closed_inquiry_takes_no_comment_and_no_answer(client: Client, inquiry: Inquiry, people: People) -> None:
    close_inquiry(inquiry=inquiry, outcome="not-now", by=people.staff)
    page = shown_again(client, client.post(link_of(inquiry), {"act": "comment", "text": "But"})).content.decode()
    assert "This is closed." in page
    with pytest.raises(Refusal):
        answer_authors(inquiry=inquiry, text="Late", by=people.staff)
    assert InquiryEntry.objects.count() == 0


def test_only_pallium_staff_give_an_inquiry_to_another_hub(
    inquiry: Inquiry, people: People, programme: Programme
) -> None:
    coordinator = people.coordinator(programme.bc)
    with pytest.raises(Refusal):
        hand_over_inquiry(inquiry=inquiry, hub=programme.national, by=coordinator)
    assert hand_over_inquiry(inquiry=inquiry, hub=programme.national, by=people.staff).hub == programme.national
    assert not Inquiry.objects.editable_by(coordinator).exists()
    assert Message.objects.filter(kind="inquiry-for-hub").count() == 2
