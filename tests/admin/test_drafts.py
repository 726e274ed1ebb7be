"""Draft sessions from a pasted schedule are saved when a coordinator accepts them. Nothing is saved before."""

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from echo_portal.outbox.models import Message
from hubs.models import Membership
from registrations.models import Registration
from sessions.models import Series, Session
from tests.admin.drafts import accept, fields_of, new_series_page, paste
from tests.admin.pages import leaks, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme
from tests.people import People
from tests.tables import checksums

SCHEDULES = Path(__file__).resolve().parents[1] / "sessions" / "schedules"
TWO = """Grief Series

All sessions are for those who work in the home.

Session 1: Grief in Children
Thursday, January 14, {year} from 12:00-1:00pm ET

Session 2: Le deuil chez l’enfant
Thursday, January 28, {year} from 12:00-1:00pm ET
"""


@pytest.fixture
def text() -> str:
    return TWO.format(year=timezone.localdate().year + 2)


def test_accepted_schedule_is_saved_as_drafts_of_a_draft_series(
    coordinator_client: Client, own: HubRows, text: str
) -> None:
    before = Message.objects.count()
    year = timezone.localdate().year + 2
    answer = accept(coordinator_client, paste(coordinator_client, text))
    series = Series.objects.get(slug="grief-series")
    assert answer.status_code == 302
    assert answer["Location"] == reverse("admin:echo_sessions_series_desk", args=(series.pk,))
    assert (series.hub, series.state, series.title_en) == (own.hub, "draft", "Grief Series")
    found = [
        (row.number, row.state, row.title_en, row.title_fr, row.on_date, row.start_time, row.end_time, row.time_zone)
        for row in series.sessions.order_by("number")
    ]
    noon, one = dt.time(12), dt.time(13)
    assert found == [
        (1, "draft", "Grief in Children", "", dt.date(year, 1, 14), noon, one, "America/Toronto"),
        (2, "draft", "", "Le deuil chez l’enfant", dt.date(year, 1, 28), noon, one, "America/Toronto"),
    ]
    assert Message.objects.count() == before
    event = AuditEvent.objects.get(verb="sessions-drafted")
    assert (event.about, event.actor_id, event.scope_id) == (f"series:{series.pk}", own.coordinator.pk, own.hub.pk)
    assert event.details == {"source": "paste", "sessions": [row.pk for row in series.sessions.order_by("number")]}
    assert AuditEvent.objects.filter(verb="session-added").count() == 2


def test_nothing_is_saved_before_the_drafts_are_accepted(coordinator_client: Client, own: HubRows, text: str) -> None:
    before = checksums()
    answer = paste(coordinator_client, text)
    data = fields_of(answer)
    for step in ("check", "more", "source", "read"):
        assert coordinator_client.post(new_series_page(), {**data, "step": step}).status_code == 200
    assert checksums() == before


def test_accepting_twice_saves_the_drafts_once(coordinator_client: Client, own: HubRows, text: str) -> None:
    answer = paste(coordinator_client, text)
    key = fields_of(answer)["form_key"]
    accept(coordinator_client, answer)
    again = accept(coordinator_client, answer, **{"form_key": key, "series-slug": "another"})
    assert again.status_code == 302
    assert "These drafts were made already." in says(coordinator_client.get(again["Location"]))
    assert Series.objects.filter(title_en="Grief Series").count() == 1
    assert Session.objects.filter(series__title_en="Grief Series").count() == 2


def test_page_displays_the_findings_of_a_published_schedule(coordinator_client: Client) -> None:
    page = says(paste(coordinator_client, (SCHEDULES / "published-community-based.txt").read_text()))
    assert "The year is written “202”. 2022 was taken, which keeps the dates in order." in page
    page = says(paste(coordinator_client, (SCHEDULES / "published-ltc.txt").read_text()))
    assert "12 credits are announced for 13 sessions of 13 hours in all." in page
    assert "This session starts at 12:30 pm; most others start at 12:00 pm." in page
    assert "The text says that the session was held." in page


def test_series_of_a_schedule_with_an_enrollment_key_is_registered_for_with_a_key(
    coordinator_client: Client, own: HubRows, text: str
) -> None:
    said = "The text names the enrollment key LTC2122. Registration with a key is proposed."
    answer = paste(coordinator_client, f"{text}\nRegister with the enrolment key LTC2122.\n")
    assert said in says(answer)
    checked = accept(coordinator_client, answer, step="check")
    assert said in says(checked)
    accept(coordinator_client, checked)
    assert Series.objects.get(slug="grief-series").registration_mode == "key"


def test_proposed_registration_with_a_key_can_be_changed(coordinator_client: Client, own: HubRows, text: str) -> None:
    answer = paste(coordinator_client, f"{text}\nRegister with the enrolment key LTC2122.\n")
    accept(coordinator_client, answer, **{"series-registration_mode": "open"})
    assert Series.objects.get(slug="grief-series").registration_mode == "open"


def test_page_lists_the_lines_without_a_session(coordinator_client: Client, text: str) -> None:
    page = says(paste(coordinator_client, f"{text}\nMarch 4, 2030 – No session (holiday)\n"))
    assert "Lines that gave no session" in page
    assert "No session (holiday)" in page


def test_second_series_of_a_title_gets_an_address_of_its_own(
    coordinator_client: Client, own: HubRows, text: str
) -> None:
    for _time in range(2):
        accept(coordinator_client, paste(coordinator_client, text))
    assert set(Series.objects.filter(title_en="Grief Series").values_list("slug", flat=True)) == {
        "grief-series",
        "grief-series-2",
    }


def test_edited_row_is_saved_and_loses_its_finding(coordinator_client: Client, own: HubRows, text: str) -> None:
    answer = paste(coordinator_client, text.replace("January 28", "January 28 or 29"))
    assert "The text leaves a choice of dates" in says(answer)
    day = dt.date(timezone.localdate().year + 2, 1, 29)
    changes = {"rows-1-on_date": day.isoformat(), "rows-1-title_en": "Grief", "rows-1-presenters": "Dr. One\nDr. Two"}
    checked = coordinator_client.post(new_series_page(), {**fields_of(answer), **changes, "step": "check"})
    assert "The text leaves a choice of dates" not in says(checked)
    assert accept(coordinator_client, checked).status_code == 302
    row = Session.objects.get(series__slug="grief-series", number=2)
    assert (row.on_date, row.title_en, row.presenters) == (day, "Grief", ["Dr. One", "Dr. Two"])


def test_unticked_row_is_neither_validated_nor_saved(coordinator_client: Client, own: HubRows, text: str) -> None:
    answer = paste(coordinator_client, text)
    left_out = {**fields_of(answer), "step": "accept", "rows-1-end_time": "nonsense"}
    del left_out["rows-1-take"]
    assert coordinator_client.post(new_series_page(), left_out).status_code == 302
    assert list(Session.objects.filter(series__slug="grief-series").values_list("number", flat=True)) == [1]


def test_row_added_by_hand_is_saved(coordinator_client: Client, own: HubRows, text: str) -> None:
    answer = paste(coordinator_client, text)
    more = coordinator_client.post(new_series_page(), {**fields_of(answer), "step": "more"})
    assert len(more.context["drafts"].forms) == 3
    accept(coordinator_client, more, **{"rows-2-number": "3", "rows-2-title_en": "Added"})
    assert Session.objects.get(series__slug="grief-series", number=3).title_en == "Added"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rows-0-end_time": "11:00"}, "must end after it starts"),
        ({"rows-0-end_time": ""}, "date, the start and the end together"),
        ({"rows-0-on_date": "0202-01-14"}, "Check the year"),
        ({"rows-1-number": "1"}, "Another session here has this number."),
        ({"rows-0-number": ""}, "Fill this in."),
        ({"rows-0-time_zone": "Europe/Paris"}, "Choose from the list."),
        ({"rows-0-title_en": "a\x07b"}, "control characters"),
        ({"series-title_en": "", "series-title_fr": ""}, "title in at least one language"),
        ({"series-slug": "ownhub-series"}, "Another series has this address on the site. Choose another."),
        ({"form_key": "x"}, "Read the schedule again"),
    ],
)
def test_invalid_row_or_series_saves_no_draft(
    coordinator_client: Client, own: HubRows, text: str, changes: dict[str, str], said: str
) -> None:
    answer = paste(coordinator_client, text)
    before = checksums()
    refused = accept(coordinator_client, answer, **changes)
    assert refused.status_code == 200
    assert said in says(refused)
    assert checksums() == before


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("", "Paste the text of the schedule."),
        ("Nothing to read here", "No session was found in the text."),
        ("January 14, 2027: Pain\n" * 61, "The text gives 61 sessions; paste at most 60 at once."),
        ("a" * 5_000, "This is longer than any schedule."),
        ("January 14, 2027: Pain\n" * 400, "This is longer than any schedule."),
    ],
    ids=["empty", "words", "many", "line", "rows"],
)
def test_page_explains_why_a_text_is_refused(coordinator_client: Client, own: HubRows, pasted: str, said: str) -> None:
    before = checksums()
    answer = paste(coordinator_client, pasted)
    assert answer.status_code == 200
    assert said in says(answer)
    assert checksums() == before


def test_drafts_are_added_to_an_existing_series(coordinator_client: Client, own: HubRows) -> None:
    """Enrolled people are not registered for a session while it is a draft."""
    answer = paste(coordinator_client, "Session 1: Pain, January 14, 2030\nSession: Grief", series=own[Series])
    assert "The series has a session with this number already." in says(answer)
    assert "already" in says(accept(coordinator_client, answer))
    made = accept(coordinator_client, answer, **{"rows-0-number": "2"})
    assert made.status_code == 302
    assert [row.state for row in own[Series].sessions.order_by("number")] == ["published", "draft"]
    assert not Registration.objects.filter(session__number=2).exists()


def test_numbers_of_sessions_of_the_series_are_not_missing(coordinator_client: Client, own: HubRows) -> None:
    text = "Session 2: Pain, January 14, 2030\nSession 4: Grief, January 21, 2030"
    assert "Numbers are missing: 1, 3." in says(paste(coordinator_client, text))
    added = says(paste(coordinator_client, text, series=own[Series]))
    assert "Numbers are missing: 3." in added
    assert "with this number already" not in added


def test_markup_in_a_schedule_is_escaped(coordinator_client: Client, own: HubRows) -> None:
    page = paste(coordinator_client, "Session 1: <script>alert(1)</script>, January 14, 2030\n=cmd|' /C calc'!A0")
    assert "<script>alert(1)" not in page.content.decode()
    assert "&lt;script&gt;alert(1)" in page.content.decode()


# --- permissions


def test_coordinator_adds_drafts_only_to_their_own_hub(own: HubRows, other: HubRows, people: People, text: str) -> None:
    theirs = reverse("admin:echo_sessions_series_paste_more", args=(other[Series].pk,))
    client = signed_in_client(own.coordinator)
    before = checksums()
    assert client.get(theirs).status_code == 404
    assert client.post(theirs, {"text": text, "time_zone": "America/Toronto", "step": "read"}).status_code == 404
    assert client.get(new_series_page()).status_code == 200
    assert not leaks(client.get(new_series_page()))
    answer = paste(client, text)
    assert not leaks(answer)
    assert checksums() == before
    accept(client, answer, **{"series-hub": str(other.hub.pk), "for_hub": str(other.hub.pk)})
    assert Series.objects.get(slug="grief-series").hub == own.hub


def test_anonymous_visitor_and_registrant_cannot_open_pages_of_drafts(
    own: HubRows, people: People, client: Client
) -> None:
    here = reverse("admin:echo_sessions_series_paste_more", args=(own[Series].pk,))
    before = checksums()
    for page in (new_series_page(), here):
        assert client.get(page).status_code == 302  # to the sign-in page
    client.force_login(people.luc)
    for page in (new_series_page(), here):
        for answer in (client.get(page), client.post(page, {"text": "x", "step": "read"})):
            assert answer.status_code in (302, 403)
    changed = {name for name, value in checksums().items() if value != before[name]}
    assert changed <= {"django_session", "accounts_person"}


def test_partner_hub_cannot_add_drafts_to_a_joint_series(own: HubRows, other: HubRows) -> None:
    own[Series].partner_hubs.add(other.hub)
    client = signed_in_client(other.coordinator)
    assert client.get(reverse("admin:echo_sessions_series_paste_more", args=(own[Series].pk,))).status_code == 404


def test_coordinator_of_two_hubs_chooses_the_hub_of_the_series(
    own: HubRows, other: HubRows, programme: Programme, text: str
) -> None:
    second = programme.hub("second", scope="regional", name_en="Second", name_fr="Deuxième")
    Membership.objects.create(person=own.coordinator, hub=second, role="coordinator")
    client = signed_in_client(own.coordinator)
    assert not leaks(client.get(new_series_page()))
    for hub in ("", str(other.hub.pk)):
        refused = paste(client, text, for_hub=hub)
        assert "for_hub" in refused.context["source"].errors
        assert not leaks(refused)
    accept(client, paste(client, text, for_hub=second.pk))
    assert Series.objects.get(slug="grief-series").hub == second


def test_page_of_drafts_is_displayed_in_french(coordinator_client: Client, own: HubRows, text: str) -> None:
    french = {"accept-language": "fr"}
    assert "Coller un calendrier" in says(coordinator_client.get(new_series_page(), headers=french))
    values = {"text": text, "time_zone": "America/Toronto", "step": "read"}
    page = says(coordinator_client.post(new_series_page(), values, headers=french))
    assert "Créer 2 séances à l’état de brouillon" in page
    assert "Titres sans français : 1." in page


def test_list_of_series_and_page_of_a_series_link_to_drafts(coordinator_client: Client, own: HubRows) -> None:
    list_page = coordinator_client.get(reverse("admin:echo_sessions_series_changelist"))
    assert f'href="{new_series_page()}"' in list_page.content.decode()
    here = reverse("admin:echo_sessions_series_paste_more", args=(own[Series].pk,))
    page = coordinator_client.get(reverse("admin:echo_sessions_series_change", args=(own[Series].pk,)))
    assert f'href="{here}"' in page.content.decode()
