"""The pages of ideas and inquiries: who sees them, the next step, closing and opening again."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from echo_portal.lib.dates import date_long
from echo_portal.outbox.models import Message
from proposals.actions import confirm_inquiry
from proposals.models import Inquiry, InquiryEntry
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.people import People
from tests.proposals.forms import link_of, sent_idea

pytestmark = pytest.mark.django_db

SOON = timezone.localdate() + dt.timedelta(days=20)
PLAN = {"next_step": "We call you", "next_step_on": SOON.isoformat()}


@pytest.fixture
def inquiry(programme: Programme) -> Inquiry:
    receipt = sent_idea(programme.bc, title="Grief in small communities")
    return confirm_inquiry(inquiry=Inquiry.objects.get(pk=receipt.answer["inquiry"]))


def page(act: str, inquiry: Inquiry) -> str:
    return reverse(f"admin:proposals_inquiry_{act}", args=(inquiry.pk,))


def test_coordinator_sets_the_next_step_and_the_sender_sees_it(
    client: Client, people: People, programme: Programme, inquiry: Inquiry
) -> None:
    coordinator = people.coordinator(programme.bc)
    desk = signed_in_client(coordinator)
    answer = desk.post(page("plan", inquiry), PLAN | {"assigned_to": coordinator.pk}, follow=True)
    assert "We call you" in answer.content.decode()
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.assigned_to, inquiry.next_step_on) == ("open", coordinator, SOON)
    assert f"We call you, by {date_long(SOON, 'en')}" in client.get(link_of(inquiry)).content.decode()
    event = AuditEvent.objects.get(verb="inquiry-planned")
    assert (event.actor_id, event.scope_id) == (coordinator.pk, programme.bc.pk)


@pytest.mark.parametrize("act", ["change", "plan", "close", "reopen", "answer", "note", "hand_over", "history"])
def test_inquiry_of_another_hub_cannot_be_opened_or_changed(
    people: People, programme: Programme, inquiry: Inquiry, act: str
) -> None:
    before = Inquiry.objects.values().get(pk=inquiry.pk)
    other = signed_in_client(people.coordinator(programme.national))
    statuses = {other.get(page(act, inquiry)).status_code, other.post(page(act, inquiry), PLAN).status_code}
    assert statuses <= {302, 403, 404}
    assert "Grief in small communities" not in other.get(page(act, inquiry), follow=True).content.decode()
    assert Inquiry.objects.values().get(pk=inquiry.pk) == before


def test_nobody_sees_an_inquiry_that_its_sender_has_not_confirmed(people: People, programme: Programme) -> None:
    waiting = Inquiry.objects.get(pk=sent_idea(programme.bc, title="Waiting").answer["inquiry"])
    for person in (people.coordinator(programme.bc), people.staff):
        desk = signed_in_client(person)
        assert desk.get(page("plan", waiting)).status_code == 404
        assert "Waiting" not in desk.get(reverse("admin:proposals_inquiry_changelist")).content.decode()


def test_only_coordinators_of_the_hub_can_be_chosen(people: People, programme: Programme, inquiry: Inquiry) -> None:
    desk = signed_in_client(people.coordinator(programme.bc))
    for person in (people.coordinator(programme.national), people.ama):
        answer = desk.post(page("plan", inquiry), PLAN | {"assigned_to": person.pk})
        assert (answer.status_code, "Choose a person from the list." in answer.content.decode()) == (422, True)
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.assigned_to) == ("new", None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"next_step": ""},
        {"next_step": "a\nb\x00"},
        {"next_step": "x" * 201},
        {"next_step_on": "20"},
        {"next_step_on": "0026-12-20"},
        {"next_step_on": (timezone.localdate() - dt.timedelta(days=1)).isoformat()},
        {"assigned_to": "9" * 400},
        {"assigned_to": "\x00"},
    ],
    ids=str,
)
def test_impossible_next_step_is_refused(
    people: People, programme: Programme, inquiry: Inquiry, wrong: dict[str, str]
) -> None:
    desk = signed_in_client(people.coordinator(programme.bc))
    assert desk.post(page("plan", inquiry), PLAN | wrong).status_code == 422
    inquiry.refresh_from_db()
    assert inquiry.state == "new"


def test_inquiry_is_closed_with_its_outcome_and_opened_again(
    client: Client, people: People, programme: Programme, inquiry: Inquiry
) -> None:
    desk = signed_in_client(people.coordinator(programme.bc))
    assert desk.post(page("close", inquiry), {"outcome": "withdrawn"}).status_code == 422
    assert desk.post(page("close", inquiry), {"outcome": "not-now"}).status_code == 302
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.outcome, inquiry.closed_at is None) == ("closed", "not-now", False)
    assert "Not possible at present" in client.get(link_of(inquiry)).content.decode()
    again = desk.post(page("close", inquiry), {"outcome": "done"})
    assert "This is closed. Open it again first." in again.content.decode()
    assert desk.post(page("reopen", inquiry)).status_code == 302
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.outcome, inquiry.closed_at) == ("open", "", None)


def test_form_that_its_sender_withdrew_cannot_be_opened_again(
    client: Client, people: People, programme: Programme, inquiry: Inquiry
) -> None:
    client.post(link_of(inquiry), {"act": "take_back"})
    desk = signed_in_client(people.coordinator(programme.bc))
    answer = desk.post(page("reopen", inquiry), follow=True)
    assert "The sender withdrew this form." in answer.content.decode()
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.outcome) == ("closed", "withdrawn")


def test_answer_is_previewed_before_it_is_sent(people: People, programme: Programme, inquiry: Inquiry) -> None:
    desk = signed_in_client(people.coordinator(programme.bc))
    preview = desk.post(page("answer", inquiry), {"text": "Shall we talk?"})
    assert (InquiryEntry.objects.count(), Message.objects.filter(kind="inquiry-answer").count()) == (0, 0)
    words = preview.content.decode()
    assert "An email leaves at once to: zoe@example.org." in words
    frame = re.findall(r'src="([^"]+)"', words[words.index("<iframe") :])[0]
    assert "Shall we talk?" in desk.get(frame).content.decode()
    other = signed_in_client(people.coordinator(programme.national))
    assert other.get(frame).status_code == 404
    assert desk.post(page("answer", inquiry), {"text": "Shall we talk?", "send": "1"}).status_code == 302
    assert list(Message.objects.filter(kind="inquiry-answer").values_list("address", flat=True)) == ["zoe@example.org"]
    assert "Shall we talk?" in desk.get(page("change", inquiry)).content.decode()


def test_answer_leads_from_the_start_page_to_the_next_step_and_back(
    people: People, programme: Programme, inquiry: Inquiry
) -> None:
    desk = signed_in_client(people.coordinator(programme.bc))
    start = reverse("admin:index")
    assert "First answer" in desk.get(start).content.decode()
    answer = desk.post(f"{page('answer', inquiry)}?from=start", {"text": "Shall we talk?", "send": "1"})
    assert answer["Location"] == f"{page('plan', inquiry)}?from=start"
    plan = desk.get(answer["Location"]).content.decode()
    assert "The answer is on its way. What comes next?" in plan
    assert f'href="{page("close", inquiry)}?from=start"' in plan
    waiting = desk.get(start).content.decode()
    assert ("First answer" in waiting, "Answered, without a next step" in waiting) == (False, True)
    assert desk.post(answer["Location"], PLAN)["Location"] == start
    planned = desk.get(start).content.decode()
    assert ("Answered, without a next step" in planned, "We call you" in planned) == (False, True)
    again = desk.post(f"{page('answer', inquiry)}?from=start", {"text": "Until then.", "send": "1"})
    assert again["Location"] == start


def test_note_is_displayed_on_the_desk(people: People, programme: Programme, inquiry: Inquiry) -> None:
    desk = signed_in_client(people.coordinator(programme.bc))
    answer = desk.post(page("note", inquiry), {"text": "Ask <i>Denise</i> first"}, follow=True)
    assert "Ask &lt;i&gt;Denise&lt;/i&gt; first" in answer.content.decode()


@pytest.mark.parametrize("act", ["note", "answer"])
@pytest.mark.parametrize("text", ["", "\u200b", "a\x00", "x" * 4001])
def test_impossible_text_is_refused(
    people: People, programme: Programme, inquiry: Inquiry, act: str, text: str
) -> None:
    desk = signed_in_client(people.coordinator(programme.bc))
    assert desk.post(page(act, inquiry), {"text": text, "send": "1"}).status_code == 422
    assert InquiryEntry.objects.count() == 0


def test_staff_give_an_inquiry_to_another_hub(people: People, programme: Programme, inquiry: Inquiry) -> None:
    coordinator = signed_in_client(people.coordinator(programme.bc))
    assert coordinator.get(page("hand_over", inquiry)).status_code == 404
    staff = signed_in_client(people.staff)
    assert staff.post(page("hand_over", inquiry), {"hub": programme.bc.pk}).status_code == 422
    assert staff.post(page("hand_over", inquiry), {"hub": programme.national.pk}).status_code == 302
    assert coordinator.get(page("plan", inquiry)).status_code == 404
