"""People whom a hub registers are told who did this and why, and take part only if they accept (ADR 27)."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import Details
from accounts.models import Consent, Person
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations import actions
from registrations.actions import Added
from registrations.links import answer_url, manage_path
from registrations.models import Enrollment, Registration
from sessions.models import Series
from tests.builders import Programme, enroll
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db


def details(email: str = "nora@example.org", name: str = "Nora Typed", **fields: str) -> Details:
    return Details(**({"name": name, "email": email, "language": "en", "profession": "RN"} | fields))


def add(series: Series, by: Person, *people: Details, whole: bool = False, note: str = "You asked by phone.") -> Added:
    ids = list(series.sessions.order_by("number").values_list("pk", flat=True))
    return actions.add_people(
        series=series, session_ids=ids, whole_series=whole, people=people, note_en=note, note_fr="", by=by
    )


@pytest.fixture
def coordinator(programme: Programme, people: People) -> Person:
    return people.coordinator(programme.national)


@pytest.fixture
def series(programme: Programme) -> Series:
    return programme.open_series("added", sessions=3, title_fr="Série ajoutée")[0]


def states(person: Person) -> list[str]:
    return list(Registration.objects.filter(person=person).order_by("session__number").values_list("state", flat=True))


def email_of(person: Person, language: str = "en") -> str:
    message = Message.objects.get(kind="added-by-hub", person_id=person.pk)
    return preview(message, language, scope_ids=None).text


def reminded() -> set[int]:
    """Return the registrations for which a reminder was written."""
    return {message.payload["registration"] for message in Message.objects.filter(kind__startswith="reminder")}


def test_email_says_which_reminders_are_sent_before_the_answer(series: Series, coordinator: Person) -> None:
    (nora,) = add(series, coordinator, details()).people
    sentence = "calendar entry and reminders of all your sessions. Until then, we remind you of the next one only."
    assert sentence in " ".join(email_of(nora).split())
    first = series.sessions.order_by("number").first()
    assert reminded() == {Registration.objects.get(person=nora, session=first).pk}


def press(person: Person, added: Added, answer: str) -> None:
    path = answer_url(person, added.addition.public_id, "en").partition("//")[2].partition("/")[2]
    client = Client()
    assert client.get(f"/{path}").status_code == 200
    assert client.post(f"/{path}", {"answer": answer}).status_code == 302


def test_new_address_is_registered_with_one_email_and_no_consent(series: Series, coordinator: Person) -> None:
    added = add(series, coordinator, details())
    person = Person.objects.get(email="nora@example.org")
    assert (person.name, person.is_proved, states(person)) == ("Nora Typed", False, ["registered"] * 3)
    assert Consent.objects.filter(person=person).count() == 0
    assert reminded() == {added.rows[0].pk}, "only of the next session, until the address is proved"
    message = Message.objects.exclude(kind__startswith="reminder").get()
    assert message.kind == "added-by-hub"
    assert dt.timedelta(minutes=4) < message.due_at - timezone.now() <= dt.timedelta(minutes=5)


def test_email_says_who_registered_them_and_why_and_not_the_typed_name(series: Series, coordinator: Person) -> None:
    add(series, coordinator, details(), note="You asked by phone.")
    person = Person.objects.get(email="nora@example.org")
    text = email_of(person)
    assert f"{coordinator.name} of National ECHO registered you for “Series added”." in text
    assert "You asked by phone." in text
    assert "No, take me off the list" in text
    assert "Nora" not in text
    french = email_of(person, "fr")
    assert f"{coordinator.name} (ECHO national) a fait votre inscription" in french
    assert preview(Message.objects.get(kind="added-by-hub"), "en", scope_ids=None).calendar is None


def test_profile_of_a_known_person_is_neither_changed_nor_displayed(
    series: Series, coordinator: Person, people: People
) -> None:
    before = Person.objects.filter(pk=people.ama.pk).values().get()
    added = add(series, coordinator, details("AMA@example.org", "Other Name", language="fr", profession="SW"))
    assert Person.objects.filter(pk=people.ama.pk).values().get() == before
    assert {(row.person_id, row.shown_name, row.shown_language) for row in added.rows} == {
        (people.ama.pk, "Other Name", "fr")
    }
    assert Message.objects.get(kind="added-by-hub").language == "en", "their own language"
    assert "Other Name" not in email_of(people.ama)


def test_yes_gives_consent_confirms_the_address_and_sends_the_calendar(series: Series, coordinator: Person) -> None:
    added = add(series, coordinator, details())
    person = Person.objects.get(email="nora@example.org")
    press(person, added, "yes")
    person.refresh_from_db()
    assert person.is_proved
    assert list(Consent.objects.values_list("person", "kind", "source")) == [
        (person.pk, "privacy", added.addition.about)
    ]
    confirmation = Message.objects.get(kind="confirmation")
    assert preview(confirmation, "en", scope_ids=None).calendar is not None
    assert reminded() == {row.pk for row in added.rows}
    before = checksums()
    actions.accept_addition(addition=added.addition, person=person, page_language="en")
    actions.decline_addition(addition=added.addition, person=person)
    assert checksums() == before, "they have answered"


def test_person_who_answers_no_gives_back_all_places_and_is_not_added_again(
    programme: Programme, series: Series, coordinator: Person
) -> None:
    added = add(series, coordinator, details(), whole=True)
    person = Person.objects.get(email="nora@example.org")
    press(person, added, "no")
    assert states(person) == ["cancelled"] * 3
    assert Enrollment.objects.get(person=person).left_at is not None
    unsent = Message.objects.pending().filter(person_id=person.pk).values_list("kind", flat=True)
    assert (list(unsent), Consent.objects.count()) == ([], 0)
    programme.session(series, 4, days=60)
    with pytest.raises(Refusal) as refused:
        add(series, coordinator, details())
    assert refused.value.code == "nobody"
    assert states(person) == ["cancelled"] * 3


def test_question_stands_on_my_sessions_until_it_is_answered(series: Series, coordinator: Person) -> None:
    added = add(series, coordinator, details())
    person = Person.objects.get(email="nora@example.org")
    page = Client().get(manage_path(person)).content.decode()
    assert str(added.addition.public_id) in page
    press(person, added, "yes")
    person.refresh_from_db()
    assert str(added.addition.public_id) not in Client().get(manage_path(person)).content.decode()


def test_session_that_a_person_gave_up_is_not_given_to_them_again(
    series: Series, coordinator: Person, people: People
) -> None:
    first, second, _third = series.sessions.order_by("number")
    (gone,) = enroll(people.luc, series, first)
    actions.leave_session(registration=gone, by=people.luc)
    added = add(series, coordinator, details("luc@example.org"), details())
    assert states(people.luc) == ["cancelled", "registered", "registered"]
    assert added.left_out == {}
    (other,) = enroll(people.ama, series, second)
    actions.leave_session(registration=other, by=people.ama)
    ids = [second.pk]
    with pytest.raises(Refusal) as refused:
        actions.add_people(
            series=series, session_ids=ids, whole_series=False, people=[details("ama@example.org")], note_en="x",
            note_fr="", by=coordinator,
        )  # fmt: skip
    assert refused.value.sentence.startswith("Gave up the place or left the series themselves.")


def test_answer_of_another_person_is_not_found(series: Series, coordinator: Person, people: People) -> None:
    added = add(series, coordinator, details())
    path = answer_url(people.stranger, added.addition.public_id, "en").partition("//")[2].partition("/")[2]
    assert Client().post(f"/{path}", {"answer": "no"}).status_code == 404
    assert states(Person.objects.get(email="nora@example.org")) == ["registered"] * 3


def test_places_are_given_in_order_and_kept_for_two_days(programme: Programme, coordinator: Person) -> None:
    series = programme.series("small")
    programme.session(series, 1, days=20, capacity=1)
    add(series, coordinator, details("a@example.org"), details("b@example.org"))
    first, second = (Registration.objects.get(person__email=f"{name}@example.org") for name in "ab")
    assert (first.state, second.state, second.waiting_number) == ("registered", "waiting", 1)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=49)):
        actions.promote_waiting(session_id=first.session_id)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("cancelled", "registered")


def test_people_who_are_registered_already_are_left_out(series: Series, coordinator: Person, people: People) -> None:
    enroll(people.luc, series, *series.sessions.all())
    added = add(series, coordinator, details("luc@example.org"), details())
    assert added.left_out == {"luc@example.org": "registered"}
    assert Message.objects.filter(kind="added-by-hub").count() == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"state": "draft"}, "series-closed"), ({}, "no-reason")],
)
def test_refused_addition_changes_nothing(
    series: Series, coordinator: Person, fields: dict[str, str], code: str
) -> None:
    Series.objects.filter(pk=series.pk).update(**fields)
    series.refresh_from_db()
    before = checksums()
    with pytest.raises(Refusal) as refused:
        add(series, coordinator, details(), note="" if code == "no-reason" else "Because.")
    assert (refused.value.code, checksums()) == (code, before)


def test_sixth_addition_of_a_mailbox_in_a_day_is_refused(programme: Programme, coordinator: Person) -> None:
    for number in range(5):
        add(programme.open_series(f"s{number}", sessions=1)[0], coordinator, details(f"nora+{number}@example.org"))
    with pytest.raises(Refusal) as refused:
        add(programme.open_series("s5", sessions=1)[0], coordinator, details())
    assert refused.value.code == "nobody"


def test_addition_is_taken_back_while_its_email_waits(programme: Programme, coordinator: Person) -> None:
    series = programme.series("small")
    session = programme.session(series, 1, days=20, capacity=1)
    added = add(series, coordinator, details(), details("b@example.org"), whole=True)
    assert actions.recall_addition(addition=added.addition, by=coordinator) == 2
    assert not Registration.objects.filter(session=session).exists(), "they never heard of it"
    assert not Message.objects.pending().exists()
    assert not Enrollment.objects.active().exists()
    with pytest.raises(Refusal):
        actions.recall_addition(addition=added.addition, by=coordinator)
    again = add(series, coordinator, details())
    assert [row.state for row in again.rows] == ["registered"], "the hub took it back, not the person"
    actions.give_back_places(registrations=again.rows, by=coordinator)
    third = add(series, coordinator, details())
    actions.recall_addition(addition=third.addition, by=coordinator)
    row = Registration.objects.get(session=session)
    assert (row.state, row.given_up) == ("cancelled", "taken"), "they had the place before"


def test_number_of_queries_does_not_depend_on_the_number_of_people(series: Series, coordinator: Person) -> None:
    counts = []
    for start, count in ((0, 1), (100, 60)):
        guests = [details(f"p{start + number}@example.org") for number in range(count)]
        with CaptureQueriesContext(connection) as queries:
            add(series, coordinator, *guests)
        counts.append(len(queries))
    assert counts == [counts[0]] * 2
