"""Coordinators add a person to a series, and learn nothing about the address except what they typed."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions import Details
from accounts.models import AuditEvent, Person
from echo_portal.admin.history import history_of
from echo_portal.outbox.models import Message, Suppression
from registrations.actions import add_people
from registrations.models import Registration
from sessions.models import Series, Session
from tests.admin.pages import leaks, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme
from tests.people import People
from tests.tables import checksums

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression")]

NORA = {"name": "Nora Typed", "email": "nora@example.org", "language": "fr", "note_en": "You asked by phone."}


def page_of(series: Series) -> str:
    return reverse("admin:echo_sessions_series_add_person", args=(series.pk,))


def post(client: Client, own: HubRows, **fields: Any) -> Any:
    data = NORA | {"sessions": [own[Session].pk]} | fields
    return seen(client, client.post(page_of(own[Series]), data))


def seen(client: Client, answer: Any) -> Any:
    """Follow the redirect to a GET of the same page, but no other redirect."""
    return client.get(answer["Location"]) if answer.status_code == 303 else answer


def send(client: Client, own: HubRows, **fields: Any) -> Any:
    shown = post(client, own, step="preview", **fields).context
    return post(client, own, step="send", seen=shown["seen"], form_key=shown["form_key"], **fields)


def test_invisible_characters_are_removed_from_the_name(own: HubRows, coordinator_client: Client) -> None:
    shown = post(coordinator_client, own, step="preview", name="No\u200bra \u202eRoy\u2060").context
    assert shown["names"] == ["Nora Roy"]
    refused = post(coordinator_client, own, step="preview", name="\u200b\u2060")
    assert "Write the person’s name." in says(refused)


def test_preview_shows_the_email_in_both_languages_and_saves_nothing(own: HubRows, coordinator_client: Client) -> None:
    before = checksums()
    page = post(coordinator_client, own, step="preview")
    assert checksums() == before
    context = page.context
    assert (context["count"], context["registered"], context["waiting"]) == (1, 1, 0)
    assert (context["names"], context["sample_of"], context["by_language"]) == (
        ["Nora Typed"],
        "Nora Typed",
        [("fr", 1)],
    )
    assert [email.subject.partition(":")[0].strip() for _language, email in context["samples"]] == [
        "You were registered",
        "Une inscription a été faite pour vous",
    ]
    assert all("You asked by phone." in email.text for _language, email in context["samples"])


def test_person_is_registered_once_and_can_be_taken_back(own: HubRows, coordinator_client: Client) -> None:
    shown = post(coordinator_client, own, step="preview").context
    fields = {"step": "send", "seen": shown["seen"], "form_key": shown["form_key"]}
    done = post(coordinator_client, own, **fields)
    row = Registration.objects.get(person__email="nora@example.org")
    assert (row.state, row.shown_name) == ("registered", "Nora Typed")
    before = checksums()
    post(coordinator_client, own, **fields)
    assert checksums() == before, "the same form once more"
    here = done["Location"]
    assert "Nora Typed, nora@example.org: no answer yet" in says(coordinator_client.get(here))
    assert "1 person is not registered any more" in says(coordinator_client.post(here, follow=True))
    assert not Registration.objects.filter(pk=row.pk).exists()
    assert Message.objects.get(kind="added-by-hub").state == "cancelled"
    assert "Every email has left." in says(coordinator_client.post(here, follow=True))


def test_place_that_was_taken_meanwhile_is_shown_again_before_sending(
    own: HubRows, coordinator_client: Client, people: People
) -> None:
    Session.objects.filter(pk=own[Session].pk).update(capacity=2)
    shown = post(coordinator_client, own, step="preview").context
    now = timezone.now()
    Registration.objects.create(
        person=people.luc, session=own[Session], state="registered", registered_at=now, changed_at=now
    )
    again = post(coordinator_client, own, step="send", seen=shown["seen"], form_key=shown["form_key"])
    assert "This is what it means now; look once more." in says(again)
    assert (again.context["registered"], again.context["waiting"]) == (0, 1)
    assert not Registration.objects.filter(person__email="nora@example.org").exists()


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"name": ""}, "name", "Write the person’s name."),
        ({"email": "nora"}, "email", "Write an email address like name@example.ca."),
        ({"email": "nora@gmial.com"}, "email", "Did you mean nora@gmail.com?"),
        ({"note_en": " "}, "note_en", "Write why, in at least one language."),
        ({"note_en": "See {my_sessions}"}, "note_en", "is none of this message’s personal links"),
        ({"sessions": []}, "sessions", "Choose at least one session."),
        ({"sessions": [999]}, "sessions", "Choose sessions from the list."),
        ({"language": "de"}, "language", "Choose the language of the emails."),
    ],
)
def test_mistakes_are_said_at_their_field(
    own: HubRows, coordinator_client: Client, fields: dict[str, Any], field: str, sentence: str
) -> None:
    before = checksums()
    form = post(coordinator_client, own, step="preview", **fields).context["form"]
    assert sentence in str(form.errors[field]).replace("&quot;", '"')
    assert checksums() == before


def test_person_of_another_hub_looks_like_a_new_one(own: HubRows, other: HubRows, coordinator_client: Client) -> None:
    person = other[Person]
    assert Suppression.objects.filter(address_key=person.email_key).exists(), "by an email of the other hub"
    Person.objects.filter(pk=person.pk).update(time_zone="America/Vancouver", province="BC")
    Session.objects.filter(pk=own[Session].pk).update(capacity=9)  # the sample says until when the place is kept
    new = post(coordinator_client, own, step="preview").context
    known = post(coordinator_client, own, step="preview", email=person.email).context
    for name in (
        "count",
        "registered",
        "waiting",
        "names",
        "unreachable",
        "unsendable",
        "left_out",
        "by_language",
        "differing",
    ):
        assert known[name] == new[name]
    said = [
        [re.sub(r"https://\S+", "", email.text.replace(address, "")) for _language, email in context["samples"]]
        for context, address in ((new, NORA["email"]), (known, person.email))
    ]
    assert said[0] == said[1]


def test_preview_names_a_profile_that_the_hub_sees(
    own: HubRows, coordinator_client: Client, programme: Programme
) -> None:
    person = own[Person]
    Person.objects.filter(pk=person.pk).update(name="Maïka Desrosiers", language="en", mailbox_used_at=timezone.now())
    second = programme.session(own[Series], 2, days=14)
    fields = {"step": "preview", "email": person.email, "sessions": [second.pk]}
    page = post(coordinator_client, own, **fields)
    assert page.context["by_language"] == [("en", 1)]
    assert (
        f"{person.email}: you typed “Nora Typed”, and the profile is of Maïka Desrosiers, language of emails: English."
    ) in says(page)
    Registration.objects.filter(person=person).update(form_name="As in the form", registered_at=timezone.now())
    Person.objects.filter(pk=person.pk).update(mailbox_used_at=None)
    page = post(coordinator_client, own, **fields)
    assert page.context["by_language"] == [("fr", 1)]
    assert "Maïka" not in says(page), "nobody has confirmed that the profile is theirs"
    assert "the email names the owner of that profile and is in their language, whatever you typed." in says(page)


def test_address_of_a_merged_profile_is_previewed(own: HubRows, coordinator_client: Client, people: People) -> None:
    now = timezone.now()
    Person.objects.create(
        email="old@example.org", email_key="old@example.org", name="Old", is_active=False, merged_into=people.ama
    )
    Person.objects.filter(pk=people.ama.pk).update(mailbox_used_at=now)
    page = post(coordinator_client, own, step="preview", email="old@example.org")
    assert (page.status_code, page.context["names"]) == (200, ["Nora Typed"])


def test_form_with_errors_and_preview_can_be_opened_again(
    own: HubRows, other: HubRows, coordinator_client: Client
) -> None:
    foreign = signed_in_client(other.coordinator)
    for fields, sentence in (({"name": ""}, "Write the person’s name."), ({}, "Who gets an email")):
        data = NORA | {"sessions": [own[Session].pk], "step": "preview"} | fields
        answer = coordinator_client.post(page_of(own[Series]), data)
        assert answer.status_code == 303
        before = checksums()
        assert [sentence in says(coordinator_client.get(answer["Location"])) for _time in (1, 2)] == [True, True]
        assert checksums() == before
        query = answer["Location"].partition("?")[2]
        stranger = foreign.get(f"{page_of(other[Series])}?{query}")
        assert (stranger.status_code, "Nora Typed" in says(stranger)) == (200, False)
    assert not Registration.objects.filter(person__email="nora@example.org").exists()


def test_page_of_an_addition_makes_as_many_queries_for_300_people_as_for_one(
    own: HubRows, coordinator_client: Client
) -> None:
    coordinator_client.get(page_of(own[Series]))  # the first request of a browser makes more queries
    counts = []
    for count in (1, 300):
        people = [Details(f"P {number}", f"p{count}-{number}@example.org", "en") for number in range(count)]
        added = add_people(
            series=own[Series], session_ids=[own[Session].pk], whole_series=False, people=people, note_en="Because.",
            note_fr="", by=own.coordinator,
        )  # fmt: skip
        here = reverse("admin:echo_sessions_series_addition", args=(own[Series].pk, added.addition.pk))
        with CaptureQueriesContext(connection) as queries:
            page = coordinator_client.get(here)
        counts.append(len(queries))
    assert counts == [counts[0]] * 2
    assert (len(page.context["people"]), page.context["more_people"]) == (200, 100)


def test_registered_person_is_named_with_the_reason(own: HubRows, coordinator_client: Client) -> None:
    form = post(coordinator_client, own, step="preview", email=own[Person].email).context["form"]
    assert form.errors["email"] == ["Already registered."]


def test_history_displays_who_added_a_person(own: HubRows, coordinator_client: Client) -> None:
    send(coordinator_client, own)
    row = Registration.objects.get(person__email="nora@example.org")
    lines = history_of(row, own.coordinator)
    assert [(line.who, line.sentence) for line in lines] == [(own.coordinator.name, "1 person was added.")]
    assert AuditEvent.objects.filter(verb="people-added", scope_id=own.hub.pk).count() == 2


def test_coordinator_of_another_hub_finds_neither_the_form_nor_the_addition(
    own: HubRows, other: HubRows, coordinator_client: Client
) -> None:
    done = send(coordinator_client, own)["Location"]
    assert coordinator_client.get(page_of(other[Series])).status_code == 404
    foreign = done.replace(f"/{own[Series].pk}/", f"/{other[Series].pk}/")
    assert coordinator_client.get(foreign).status_code == 404
    mixed = post(coordinator_client, own, sessions=[other[Session].pk], step="preview")
    assert "Choose sessions from the list." in says(mixed)
    assert not leaks(mixed)


def test_list_says_why_somebody_cannot_answer_any_more(
    own: HubRows, coordinator_client: Client, people: People
) -> None:
    here = send(coordinator_client, own)["Location"]
    said = []
    now = timezone.now()
    earlier = now - dt.timedelta(minutes=1)
    changes: list[dict[str, Any]] = [
        {},
        {"state": "cancelled", "cancelled_at": now},
        {"answered_at": now},
        {"answered_at": earlier},
    ]
    for change in changes:
        Registration.objects.filter(person__email="nora@example.org").update(**change)
        said += re.findall(r"nora@example\.org: ([a-z ]*[a-z])", says(coordinator_client.get(here)))
    Registration.objects.filter(person__email="nora@example.org").update(answered_at=None)
    Person.objects.filter(email="nora@example.org").update(is_active=False, merged_into=people.luc)
    said += re.findall(r"nora@example\.org: ([a-z ]*[a-z])", says(coordinator_client.get(here)))
    assert said == [
        "no answer yet",
        "the place was given back",
        "said no",
        "said yes",
        "the profile was merged into another one",
    ]


def test_taking_back_stands_before_the_list_of_names(own: HubRows, coordinator_client: Client) -> None:
    page = says(coordinator_client.get(send(coordinator_client, own)["Location"]))
    assert page.index("Take it back") < page.index("Nora Typed, nora@example.org")
