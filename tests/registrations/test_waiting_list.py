"""The waiting list, and how pages and emails display it (PRODUCT.md 3)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags

from accounts.links import MANAGE, token_for
from accounts.models import FormReceipt, Person
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.kinds import kind_of
from registrations import actions
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.messages import answers
from tests.people import People
from tests.registrations.forms import form

pytestmark = pytest.mark.django_db

LONG_BEFORE = 28 * 24 * 60


def test_list_of_dates_says_which_session_is_full(client: Client, programme: Programme, people: People) -> None:
    series, sessions = programme.open_series("psw-cop", sessions=3)
    Session.objects.filter(pk=sessions[1].pk).update(capacity=1)
    sessions[1].refresh_from_db()

    def dates(client: Client) -> list[str]:
        page = client.get(reverse("register", kwargs={"slug": "psw-cop"})).content.decode()
        chips = page.split('<ul class="chips">')[1].split("</ul>")[0]
        return [" ".join(strip_tags(chip).split()) for chip in chips.split("</li>")[:-1]]

    assert ["full" in chip for chip in dates(client)] == [False] * 3
    enroll(people.luc, series, sessions[1])
    assert ["– full: waiting list" in chip for chip in dates(client)] == [False, True, False]
    client.force_login(people.luc)
    assert not any("full" in chip for chip in dates(client))


@pytest.fixture
def full(programme: Programme, people: People) -> Session:
    """Return a session with one place, which Ama has. Luc and Sam wait, in this order."""
    session = programme.session(programme.series("small"), 1, capacity=1)
    for person in (people.ama, people.luc, people.stranger):
        enroll(person, session.series, session)
    return session


def end_list(session: Session) -> None:
    """Change the session so that its waiting list no longer moves up."""
    Session.objects.filter(pk=session.pk).update(promote_until_minutes=LONG_BEFORE)
    session.refresh_from_db()


def row_of(person: Person, session: Session) -> Registration:
    return Registration.objects.get(person=person, session=session)


def give_back(person: Person, session: Session) -> None:
    actions.leave_session(registration=row_of(person, session), by=person)


def states(session: Session) -> dict[str, str]:
    rows = Registration.objects.filter(session=session).order_by("pk")
    return {row.person.email.partition("@")[0]: row.state for row in rows.select_related("person")}


def words(client: Client, url: str, **data: Any) -> str:
    answer = client.post(url, data, follow=True) if data else client.get(url, follow=True)
    return " ".join(strip_tags(re.sub(r"<svg.*?</svg>", "", answer.content.decode(), flags=re.DOTALL)).split())


def send(client: Client, session: Session, **changes: Any) -> str:
    """Submit the form and return the text of the page that is displayed afterwards."""
    return words(
        client,
        reverse("register", kwargs={"slug": session.series.slug}),
        **form(sessions=[session.pk], language="en", province="ON", **changes),
    )


def my_sessions(person: Person) -> str:
    return reverse("my_sessions_link", kwargs={"token": token_for(person, MANAGE)})


def claim_url(person: Person, session: Session) -> str:
    row = row_of(person, session)
    return reverse("claim_place", kwargs={"token": token_for(person, MANAGE), "registration": row.public_id})


def email_text(kind: str, person: Person) -> str:
    message = answers().filter(kind=kind, person_id=person.pk).latest("pk")
    with translation.override(message.language):
        return " ".join(kind_of(message).render(message).text.split())


def test_first_claim_gets_the_free_place_after_the_list_stopped_moving_up(full: Session, people: People) -> None:
    end_list(full)
    give_back(people.ama, full)
    assert states(full) == {"ama": "cancelled", "luc": "waiting", "stranger": "waiting"}
    actions.claim_place(registration=row_of(people.stranger, full), by=people.stranger)
    assert states(full) == {"ama": "cancelled", "luc": "waiting", "stranger": "registered"}
    with pytest.raises(Refusal) as refused:
        actions.claim_place(registration=row_of(people.luc, full), by=people.luc)
    assert refused.value.code == "no-place"
    assert states(full)["luc"] == "waiting"


def test_new_person_is_added_after_waiting_people_while_the_list_moves_up(
    client: Client, full: Session, people: People
) -> None:
    Session.objects.filter(pk=full.pk).update(capacity=2)  # as if the place were free and not given yet
    send(client, full, email="new@example.org")
    assert states(full) == {"ama": "registered", "luc": "waiting", "stranger": "waiting", "new": "waiting"}
    with pytest.raises(Refusal) as refused:
        actions.claim_place(registration=row_of(people.stranger, full), by=people.stranger)
    assert refused.value.code == "list-moves"


@pytest.mark.parametrize("signed_in", [True, False])
def test_form_gives_a_free_place_to_a_waiting_person(
    client: Client, full: Session, people: People, signed_in: bool
) -> None:
    end_list(full)
    give_back(people.ama, full)
    if signed_in:
        client.force_login(people.luc)
    page = send(client, full, email=people.luc.email, opened_for=people.luc.email)
    assert "We’ve received your registration for one session" in page
    assert states(full) == {"ama": "cancelled", "luc": "registered", "stranger": "waiting"}
    confirmation = answers().filter(kind="confirmation", person_id=people.luc.pk).latest("pk")
    assert confirmation.payload["invites"] == row_of(people.luc, full).pk


def test_form_of_a_stranger_does_not_change_the_name_of_a_waiting_person(
    client: Client, full: Session, people: People
) -> None:
    end_list(full)
    give_back(people.ama, full)
    send(client, full, email=people.luc.email, name="Typed Name")
    row = row_of(people.luc, full)
    assert (row.state, row.form_name, row.shown_name) == ("registered", "", "Luc Bélanger")


def test_claim_needs_one_press_and_a_second_press_changes_nothing(
    client: Client, full: Session, people: People
) -> None:
    end_list(full)
    assert "Take the free place" not in words(client, my_sessions(people.luc))
    give_back(people.ama, full)
    page = words(client, my_sessions(people.luc))
    assert ("A place is free" in page, "Take the free place" in page) == (True, True)
    for _press in range(2):
        page = words(client, claim_url(people.luc, full), press="1")
        assert "You’re registered for “small 1”." in page
    row = row_of(people.luc, full)
    assert (row.state, row.waiting_number, row.revision) == ("registered", None, 1)
    assert answers().filter(kind="confirmation", person_id=people.luc.pk).count() == 2
    assert "No place is free at this moment" in words(client, claim_url(people.stranger, full), press="1")


def test_claim_for_another_person_is_refused(client: Client, full: Session, people: People) -> None:
    end_list(full)
    give_back(people.ama, full)
    row = row_of(people.luc, full)
    url = reverse("claim_place", kwargs={"token": token_for(people.stranger, MANAGE), "registration": row.public_id})
    assert (client.post(url).status_code, client.get(url).status_code) == (404, 405)
    assert states(full)["luc"] == "waiting"


def test_claim_after_leaving_the_waiting_list_is_refused(full: Session, people: People) -> None:
    end_list(full)
    give_back(people.luc, full)
    give_back(people.ama, full)
    with pytest.raises(Refusal) as refused:
        actions.claim_place(registration=row_of(people.luc, full), by=people.luc)
    assert refused.value.code == "cancelled"


def test_public_pages_offer_the_free_place_to_a_waiting_person(client: Client, full: Session, people: People) -> None:
    pages = [
        reverse("catalogue"),
        reverse("series", kwargs={"slug": "small"}),
        reverse("session", kwargs={"session": full.public_id}),
    ]
    client.force_login(people.luc)
    assert ["Place 1 on the waiting list" in words(client, page) for page in pages] == [True, True, True]
    end_list(full)
    shown = [words(client, page) for page in pages]
    assert ["Place 1 on the waiting list" in page for page in shown] == [False, False, False]
    assert ["On the waiting list" in page for page in shown] == [True, True, True]
    give_back(people.ama, full)
    shown = [words(client, page) for page in pages]
    assert ["A place is free" in page for page in shown] == [True, True, True]
    assert ["Take the free place" in page for page in shown] == [True, False, True], "the series has its own button"


def test_done_page_displays_the_waiting_number_and_no_calendar(client: Client, full: Session) -> None:
    page = send(client, full, email="new@example.org")
    assert "You’re on the waiting list, number 3" in page
    assert ("calendar" in page.partition("What happens next")[0], "joining links" in page) == (False, False)
    assert "This session is full. Until " in page
    assert "On the waiting list:" not in page, "there is one session only"
    with translation.override("fr"):
        french = reverse("register", kwargs={"slug": "small"})
    page = words(client, french, **form(sessions=[full.pk], email="neuf@example.org"))
    assert "Vous êtes sur la liste d’attente : rang 4" in page
    assert "Cette séance est complète. Jusqu’au " in page
    french_reader = Person.objects.get(email="neuf@example.org")
    assert "Cette séance est complète. Tant que la liste avance" in email_text("confirmation", french_reader)


def test_done_page_displays_the_same_number_for_known_and_new_addresses(
    client: Client, full: Session, people: People
) -> None:
    assert "You’re on the waiting list, number 3" in send(
        client, full, email=people.ama.email, opened_for=people.ama.email
    )
    assert "You’re on the waiting list, number 3" in send(
        client, full, email=people.luc.email, opened_for=people.luc.email
    )
    client.force_login(people.luc)
    assert "You’re on the waiting list, number 1" in send(
        client, full, email=people.luc.email, opened_for=people.luc.email
    )
    client.force_login(people.ama)
    assert "You’re already registered" in send(client, full, email=people.ama.email, opened_for=people.ama.email)


def test_done_page_counts_places_and_waiting_lists_separately(client: Client, programme: Programme) -> None:
    _series, sessions = programme.open_series("psw-cop", sessions=3)
    Session.objects.filter(pk=sessions[0].pk).update(capacity=1)
    send(client, sessions[0], email="first@example.org")
    page = words(
        client,
        reverse("register", kwargs={"slug": "psw-cop"}),
        **form(which="all", language="en", province="ON", email="new@example.org"),
    )
    assert "We’ve received your registration for 2 sessions" in page
    assert ("Waiting list: you are number 1" in page, "Add all 2 to my calendar" in page) == (True, True)
    assert "On the waiting list: psw-cop 1 This session is full. Until" in page, "the notice names its session"
    done = reverse("registered", kwargs={"receipt": FormReceipt.objects.latest("pk").public_id})
    (file,) = re.findall(r'href="([^"]*/registered/[^"]*\.ics)"', client.get(done).content.decode())
    entries = client.get(file).content.decode()
    assert re.findall(r"SUMMARY[^:]*:(psw-cop \d)", entries) == ["psw-cop 2", "psw-cop 3"]


def test_email_explains_until_when_the_list_moves_up_and_what_follows(full: Session, people: People) -> None:
    text = email_text("confirmation", people.stranger)
    assert "You are number 2. The list moves up until " in text
    assert "This session is full. While the list moves up, free places are given in its order" in text
    end_list(full)
    text = email_text("confirmation", people.stranger)
    assert (
        "This session is full, and its list no longer moves up. A free place goes to the first person who asks" in text
    )
    assert ("You are number" in text, "The list moves up" in text) == (False, False)


def test_email_uses_the_plural_only_for_several_full_sessions(programme: Programme, people: People) -> None:
    series, sessions = programme.open_series("psw-cop", sessions=2)
    Session.objects.filter(series=series).update(capacity=1)
    enroll(people.ama, series, *sessions)
    enroll(people.luc, series, *sessions)
    enroll(people.stranger, series, sessions[0])
    assert "Ces séances sont complètes." in email_text("confirmation", people.luc)
    assert "This session is full." in email_text("confirmation", people.stranger)


def test_leaving_the_waiting_list_is_not_described_as_leaving_a_place(
    client: Client, full: Session, people: People
) -> None:
    row = row_of(people.stranger, full)
    url = reverse("leave_session", kwargs={"token": token_for(people.stranger, MANAGE), "registration": row.public_id})
    page = words(client, url)
    assert ("Leave the waiting list" in page, "Your place goes to" in page) == (True, False)
    assert "You left the waiting list of “small 1”." in words(client, url, press="1")
    text = email_text("left", people.stranger)
    assert text.startswith("You left the waiting list")
    assert ("reminders" in text, "place was given back" in text) == (False, False)


def test_leave_page_explains_who_gets_the_place(client: Client, full: Session, people: People) -> None:
    row = row_of(people.ama, full)
    url = reverse("leave_session", kwargs={"token": token_for(people.ama, MANAGE), "registration": row.public_id})
    assert "Your place goes to the next person" in words(client, url)
    end_list(full)
    assert "Your place goes to the first person who asks" in words(client, url)


def test_form_displays_the_state_of_a_waiting_person(client: Client, full: Session, people: People) -> None:
    url = reverse("register", kwargs={"slug": "small"})
    client.force_login(people.luc)
    assert "On the waiting list" in words(client, url)
    client.force_login(people.ama)
    assert "Registered" in words(client, url)
    client.logout()
    assert "Full: waiting list, 2 people waiting" in words(client, url)
    end_list(full)
    assert "Full: a free place goes to the first person who asks" in words(client, url)
    give_back(people.ama, full)
    client.force_login(people.luc)
    page = words(client, url)
    assert ("On the waiting list" in page, "Full" in page) == (False, False)


def test_emails_about_a_change_fit_the_state_of_a_waiting_person(full: Session, people: People) -> None:
    new = actions.NewTime(full.on_date, dt.time(14), dt.time(15), full.time_zone)
    actions.reschedule_session(session=full, new_time=new, by=people.staff)
    text = email_text("rescheduled", people.stranger)
    assert "You are number 2. The list moves up until " in text
    assert ("Leave the waiting list" in text, "give my place back" in text) == (True, False)
    text = email_text("rescheduled", people.ama)
    assert ("You are number" in text, "give my place back" in text) == (False, True)
    actions.cancel_session(session=full, by=people.staff)
    said = ["reminders" in email_text("session-cancelled", person) for person in (people.ama, people.stranger)]
    assert said == [True, False]
