"""Texts that a hub sends by email are checked for words that may identify a patient, and can be confirmed."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from echo_portal.admin.messages.acts import EditForm
from registrations.forms import NoteForm
from registrations.models import Announcement, Registration, SessionChange
from sessions.models import Series, Session
from tests.admin.pages import form_key_of, says
from tests.admin.two_hubs import HubRows
from tests.people import People

pytestmark = pytest.mark.django_db
ABOUT_A_PATIENT = "Think of Mrs. Tremblay, 613 555-0123."
WARNING = (
    "This text may contain a telephone number and the name of a person. A patient could be recognized by it, and "
    "everybody who gets the email reads this text. Take it out, or tick the box below."
)
BOX = "No patient can be recognized: send it as it is."
WORDS = {"subject_en": "A word", "subject_fr": "Un mot", "text_en": ABOUT_A_PATIENT, "text_fr": "Bonjour."}


def carries_the_tick(page: Any) -> bool:
    return 'type="hidden" name="as_written" value="True"' in page.content.decode()


def page_of(name: str, *arguments: int) -> str:
    return reverse(f"admin:echo_sessions_{name}", args=arguments)


@pytest.mark.parametrize("kind", [Session, Series])
def test_announcement_about_a_patient_is_confirmed_first(
    kind: type[Session | Series], coordinator_client: Client, own: HubRows
) -> None:
    page = page_of("session_write" if kind is Session else "series_write", own[kind].pk)
    sent = {**WORDS, "whom": "all", "step": "preview"}
    asked = coordinator_client.post(page, sent)
    assert asked.context["form"].errors == {"text_en": [WARNING]}
    assert BOX in says(asked)
    shown = coordinator_client.post(page, {**sent, "as_written": "on"})
    assert shown.context["count"] == 1
    assert carries_the_tick(shown)
    again = {**sent, "as_written": "True", "counted": "1", "step": "send", "form_key": form_key_of(shown)}
    coordinator_client.post(page, again)
    assert Announcement.objects.get().text_en == ABOUT_A_PATIENT


def test_text_without_a_patient_needs_no_confirmation(coordinator_client: Client, own: HubRows) -> None:
    page = page_of("session_write", own[Session].pk)
    words = {**WORDS, "text_en": "The session of January 5, 2098 is at https://zoom.us/j/81234567890."}
    shown = coordinator_client.post(page, {**words, "whom": "all", "step": "preview"})
    assert shown.context["count"] == 1
    assert BOX not in says(shown)


def test_warning_is_in_french_on_a_french_page(coordinator_client: Client, own: HubRows) -> None:
    page = page_of("session_write", own[Session].pk)
    asked = coordinator_client.post(
        page, {**WORDS, "whom": "all", "step": "preview"}, headers={"accept-language": "fr"}
    )
    assert "toutes les personnes qui reçoivent le courriel" in says(asked)


def test_word_about_a_cancelled_session_is_confirmed_and_then_saved(coordinator_client: Client, own: HubRows) -> None:
    page = page_of("session_cancel", own[Session].pk)
    asked = coordinator_client.post(page, {"note_en": ABOUT_A_PATIENT, "step": "preview"})
    assert asked.context["form"].errors == {"note_en": [WARNING]}
    words = {"note_en": ABOUT_A_PATIENT, "as_written": "True"}
    assert carries_the_tick(coordinator_client.post(page, {**words, "step": "preview"}))
    coordinator_client.post(page, {**words, "step": "commit", "revision": own[Session].revision})
    assert SessionChange.objects.get(kind="cancelled").note_en == ABOUT_A_PATIENT


@pytest.mark.usefixtures("luc_registered")
def test_reason_for_dropping_a_person_is_confirmed_first(
    coordinator_client: Client, own: HubRows, people: People
) -> None:
    page = page_of("series_drop_person", own[Series].pk, people.luc.pk)
    asked = coordinator_client.post(page, {"note_en": ABOUT_A_PATIENT, "step": "preview"}, follow=True)
    assert asked.context["form"].errors == {"note_en": [WARNING]}
    words = {"note_en": ABOUT_A_PATIENT, "as_written": "True"}
    shown = coordinator_client.post(page, {**words, "step": "preview"}, follow=True)
    assert carries_the_tick(shown)
    key, seen = form_key_of(shown), shown.context["seen"]
    coordinator_client.post(page, {**words, "step": "send", "form_key": key, "seen": seen})
    assert Registration.objects.get(person=people.luc).state == "cancelled"


def test_only_changed_lines_of_an_edited_email_are_checked() -> None:
    written = {"subject": "Your place", "text": "You\nCall Mrs. Host, 613 555-0100.\n"}
    same = {"subject": "Your place now", "text": written["text"]}
    assert EditForm(same, initial=written).is_valid()
    added = EditForm({**same, "text": f"{written['text']}{ABOUT_A_PATIENT}\n"}, initial=written)
    assert added.errors == {"text": [WARNING]}


def test_cleaned_data_does_not_contain_the_confirmation() -> None:
    form = NoteForm({"note_en": ABOUT_A_PATIENT, "as_written": "on"})
    assert form.is_valid()
    assert form.cleaned_data == {"note_en": ABOUT_A_PATIENT, "note_fr": ""}
