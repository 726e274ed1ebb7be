"""The to-do list on the start page of the administration: its rows by hub, its links, and its number of queries."""

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Person
from attendance.models import AttendanceRequest
from credits.models import Accreditation
from echo_portal.admin.back_to_start import with_way_back
from echo_portal.admin.desk.to_do import edit_url
from echo_portal.admin.start_page import SHOWN, what_needs_doing
from echo_portal.admin.urgency import ToDoKind, ToDoRow, by_date
from echo_portal.lib.text import fold_key
from echo_portal.outbox.models import Message, Suppression
from hubs.models import Hub
from proposals.models import Inquiry
from registrations.models import Enrollment, Registration
from sessions.models import EnrollmentKey, Series, Session
from tests.admin.desk_table import fields_of_table
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.credits.ltc import LongTermCare
from tests.people import People

pytestmark = pytest.mark.django_db

START_PAGE = 23
WORDS = {
    "en": [
        "1 session in the next 14 days has no joining link.",
        "In 1 session, people wait although a place is free.",
        "The attendance report of 1 session is not imported.",
        "1 request “I was there” waits for an answer.",
        "1 idea or inquiry waits for a next step.",
        "1 message of the last 14 days failed.",
        "Of 1 message we do not know whether it arrived.",
        "1 message is held and waits for somebody to release it.",
        "Emails to 1 person with a place in an upcoming session do not arrive.",
        "1 enrollment key has expired or is nearly used up, and its series goes on.",
        "1 published session has no date or no hour.",
        "1 published series has no title or no summary in French.",
        "1 session to come has no title in French.",
    ],
    "fr": [
        "1 séance des 14 prochains jours n’a pas de lien de participation.",
        "Dans 1 séance, des personnes attendent alors qu’une place est libre.",
        "Le rapport de présence de 1 séance n’est pas importé.",
        "1 demande «\u00a0J’y étais\u00a0» attend une réponse.",
        "1 idée ou demande attend une prochaine étape.",
        "1 message des 14 derniers jours a échoué.",
        "Nous ignorons si 1 message est arrivé.",
        "1 message est retenu et attend que quelqu’un le libère.",
        "Les courriels destinés à 1 personne inscrite à une séance à venir n’arrivent pas.",
        "1 clé d’inscription est expirée ou presque épuisée alors que sa série continue.",
        "1 séance publiée n’a pas de date ou pas d’heure.",
        "1 série publiée n’a pas de titre ou pas de résumé en français.",
        "1 séance à venir n’a pas de titre en français.",
    ],
}
NOTHING = {"en": "Nothing needs doing at the moment.", "fr": "Rien à faire pour le moment."}


def create_to_do(programme: Programme, hub: Hub, number: int = 1) -> None:
    """Insert `number` rows for each kind of row in the to-do list of this hub."""
    join: dict[str, Any] = {"title_fr": "Titre", "join_url": "https://zoom.us/j/1"}
    now = timezone.now()
    words = [f"{hub.slug}-{index}" for index in range(number)]
    series = Series.objects.bulk_create(
        programme.new_series(word, hub=hub, registration_mode="key", summary_fr="") for word in words
    )
    sessions = Session.objects.bulk_create(
        row
        for one in series
        for row in (
            programme.new_session(one, 1, **{**join, "join_url": ""}),
            programme.new_session(one, 2, at="", **join),
            programme.new_session(one, 3, days=60, join_url="https://zoom.us/j/1", title_fr=""),
            programme.new_session(one, 4, days=30, capacity=2, **join),
            programme.new_session(one, 5, days=-3, **join),
        )
    )
    waiting = Person.objects.bulk_create(
        Person(
            email=f"{word}@example.org",
            email_key=f"{word}@example.org",
            name=f"{word}-waits",
            sort_key=f"{word}-waits",
            password="!",
            mailbox_proved_at=now,
        )
        for word in words
    )
    enrollments = Enrollment.objects.bulk_create(
        Enrollment(person=person, series=one, enrolled_at=now) for person, one in zip(waiting, series, strict=True)
    )
    Registration.objects.bulk_create(
        Registration(
            person=person,
            session=free,
            enrollment=enrollment,
            state="waiting",
            waiting_number=1,
            registered_at=now,
            changed_at=now,
        )
        for person, free, enrollment in zip(waiting, sessions[3::5], enrollments, strict=True)
    )
    Registration.objects.bulk_create(
        Registration(person=person, session=over, state="registered", registered_at=now, changed_at=now)
        for person, over in zip(waiting, sessions[4::5], strict=True)
    )
    AttendanceRequest.objects.bulk_create(
        AttendanceRequest(person=person, session=over, asked_at=now)
        for person, over in zip(waiting, sessions[4::5], strict=True)
    )
    Message.objects.bulk_create(
        message(hub, person, state) for person in waiting for state in ("failed", "in-doubt", "held", "queued")
    )
    Suppression.objects.bulk_create(
        Suppression(address_key=person.email_key, scope_id=hub.pk, reason="hard-bounce", detail="550")
        for person in waiting
    )
    Inquiry.objects.bulk_create(
        Inquiry(
            kind="interest",
            state="new",
            hub=hub,
            person=person,
            name=person.name,
            email=person.email,
            language="en",
            province="BC",
            sent_at=now,
            proved_at=now,
            next_step_on=now.date(),
        )
        for person in waiting
    )
    EnrollmentKey.objects.bulk_create(
        EnrollmentKey(
            series=one, text=f"{one.slug}-old", folded=fold_key(f"{one.slug}-old"), closes_at=now - dt.timedelta(days=1)
        )
        for one in series
    )


def message(hub: Hub, person: Person, state: str) -> Message:
    return Message(
        kind="reminder",
        dedupe_key=f"{state}:{person.email_key}",
        address=person.email,
        language="en",
        person_id=person.pk,
        scope_id=hub.pk,
        about="x:1",
        why_en="because",
        why_fr="because",
        state=state,
        due_at=timezone.now(),
    )


def sentences(person: Person) -> list[str]:
    return [kind.sentence for kind in what_needs_doing(person, timezone.now())]


def kinds(person: Person) -> list[tuple[int, int]]:
    return [(kind.count, len(kind.rows)) for kind in what_needs_doing(person, timezone.now())]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_start_page_lists_to_do_items_of_the_own_hub_only(programme: Programme, people: People, language: str) -> None:
    create_to_do(programme, programme.bc)
    create_to_do(programme, programme.national, number=2)
    client = signed_in_client(people.coordinator(programme.bc))
    with translation.override(language):
        assert sentences(Person.objects.get(email="bc@example.org")) == WORDS[language]
    page = client.get(reverse("admin:index"), headers={"accept-language": language}).content.decode()
    assert [sentence for sentence in WORDS[language] if sentence.replace("'", "&#x27;") not in page] == []
    assert ("national-0" in page, "bc-0" in page) == (False, True)


def test_start_page_lists_items_of_the_own_hub_or_of_all_hubs_for_staff(programme: Programme, people: People) -> None:
    create_to_do(programme, programme.bc)
    create_to_do(programme, programme.national, number=2)
    assert [count for count, _ in kinds(people.coordinator(programme.national))] == [2] * 13
    assert [count for count, _ in kinds(people.staff)] == [3] * 13


def test_start_page_displays_a_sentence_if_there_is_nothing_to_do(programme: Programme, people: People) -> None:
    create_to_do(programme, programme.bc)
    without = people.make("none@example.org", "No Hub", is_staff=True)
    for person in (without, people.coordinator(programme.national)):
        assert what_needs_doing(person, timezone.now()) == []
        client = signed_in_client(person)
        for language, words in {
            "en": "Nothing needs doing at the moment.",
            "fr": "Rien à faire pour le moment.",
        }.items():
            page = client.get(reverse("admin:index"), headers={"accept-language": language})
            assert words in page.content.decode()


def test_rows_that_need_no_attention_are_not_listed(programme: Programme, people: People) -> None:
    create_to_do(programme, programme.bc)
    Session.objects.update(join_url="https://zoom.us/j/1", title_fr="Titre", capacity=1)
    Session.objects.filter(start_time=None).update(state="draft")
    Registration.objects.update(state="cancelled", waiting_number=None, cancelled_at=timezone.now())
    Message.objects.filter(state="failed").update(due_at=F("due_at") - dt.timedelta(days=20))
    Message.objects.exclude(state="failed").update(state="cancelled")
    AttendanceRequest.objects.update(state="refused", answer="No.", answered_at=timezone.now())
    Inquiry.objects.update(state="closed", outcome="answered", closed_at=timezone.now())
    EnrollmentKey.objects.update(closes_at=None)
    programme.bc.series.update(summary_fr="Résumé")
    assert what_needs_doing(people.coordinator(programme.bc), timezone.now()) == []


def test_key_nearly_used_up_is_listed_until_the_series_has_another(programme: Programme, people: People) -> None:
    series, _sessions = programme.open_series("keyed", hub=programme.bc, registration_mode="key", sessions=1)
    Session.objects.update(title_fr="Titre", join_url="https://zoom.us/j/1")
    key = programme.key(series, "KEY", max_uses=10)
    coordinator = people.coordinator(programme.bc)
    for number in range(9):
        assert what_needs_doing(coordinator, timezone.now()) == []
        Enrollment.objects.create(
            person=people.make(f"{number}@example.org", "X"),
            series=series,
            enrollment_key=key,
            enrolled_at=timezone.now(),
        )
    (listed,) = what_needs_doing(coordinator, timezone.now())
    assert [(row.sentence, row.detail) for row in listed.rows] == [
        ("Series keyed: the enrollment key KEY is at its end.", "Used 9 of 10 times")
    ]
    programme.key(series, "SECOND")
    assert what_needs_doing(coordinator, timezone.now()) == []


def test_to_do_link_opens_a_list_with_as_many_rows_as_its_count(programme: Programme, people: People) -> None:
    create_to_do(programme, programme.bc, number=SHOWN + 2)
    coordinator = people.coordinator(programme.bc)
    client = signed_in_client(coordinator)
    found: list[ToDoKind] = what_needs_doing(coordinator, timezone.now())
    shown = [(kind.url, client.get(kind.url).context["cl"].result_count) for kind in found]
    assert shown == [(kind.url, kind.count) for kind in found]
    assert {(kind.count, len(kind.rows)) for kind in found} == {(SHOWN + 2, SHOWN), (SHOWN + 2, 1)}
    # Open the first row of each kind only: the others differ only in the primary key in their URL.
    assert {client.get(kind.rows[0].url).status_code for kind in found} == {200}


@pytest.mark.parametrize("number", [1, 300])
def test_start_page_query_count_is_constant(programme: Programme, people: People, number: int) -> None:
    create_to_do(programme, programme.bc, number=number)
    client = signed_in_client(people.coordinator(programme.bc))
    client.get(reverse("admin:index"))
    with CaptureQueriesContext(connection) as seen:
        assert client.get(reverse("admin:index")).status_code == 200
    assert len(seen) == START_PAGE


def due(day: dt.date | None, sentence: str) -> ToDoKind:
    return ToDoKind("", 1, "", [ToDoRow(sentence, "", "", act_by=day)])


def test_rows_are_in_one_list_by_the_day_on_which_they_are_due() -> None:
    today = dt.date(2026, 11, 27)
    days = {"none": None, "later": 9, "late": -40, "tomorrow": 1, "soon": 2, "yesterday": -1, "today": 0}
    kinds = [due(None if day is None else today + dt.timedelta(days=day), name) for name, day in days.items()]
    listed = [(one.due.replace("\u00a0", " "), one.row.sentence, one.presses) for one in by_date(kinds, today)]
    assert listed == [
        ("Late since Oct 18, 2026", "late", True),
        ("Late since Nov 26, 2026", "yesterday", True),
        ("Today", "today", True),
        ("Tomorrow", "tomorrow", True),
        ("By Nov 29, 2026", "soon", False),
        ("By Dec 6, 2026", "later", False),
        ("When there is time", "none", False),
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_start_page_displays_one_list_in_that_order(programme: Programme, people: People, language: str) -> None:
    create_to_do(programme, programme.bc, number=2)
    client = signed_in_client(people.coordinator(programme.bc))
    page = client.get(reverse("admin:index"), headers={"accept-language": language})
    days = [one.row.act_by or dt.date.max for one in page.context["to_do"]]
    assert days == sorted(days)
    assert len(set(days)) > 3
    shown = re.findall(r'<strong class="to-do__due">([^<]+)</strong>\s+([^<]+?)\s*<', unescape(page.content.decode()))
    assert shown == [(one.due, one.row.sentence) for one in page.context["to_do"]]


@pytest.mark.parametrize("mark", [True, False])
def test_adding_a_link_from_the_start_page_leads_back_to_it(programme: Programme, people: People, mark: bool) -> None:
    create_to_do(programme, programme.bc)
    client = signed_in_client(people.coordinator(programme.bc))
    session = Session.objects.get(join_url="")
    table = edit_url(session, "join_url").partition("#")[0]
    posted = fields_of_table(client.get(table).context)
    posted[f"s{session.pk}-join_url"] = "https://zoom.us/j/1"
    answer = client.post(with_way_back(table) if mark else table, posted)
    desk = reverse("admin:echo_sessions_series_desk", args=(session.series_id,))
    assert (answer.status_code, answer["Location"]) == (302, reverse("admin:index") if mark else desk)
    assert Session.objects.filter(join_url="").count() == 0


def test_refused_form_from_the_start_page_stays_where_it_is(programme: Programme, people: People) -> None:
    create_to_do(programme, programme.bc)
    client = signed_in_client(people.coordinator(programme.bc))
    request = AttendanceRequest.objects.select_related("session").get()
    page = with_way_back(reverse("admin:attendance_answer", args=(request.session_id, request.pk)))
    form = client.get(page).content.decode()
    assert f'action="{page}"' in form
    assert client.post(page, {"act": "refuse", "reason": ""}).status_code == 422
    answered = client.post(page, {"act": "refuse", "reason": "You were not there."})
    assert (answered.status_code, answered["Location"]) == (302, reverse("admin:index"))


def test_expired_session_on_the_way_back_leads_to_signing_in(programme: Programme, people: People) -> None:
    create_to_do(programme, programme.bc)
    session = Session.objects.get(join_url="")
    answer = Client().post(with_way_back(edit_url(session, "join_url").partition("#")[0]), {})
    assert (answer.status_code, answer["Location"].startswith(reverse("admin:login"))) == (302, True)


def test_accreditation_that_ends_before_the_series_is_listed_for_its_hub(people: People, programme: Programme) -> None:
    ltc = LongTermCare(programme, people)
    today = timezone.localdate()
    Accreditation.objects.update(valid_from=today - dt.timedelta(days=300), valid_to=today + dt.timedelta(days=10))
    stranger = people.coordinator(programme.bc)
    assert accreditations(ltc.by) == []
    programme.session(ltc.series, 14, days=20, title_fr="Titre", join_url="https://zoom.us/j/1")
    assert (
        accreditations(ltc.by) == accreditations(people.staff) == ["1 accreditation ends soon, and its series goes on."]
    )
    assert accreditations(stranger) == []
    ltc.certified(valid_to=today + dt.timedelta(days=300))
    assert accreditations(ltc.by) == []


def accreditations(person: Person) -> list[str]:
    return [sentence for sentence in sentences(person) if "accreditation" in sentence]


def test_start_page_redirects_visitors_to_the_sign_in_page(client: Client) -> None:
    assert client.get(reverse("admin:index")).status_code == 302
