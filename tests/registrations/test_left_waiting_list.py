"""A person who was only on a waiting list reads that they left the list, never that they gave up a place."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.links import MANAGE, token_for
from accounts.models import AuditEvent, Person
from echo_portal.admin.history_sentences import sentence_of
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations import actions
from registrations.links import join_token
from registrations.models import Registration
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db

ANY_QUESTION = {"en": "Any question? Answer this email.", "fr": "Une question? Répondez à ce courriel."}


@pytest.fixture
def waiting(programme: Programme, people: People) -> Registration:
    """Return the registration of Ama, who waits for the only place in a session. Luc has it."""
    series = programme.series("small", choose_one=True)
    session = programme.session(series, 1, capacity=1)
    enroll(people.luc, series, session)
    (row,) = enroll(people.ama, series, session)
    assert row.state == "waiting"
    return row


def words(client: Client, view: str, person: Person, **arguments: object) -> str:
    url = reverse(view, kwargs={"token": token_for(person, MANAGE), **arguments})
    return " ".join(client.get(url).content.decode().replace("\u00a0", " ").split())


@pytest.mark.parametrize(
    ("by_hub", "page_says", "email_says"),
    [
        (
            False,
            {"en": "You left the waiting list.", "fr": "Vous avez quitté la liste d’attente."},
            {
                "en": (
                    "No longer on the waiting list – Series small: small 1",
                    "You left a waiting list of “Series small”.",
                ),
                "fr": (
                    "Liste d’attente quittée – Série small : small 1",
                    "Vous avez quitté une liste d’attente de « Série small ».",
                ),
            },
        ),
        (
            True,
            {
                "en": "The hub took you off the waiting list.",
                "fr": "Le carrefour a libéré votre place sur la liste d’attente.",
            },
            {
                "en": (
                    "No longer on the waiting list – Series small: small 1",
                    "National ECHO took you off a waiting list of “Series small”.",
                ),
                "fr": (
                    "Liste d’attente quittée – Série small : small 1",
                    "ECHO national a libéré votre place sur une liste d’attente de la série « Série small ».",
                ),
            },
        ),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_person_reads_that_they_left_the_list(
    client: Client,
    waiting: Registration,
    people: People,
    by_hub: bool,
    page_says: dict[str, str],
    email_says: dict[str, tuple[str, str]],
    language: str,
) -> None:
    actions.leave_session(registration=waiting, by=people.staff if by_hub else people.ama)
    message = Message.objects.get(kind="left")
    email = preview(message, language, scope_ids=None)
    why = getattr(message, f"why_{language}")
    assert (email.subject.replace("\u00a0", " "), why.replace("\u00a0", " ")) == email_says[language]
    with translation.override(language):
        page = words(client, "my_sessions_link", people.ama)
        assert page_says[language] in page
        assert ("gave this place back" in page, "avez libéré cette place" in page) == (False, False)
        leave, swap = (
            words(client, view, people.ama, registration=waiting.public_id)
            for view in ("leave_session", "swap_session")
        )
        gone = {"en": "You are no longer on the waiting list", "fr": "Vous n’êtes plus sur la liste d’attente"}
        assert (gone[language] in leave, gone[language] in swap) == (True, True)
        joining = client.get(reverse("join", kwargs={"token": join_token(waiting)}))
        assert joining.status_code == 410
        assert page_says[language].rstrip(".") in joining.content.decode()


def test_button_to_come_back_to_a_full_session_is_that_of_the_waiting_list(
    client: Client, waiting: Registration, people: People
) -> None:
    actions.leave_session(registration=waiting, by=people.ama)
    page = words(client, "my_sessions_link", people.ama)
    assert ("Join the waiting list<span" in page, "Join again<span" in page) == (True, False)
    actions.leave_session(registration=Registration.objects.get(person=people.luc), by=people.luc)
    page = words(client, "my_sessions_link", people.ama)
    assert ("Join the waiting list<span" in page, "Join again<span" in page) == (False, True)


def test_return_to_the_session_forgets_the_left_list(waiting: Registration, people: People) -> None:
    actions.leave_session(registration=waiting, by=people.ama)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.was_waiting) == ("cancelled", True)
    again = actions.return_to_session(registration=waiting, by=people.ama)
    assert (again.state, again.was_waiting) == ("waiting", False)


def test_left_series_counts_places_and_waiting_lists_apart(
    client: Client, programme: Programme, people: People
) -> None:
    series, sessions = programme.open_series(sessions=2)
    full = programme.session(series, 9, capacity=1)
    enroll(people.luc, series, full)
    enroll(people.ama, series, *sessions, full, whole=True)
    page = words(client, "leave_series", people.ama, slug=series.slug)
    assert "You’ll leave the waiting list of a session. You’ll lose your 2 places" in page
    url = reverse("leave_series", kwargs={"token": token_for(people.ama, MANAGE), "slug": series.slug})
    page = client.post(url, follow=True).content.decode()
    assert "You’ve left “Series psw-cop”. Places cancelled: 2. Waiting lists left: 1." in page
    email = preview(Message.objects.get(kind="left"), "en", scope_ids=None)
    assert [line for line in email.text.splitlines() if line.startswith("You left")] == ["You left 3 sessions"]
    assert Message.objects.get(kind="left").why_en == "You gave back 2 places in “Series psw-cop”."


@pytest.mark.parametrize(
    ("language", "heading", "sentence", "why"),
    [
        (
            "en",
            "The hub took you off the list of 3 sessions",
            "National ECHO took you off the list of these sessions.",
            "National ECHO gave back your 2 places in “Series psw-cop”.",
        ),
        (
            "fr",
            "Le carrefour a libéré vos places dans 3 séances",
            "ECHO national a libéré vos places dans ces séances.",
            "ECHO national a libéré vos 2 places dans « Série psw-cop ».",
        ),
    ],
)
def test_email_to_a_dropped_person_counts_places_and_waiting_lists_apart(
    programme: Programme, people: People, language: str, heading: str, sentence: str, why: str
) -> None:
    series, sessions = programme.open_series(sessions=2)
    full = programme.session(series, 9, capacity=1)
    enroll(people.luc, series, full)
    enroll(people.ama, series, *sessions, full)
    actions.drop_person(person=people.ama, series=series, by=people.staff, note_en="Twice", note_fr="Deux fois")
    message = Message.objects.get(kind="left")
    lines = preview(message, language, scope_ids=None).text.replace("\u00a0", " ").splitlines()
    assert [one for one in lines if one.startswith((heading, sentence))] == [
        heading,
        f"{sentence} {ANY_QUESTION[language]}",
    ]
    assert getattr(message, f"why_{language}").replace("\u00a0", " ") == why
    waited = AuditEvent.objects.filter(verb="leave-session").values_list("details__waited", flat=True)
    assert sorted(sentence_of("leave-session", {"waited": one}) for one in waited) == [
        "The place was given back.",
        "The place was given back.",
        "The waiting list was left.",
    ]
