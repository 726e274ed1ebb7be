"""The three forms: each is stored once, confirmed by a link that is sent to the mailbox, and then passed to the hub."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import revoke_links
from accounts.models import Consent, Person
from echo_portal.outbox.models import Message
from hubs.models import Hub
from proposals.actions import delete_old_inquiries
from proposals.models import Inquiry
from proposals.throttles import INQUIRIES_IN_ALL, INQUIRIES_PER_MAILBOX, INQUIRIES_PER_NETWORK
from tests.builders import Programme
from tests.people import People
from tests.proposals.forms import confirm, email_of, idea, interest, link_of, partnership, send
from tests.refused import shown_again

pytestmark = pytest.mark.django_db

FORMS = {"propose": idea, "partner": partnership, "interest": interest}
each_form = pytest.mark.parametrize("view", FORMS)


@pytest.fixture(autouse=True)
def hubs(programme: Programme) -> None:
    Hub.objects.filter(pk=programme.bc.pk).update(
        accepts_proposals=True, accepts_partners=True, contact_email="bc-hub@example.org"
    )


def kinds() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("kind", "address"))


@each_form
def test_guests_form_waits_for_the_mailbox_and_emails_no_typed_word(client: Client, view: str) -> None:
    form = FORMS[view]()
    inquiry = send(client, form, view)
    assert (inquiry.state, inquiry.proved_at, inquiry.hub.slug) == ("unproved", None, "bc")
    assert kinds() == [("inquiry-confirm", "zoe@example.org")]
    email = email_of("inquiry-confirm")
    typed = [form[name] for name in ("name", "title", "text", "audience", "organisation") if name in form]
    assert [words for words in typed if words in email] == []


def test_opening_the_link_changes_nothing_and_the_button_confirms(client: Client) -> None:
    inquiry = send(client, idea())
    page = client.get(link_of(inquiry))
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store, private")
    assert "Grief in small communities" in page.content.decode()
    inquiry.refresh_from_db()
    assert inquiry.state == "unproved"
    with time_machine.travel("2026-12-01T17:00:00Z", tick=False):
        inquiry = confirm(client, inquiry)
    assert (inquiry.state, inquiry.next_step_on, inquiry.person.is_proved) == ("new", dt.date(2026, 12, 15), True)
    assert kinds()[1:] == [("inquiry-received", "zoe@example.org"), ("inquiry-for-hub", "bc-hub@example.org")]
    for kind in ("inquiry-received", "inquiry-for-hub"):
        email = email_of(kind)
        assert "December 15, 2026" in email
        assert "Grief" not in email
        assert "Zoé" not in email


def test_confirming_twice_writes_no_second_email(client: Client) -> None:
    inquiry = send(client, idea())
    confirm(client, inquiry)
    confirm(client, inquiry)
    assert len(kinds()) == 3


def test_owner_of_the_mailbox_can_delete_what_is_not_theirs(client: Client) -> None:
    inquiry = send(client, idea())
    page = client.post(link_of(inquiry), {"act": "disown"})
    assert "Nobody at the hub has seen it" in page.content.decode()
    assert Inquiry.objects.count() == 0
    assert [message.state for message in Message.objects.all()] == ["cancelled"]
    assert client.get(link_of(inquiry)).status_code == 410


def test_confirmed_inquiry_cannot_be_deleted_but_taken_back(client: Client) -> None:
    inquiry = confirm(client, send(client, idea()))
    client.post(link_of(inquiry), {"act": "disown"})
    assert Inquiry.objects.count() == 1
    client.post(link_of(inquiry), {"act": "take_back"})
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.outcome, inquiry.closed_by) == ("closed", "withdrawn", inquiry.person)


def test_sender_of_what_was_not_meant_seriously_reads_only_that_it_is_closed(client: Client) -> None:
    inquiry = confirm(client, send(client, idea()))
    Inquiry.objects.update(state="closed", outcome="spam", closed_at=timezone.now())
    page = client.get(link_of(inquiry)).content.decode()
    assert ("Closed" in page, "Not meant seriously" in page) == (True, False)


def test_signed_in_persons_form_reaches_the_hub_at_once(client: Client, people: People) -> None:
    client.force_login(people.ama)
    inquiry = send(client, idea(name="Ama O.", email=people.ama.email))
    assert (inquiry.state, inquiry.person, inquiry.email, inquiry.name) == (
        "new",
        people.ama,
        people.ama.email,
        "Ama O.",
    )
    assert [kind for kind, _address in kinds()] == ["inquiry-received", "inquiry-for-hub"]
    people.ama.refresh_from_db()
    assert people.ama.name == "Ama Okpik"


def test_form_with_a_known_address_changes_no_profile(client: Client, people: People) -> None:
    inquiry = send(client, idea(email=people.ama.email.upper(), name="Somebody Else"))
    assert (inquiry.person, inquiry.state, inquiry.name) == (people.ama, "unproved", "Somebody Else")
    people.ama.refresh_from_db()
    assert people.ama.name == "Ama Okpik"


@each_form
def test_form_sent_twice_is_stored_once_with_the_same_answer(client: Client, view: str) -> None:
    form = FORMS[view]()
    answers = [client.post(reverse(view), form) for _time in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert (Inquiry.objects.count(), Message.objects.count()) == (1, 1)
    page = client.get(answers[0]["Location"]).content.decode()
    assert "zoe@example.org" not in page


def test_same_form_key_with_other_content_changes_nothing(client: Client) -> None:
    form = idea()
    send(client, form)
    answer = client.post(reverse("propose"), form | {"title": "Other"})
    assert answer.status_code == 409
    assert list(Inquiry.objects.values_list("title", flat=True)) == ["Grief in small communities"]


WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "no title": ("propose", {"title": " \u200b"}, "Give your idea a working title."),
    "no format": ("propose", {"format": ""}, "Choose what you would like to create."),
    "201 words": ("propose", {"text": "word " * 201}, "Write at most 200 words; there are 201."),
    "no language": ("propose", {"spoken_in": []}, "Choose at least one language."),
    "no hub": ("propose", {"hub": ""}, "Choose a hub."),
    "a hub that takes no ideas": ("propose", {"hub": "closed"}, "Choose a hub from the list."),
    "no consent": ("propose", {"consent": ""}, "Tick the box to agree to the privacy policy"),
    "the trap filled in": ("propose", {"website": "https://spam.example"}, "Leave this field empty."),
    "a line break in the title": ("propose", {"title": "A\r\nBcc: b"}, "Write this on one line"),
    "a long title": ("propose", {"title": "x" * 201}, "Write the working title in at most 200 characters."),
    "no organisation": ("partner", {"organisation": ""}, "Write the name of your organisation."),
    "no topic": ("interest", {"topics": []}, "Choose at least one topic."),
    "no profession": ("interest", {"profession": ""}, "Choose your profession."),
    "a mistyped address": ("interest", {"email": "zoe@gmial.com"}, "Did you mean zoe@gmail.com?"),
}


@pytest.mark.parametrize("case", WRONG)
def test_refused_form_keeps_what_was_typed_and_stores_nothing(client: Client, programme: Programme, case: str) -> None:
    programme.hub("closed", scope="sector", name_en="Closed", name_fr="Fermé")
    view, changes, sentence = WRONG[case]
    answer = client.post(reverse(view), FORMS[view](**changes))
    page = shown_again(client, answer).content.decode()
    assert sentence in page
    assert "Zoé Tremblay" in page
    assert (Inquiry.objects.count(), Message.objects.count(), Person.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("field", ["text", "team"])
def test_text_that_could_identify_a_patient_is_asked_about_first(client: Client, field: str) -> None:
    form = idea(**{field: "Mrs. Tremblay, born 1944-03-02, had no help."})
    page = shown_again(client, client.post(reverse("propose"), form)).content.decode()
    assert "A patient could be recognized by it" in page
    assert Inquiry.objects.count() == 0
    assert getattr(send(client, form | {"as_written": "on"}), field) == form[field]


def test_long_text_that_fits_no_cookie_is_shown_again(client: Client) -> None:
    words = " ".join(f"wörd{number:03d}é" for number in range(201))
    answer = client.post(reverse("propose"), idea(text=words, audience=words[:600], team=words[::-1][:600]))
    page = answer if answer.status_code == 422 else shown_again(client, answer)
    assert words in page.content.decode()


def test_interest_goes_to_the_hub_of_the_province_or_to_the_national_one(client: Client) -> None:
    assert send(client, interest(), "interest").hub.slug == "bc"
    assert send(client, interest(province="NU"), "interest").hub.slug == "national"


def test_idea_without_a_hub_of_its_own_goes_to_the_national_one(client: Client) -> None:
    assert send(client, idea(hub="none")).hub.slug == "national"


def test_consent_to_news_counts_only_after_the_mailbox_is_proved(client: Client) -> None:
    inquiry = send(client, interest(wants_news="on"), "interest")
    assert Consent.objects.count() == 0
    confirm(client, inquiry)
    assert set(Consent.objects.values_list("kind", flat=True)) == {"privacy", "news"}


def test_without_the_tick_nobody_is_subscribed_to_news(client: Client) -> None:
    confirm(client, send(client, interest(), "interest"))
    assert set(Consent.objects.values_list("kind", flat=True)) == {"privacy"}


def posts(client: Client, count: int, email: str = "a{}@example.org", **meta: Any) -> list[int]:
    return [
        client.post(reverse("propose"), idea(email=email.format(number)), **meta).status_code for number in range(count)
    ]


def test_network_beyond_its_limit_does_not_stop_others(client: Client, people: People) -> None:
    most = INQUIRIES_PER_NETWORK.tries
    assert posts(client, most + 2, REMOTE_ADDR="192.0.2.1") == [302] * most + [303] * 2
    assert posts(client, 1, REMOTE_ADDR="192.0.2.2") == [302]
    client.force_login(people.ama)
    assert posts(client, 1, people.ama.email, REMOTE_ADDR="192.0.2.1") == [302]
    assert Inquiry.objects.count() == most + 2


def test_many_forms_of_one_kind_from_a_network_do_not_refuse_another_kind(client: Client, programme: Programme) -> None:
    posts(client, INQUIRIES_PER_NETWORK.tries + 1)
    page = shown_again(client, client.post(reverse("propose"), idea(email="b@example.org"))).content.decode()
    assert "Many forms of this kind came from your network. Sign in first" in page
    assert "b@example.org" in page, "what they typed is there"
    answers = [
        client.post(reverse("interest"), interest(email="b@example.org")),
        client.post("/en/newsletters/", {"email": "c@example.org", "language": "fr", "news": "on"}),
    ]
    assert [answer.status_code for answer in answers] == [302, 302]


def test_mailbox_gets_few_emails_in_a_day_from_all_networks(client: Client) -> None:
    answers = [
        client.post(reverse("propose"), idea(email=f"zoe+{number}@example.org"), REMOTE_ADDR=f"192.0.2.{number}")
        for number in range(INQUIRIES_PER_MAILBOX.tries + 1)
    ]
    assert [answer.status_code for answer in answers] == [302] * INQUIRIES_PER_MAILBOX.tries + [303]


def test_beyond_the_limit_in_all_a_signed_in_person_gets_through(client: Client, people: People) -> None:
    for _form in range(INQUIRIES_IN_ALL.tries):
        INQUIRIES_IN_ALL.reserve("all")
    page = shown_again(client, client.post(reverse("propose"), idea())).content.decode()
    assert "Many forms are being sent at this moment." in page
    client.force_login(people.ama)
    assert send(client, idea(email=people.ama.email)).person == people.ama


def test_link_stops_working_when_the_links_are_revoked(client: Client) -> None:
    inquiry = confirm(client, send(client, idea()))
    old = link_of(inquiry)
    revoke_links(person=inquiry.person, by=inquiry.person)
    assert client.get(old).status_code == 410
    assert client.get(f"{old[:-3]}xx/").status_code == 404


def test_unconfirmed_and_closed_inquiries_are_deleted_in_time(client: Client) -> None:
    now = timezone.now()
    waiting, closed = send(client, idea()), confirm(client, send(client, idea(email="b@example.org")))
    confirm(client, send(client, idea(email="c@example.org")))
    client.post(link_of(closed), {"act": "take_back"})
    assert delete_old_inquiries(now + dt.timedelta(days=13)) == {"unproved": 0, "closed": 0}
    assert delete_old_inquiries(now + dt.timedelta(days=15)) == {"unproved": 1, "closed": 0}
    assert not Inquiry.objects.filter(pk=waiting.pk).exists()
    assert delete_old_inquiries(now + dt.timedelta(days=731)) == {"unproved": 0, "closed": 1}
    assert Inquiry.objects.count() == 1


def test_change_of_language_keeps_what_was_typed(client: Client) -> None:
    page = shown_again(client, client.post("/fr/proposer/", idea(consent="") | {"keep": "en"})).content.decode()
    assert "Grief in small communities" in page
    assert "Titre provisoire" in page
    assert "error-summary" not in page
