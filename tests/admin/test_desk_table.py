"""Several sessions are edited in a table and saved together. No email is written without a preview."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEvent, Person
from echo_portal.outbox.models import Message
from registrations.models import Enrollment, Registration, SessionChange
from sessions.models import Series, Session
from tests.admin.desk_table import commit, fields_of_table, name_of, posted, save, table_of
from tests.admin.pages import address, leaks, posted_fields, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme
from tests.people import People
from tests.tables import checksums

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression", "luc_registered")]
TABLE = 10
THIRTEEN = [f"https://zoom.us/j/{number}" for number in range(1, 14)]


@pytest.fixture
def series(own: HubRows, programme: Programme) -> Series:
    """Return the own hub's series with three sessions. People are registered for the first one only."""
    for number in (2, 3):
        programme.session(own[Series], number, days=7 * number, join_url="")
    return own[Series]


def sessions_of(series: Series) -> list[Session]:
    return list(series.sessions.order_by("number"))


def test_row_without_anything_to_mail_is_saved_at_once(coordinator_client: Client, series: Series) -> None:
    first, second, _third = sessions_of(series)
    later = (second.on_date or dt.date.max) + dt.timedelta(days=1)
    answer = save(
        coordinator_client,
        series,
        **{
            name_of(first, "title_fr"): "Un titre",
            name_of(first, "presenters"): "Dr. One\nDr. Two",
            name_of(second, "on_date"): later,
            name_of(second, "start_time"): "15:00",
            name_of(second, "end_time"): "16:00",
        },
    )
    assert "2 sessions are saved." in says(answer)
    first, second, _third = sessions_of(series)
    assert (first.title_fr, first.presenters) == ("Un titre", ["Dr. One", "Dr. Two"])
    assert (second.on_date, second.start_time, second.state) == (later, dt.time(15), "published")
    assert not SessionChange.objects.exists()
    verbs = AuditEvent.objects.filter(verb="session-changed").values_list("about", flat=True)
    assert sorted(verbs) == sorted([f"session:{first.pk}", f"session:{second.pk}"])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_moves_and_additions_are_mailed_after_one_preview(
    coordinator_client: Client, series: Series, own: HubRows, language: str
) -> None:
    first = own[Session]
    Enrollment.objects.filter(series=series).update(covers_later_sessions=True)
    typed = {
        name_of(first, "start_time"): "15:00",
        name_of(first, "end_time"): "16:00",
        "new-title_en": "Added",
        "new-on_date": (first.on_date or dt.date.max) + dt.timedelta(days=60),
        "new-state": "published",
        "note_en": "The room was taken.",
    }
    before = checksums()
    data = posted(coordinator_client, series, **typed)
    shown = coordinator_client.post(table_of(series), data, headers={"accept-language": language})
    assert checksums() == before
    words = {
        "en": [
            "2 emails: 2 registered, 0 waiting.",
            "OWNHUB-person, Luc Bélanger",
            "4. Added",
            "Save and write 3 emails",
        ],
        "fr": ["2 courriels. Inscriptions : 2; liste d’attente : 0.", "OWNHUB-person, Luc Bélanger", "4. Added"],
    }
    for sentence in words[language]:
        assert sentence in says(shown), sentence
    assert not leaks(shown)
    for language_of_sample in ("en", "fr"):
        sample = coordinator_client.get(
            f"/admin/echo_sessions/series/{series.pk}/sample/{shown.context['sample_key']}/{language_of_sample}/"
        )
        assert "The room was taken." in says(sample)
    answer = commit(coordinator_client, series, shown)
    assert answer.status_code == 200
    first.refresh_from_db()
    assert (first.start_time, first.state) == (dt.time(15), "rescheduled")
    added = Session.objects.get(series=series, number=4)
    assert (added.title_en, added.state, added.start_time) == ("Added", "published", dt.time(12))
    changes = SessionChange.objects.order_by("pk")
    assert [(row.session, row.kind, row.note_en) for row in changes] == [
        (first, "rescheduled", "The room was taken."),
        (added, "published", ""),
    ]
    assert [Message.objects.filter(about=row.about).count() for row in changes] == [2, 1]
    assert [row for row, _change in answer.context["recallable"]] == [first, added]


def test_commit_with_another_number_of_emails_displays_the_preview_again(
    coordinator_client: Client, series: Series, own: HubRows, people: People
) -> None:
    moved = {name_of(own[Session], "start_time"): "11:00"}
    shown = coordinator_client.post(table_of(series), posted(coordinator_client, series, **moved))
    now = timezone.now()
    Registration.objects.create(
        person=people.ama, session=own[Session], state="registered", registered_at=now, changed_at=now
    )
    before = checksums()
    again = commit(coordinator_client, series, shown)
    assert "This is what it means now; look once more." in says(again)
    assert (again.context["emails"], checksums()) == (3, before)
    commit(coordinator_client, series, again)
    assert Message.objects.filter(about__startswith="change:").count() == 3


def test_commit_without_the_preview_saves_nothing(coordinator_client: Client, series: Series, own: HubRows) -> None:
    data = posted(coordinator_client, series, **{name_of(own[Session], "start_time"): "11:00", "step": "commit"})
    before = checksums()
    for emails in ({}, {"emails": "0"}, {"emails": "x"}):
        assert coordinator_client.post(table_of(series), {**data, **emails}).context["emails"] == 2
    assert checksums() == before


def test_thirteen_lines_are_the_links_of_thirteen_sessions(
    coordinator_client: Client, own: HubRows, programme: Programme
) -> None:
    series = programme.series("thirteen", hub=own.hub)
    held = programme.session(series, 1, days=-7)
    cancelled = programme.session(series, 2, days=7, state="cancelled")
    for number in range(3, 16):
        programme.session(series, number, days=number)
    answer = save(coordinator_client, series, links="\r\n".join(THIRTEEN) + "\r\n\r\n")
    assert "13 sessions are saved." in says(answer)
    assert [session.join_url for session in sessions_of(series)] == ["", "", *THIRTEEN]
    save(coordinator_client, series, same_link="https://zoom.us/j/0")
    assert {row.join_url for row in sessions_of(series) if row not in (held, cancelled)} == {"https://zoom.us/j/0"}
    assert not Message.objects.filter(about__startswith="change:").exists()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_wrong_links_save_nothing_and_say_why(coordinator_client: Client, series: Series, language: str) -> None:
    sentences = {
        "en": [
            "There are 4 lines for 3 sessions to come. Nothing was saved.",
            "Fill in one of the two: one link for all sessions, or a link on each line.",
            "Write a public address that begins with https://, without a user name and password.",
        ],
        "fr": [
            "Il y a 4 lignes pour 3 séances à venir. Rien n’a été enregistré.",
            "Remplissez un seul des deux : un lien pour toutes les séances, ou un lien par ligne.",
            "Écrivez une adresse publique qui commence par https://, sans nom d’utilisateur ni mot de passe.",
        ],
    }
    typed = [
        {"links": "\n".join(THIRTEEN[:4])},
        {"links": THIRTEEN[0], "same_link": THIRTEEN[0]},
        {"links": f"{THIRTEEN[0]}\nhttp://zoom.us/1\n{THIRTEEN[1]}"},
    ]
    before = checksums()
    for values, sentence in zip(typed, sentences[language], strict=True):
        data = posted(coordinator_client, series, **values)
        answer = coordinator_client.post(table_of(series), data, headers={"accept-language": language})
        assert (answer.status_code, sentence in says(answer)) == (200, True), sentence
        assert THIRTEEN[0] in says(answer)
    assert checksums() == before


def test_new_row_proposes_no_link_if_the_links_of_the_series_differ(coordinator_client: Client, series: Series) -> None:
    for last in ("https://zoom.us/j/3", ""):
        Session.objects.filter(series=series).update(join_url="https://zoom.us/j/2")
        assert posted(coordinator_client, series)["new-join_url"] == "https://zoom.us/j/2"
        Session.objects.filter(series=series, number=1).update(join_url=last)
        assert posted(coordinator_client, series)["new-join_url"] == ""


def test_new_row_proposes_the_usual_values(coordinator_client: Client, series: Series) -> None:
    Session.objects.filter(series=series, number=3).update(start_time=None, end_time=None, starts_at=None, ends_at=None)
    Session.objects.filter(series=series).update(join_url="https://zoom.us/j/2")
    proposed = {name: value for name, value in posted(coordinator_client, series).items() if name.startswith("new-")}
    assert proposed == {
        "new-number": "4",
        "new-state": "draft",
        "new-on_date": "",
        "new-start_time": "12:00",
        "new-end_time": "13:00",
        "new-time_zone": "America/Toronto",
        "new-title_en": "",
        "new-title_fr": "",
        "new-join_url": "https://zoom.us/j/2",
        "new-presenters": "",
    }
    assert "Nothing was changed." in says(save(coordinator_client, series))
    assert "1 session is saved." in says(save(coordinator_client, series, **{"new-title_en": "Draft"}))
    added = Session.objects.get(series=series, number=4)
    assert (added.state, added.on_date, added.start_time) == ("draft", None, None)
    taken = save(coordinator_client, series, **{"new-title_en": "Again", "new-number": "2"})
    assert "This series has a session with this number already." in says(taken)
    Series.objects.update(state="draft")
    assert "new-state" not in posted(coordinator_client, series)


def test_second_editor_of_a_row_sees_both_versions(coordinator_client: Client, series: Series, people: People) -> None:
    first, second, third = sessions_of(series)
    another = signed_in_client(people.staff)
    data = posted(
        coordinator_client,
        series,
        **{name_of(second, "title_en"): "Mine", name_of(third, "title_en"): "Third, mine"},
    )
    save(another, series, **{name_of(second, "title_en"): "Theirs", name_of(first, "title_fr"): "Le premier"})
    before = checksums()
    answer = coordinator_client.post(table_of(series), data)
    assert checksums() == before
    assert "Somebody else saved this after you opened it" in says(answer)
    assert "Title in English, stored now: Theirs (yours: Mine)" in says(answer)
    assert says(answer).count(f"Saved last by {people.staff}.") == 1
    again = {**fields_of_table(answer.context), name_of(second, "title_en"): "Mine again"}
    coordinator_client.post(table_of(series), again)
    first, second, third = sessions_of(series)
    assert (first.title_fr, second.title_en, third.title_en) == ("Le premier", "Mine again", "Third, mine")


def test_rows_that_only_another_person_edited_are_not_overwritten(
    coordinator_client: Client, series: Series, people: People
) -> None:
    first, second, _third = sessions_of(series)
    data = posted(coordinator_client, series, **{name_of(second, "title_en"): "Mine"})
    save(signed_in_client(people.staff), series, **{name_of(first, "title_en"): "Theirs"})
    assert coordinator_client.post(table_of(series), data).status_code == 302
    first, second, _third = sessions_of(series)
    assert (first.title_en, second.title_en) == ("Theirs", "Mine")


def test_impossible_times_save_nothing(coordinator_client: Client, series: Series, own: HubRows) -> None:
    first, second, _third = sessions_of(series)
    before = checksums()
    for values, sentence in (
        ({name_of(first, "on_date"): "2020-01-01"}, "Choose a time that is still to come."),
        ({name_of(second, "start_time"): ""}, "Give the date, the start and the end together."),
        ({name_of(second, "end_time"): "10:00"}, "The session must end after it starts, on the same day."),
        ({name_of(second, "on_date"): "0026-01-01"}, "Check the year"),
        ({name_of(second, "on_date"): "2027-03-14", name_of(second, "start_time"): "02:30"}, "02:30"),
    ):
        assert sentence in says(save(coordinator_client, series, **values)), sentence
    assert checksums() == before


def test_held_and_cancelled_sessions_are_corrected_without_emails(
    coordinator_client: Client, own: HubRows, programme: Programme
) -> None:
    series = programme.series("past", hub=own.hub)
    held = programme.session(series, 1, days=-7)
    cancelled = programme.session(series, 2, days=7, state="cancelled")
    now = timezone.now()
    Registration.objects.create(person=own[Person], session=held, state="registered", registered_at=now, changed_at=now)
    typed = {name_of(held, "start_time"): "11:30", name_of(cancelled, "on_date"): "2030-01-01"}
    assert "1 session is saved." in says(save(coordinator_client, series, **typed))
    held.refresh_from_db()
    assert (held.start_time, held.state) == (dt.time(11, 30), "published")
    assert Session.objects.get(pk=cancelled.pk).on_date == cancelled.on_date
    later = {name_of(held, "on_date"): timezone.localdate() + dt.timedelta(days=5)}
    refused = save(coordinator_client, series, **later)
    assert "This session has been held: choose a day and hours that are past." in says(refused)


def test_button_of_a_point_opens_the_row_of_its_session_only(
    coordinator_client: Client, series: Series, own: HubRows
) -> None:
    Session.objects.filter(pk=own[Session].pk).update(join_url="")
    desk = coordinator_client.get(f"/admin/echo_sessions/series/{series.pk}/")
    url = desk.context["points"][0].url
    assert url == f"{table_of(series)}?session={own[Session].pk}#id_{name_of(own[Session], 'join_url')}"
    page = url.partition("#")[0]
    shown = coordinator_client.get(page)
    assert [row.session for row in shown.context["table"].rows] == [own[Session]]
    data = {**fields_of_table(shown.context), name_of(own[Session], "join_url"): THIRTEEN[0]}
    coordinator_client.post(page, data)
    assert [row.join_url for row in sessions_of(series)] == [THIRTEEN[0], "", ""]
    for wrong in ("0", "x", "9" * 30):
        assert len(coordinator_client.get(f"{table_of(series)}?session={wrong}").context["table"].rows) == 3


@pytest.mark.parametrize("junk", ["", "[]", "[" * 100_000, '{"x": 1, "1": 2}', "null"])
def test_malformed_versions_save_nothing(coordinator_client: Client, series: Series, junk: str) -> None:
    data: dict[str, Any] = posted(coordinator_client, series, **{name_of(sessions_of(series)[1], "title_en"): "X"})
    before = checksums()
    answer = coordinator_client.post(table_of(series), {**data, "seen_versions": junk}, follow=True)
    assert (answer.status_code, checksums()) == (200, before)


@pytest.mark.parametrize("number", [1, 300])
def test_table_makes_the_same_number_of_queries(
    coordinator_client: Client, own: HubRows, programme: Programme, number: int
) -> None:
    series = programme.series("long", hub=own.hub)
    Session.objects.bulk_create(programme.new_session(series, at, days=at) for at in range(1, number + 1))
    coordinator_client.get(table_of(series))
    with CaptureQueriesContext(connection) as asked:
        answer = coordinator_client.get(table_of(series))
    assert (len(asked), len(answer.context["rows"])) == (TABLE, min(number, 50))


def test_published_session_keeps_a_title_in_one_language(
    coordinator_client: Client, series: Series, programme: Programme
) -> None:
    first, second, third = sessions_of(series)
    Session.objects.filter(pk=second.pk).update(title_en="", title_fr="Un titre")
    Session.objects.filter(pk=third.pk).update(title_fr="Un titre")
    without = programme.session(series, 4, days=28, title_en="", title_fr="")
    draft = programme.session(series, 5, days=35, state="draft")
    before = checksums()
    sentence = "A published session keeps a title in at least one language."
    for session, field in ((first, "title_en"), (second, "title_fr")):
        answer = save(coordinator_client, series, **{name_of(session, field): " "})
        assert says(answer).count(sentence) == 1
        assert checksums() == before
    both = save(coordinator_client, series, **{name_of(third, "title_en"): "", name_of(third, "title_fr"): ""})
    assert (sentence in says(both), checksums() == before) == (True, True)
    typed = {
        name_of(third, "title_en"): "",
        name_of(without, "presenters"): "Dr. One",
        name_of(draft, "title_en"): "",
    }
    assert "3 sessions are saved." in says(save(coordinator_client, series, **typed))
    third.refresh_from_db()
    assert (third.title_en, third.title_fr) == ("", "Un titre")


def test_page_of_a_published_session_keeps_its_title_too(coordinator_client: Client, series: Series) -> None:
    (first, *_others) = sessions_of(series)
    here = address(Session, "change", first.pk)
    answer = coordinator_client.post(here, posted_fields(coordinator_client, here) | {"title_en": ""})
    assert "A published session keeps a title in at least one language." in says(answer)
    first.refresh_from_db()
    assert first.title_en
