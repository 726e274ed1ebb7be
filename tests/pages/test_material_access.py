"""Who can open what is for registrants, and what pages say to the others."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registrations.models import Enrollment, Registration
from sessions.models import Material, Series, Session
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db

EVERYONE = "Everyone registered for this series can open what is for registrants, also of earlier sessions."
SESSION_ONLY = "Only people who registered for a session can open what is for its registrants."


def series_with_a_held_session(programme: Programme, recordings_for: str) -> tuple[Session, Session]:
    """Return a held session with slides for registrants, and a session to come of the same series."""
    series = programme.series("psw", recordings_for=recordings_for)
    first = programme.session(series, 1, days=-9, title_en="First")
    Material.objects.create(
        session=first, kind="slides", url="https://example.org/s", open_to="registrants", language="en"
    )
    return first, programme.session(series, 2, days=9, title_en="Second")


def pages_of(session: Session) -> list[str]:
    """Return the paths of the three pages that list the materials of the session."""
    series = reverse("series", kwargs={"slug": session.series.slug})
    return [series, reverse("session", kwargs={"session": session.public_id}), reverse("library")]


def path_of(session: Session) -> str:
    return reverse("material", kwargs={"material": session.materials.get().public_id})


def access(client: Client, page: str) -> tuple[str, list[str]]:
    """Return the sentence about who can open what is for registrants, and the links after it; "" if there is none."""
    found = re.search(
        r'<p class="sm soft mt4">(?=\s*(?:Everyone|Only))(.*?)</p>', client.get(page).content.decode(), re.DOTALL
    )
    if not found:
        return "", []
    return found[1].split("<a")[0].strip(), re.findall(r"<a.*?>(.*?)</a>", found[1])


@pytest.mark.parametrize("recordings_for", ["registrants", "enrolled", "public"])
@pytest.mark.parametrize("left_sessions", [False, True])
def test_registrant_of_the_series_opens_what_earlier_sessions_left(
    client: Client, programme: Programme, people: People, recordings_for: str, left_sessions: bool
) -> None:
    held, later = series_with_a_held_session(programme, recordings_for)
    enroll(people.ama, held.series, later, whole=left_sessions)
    if left_sessions:  # the enrollment is enough
        Registration.objects.update(state="cancelled", cancelled_at=timezone.now())
    client.force_login(people.ama)
    assert client.get(path_of(held)).status_code == 302
    for page in pages_of(held):
        assert path_of(held) in client.get(page).content.decode(), page
        assert access(client, page) == ("", [])
    Enrollment.objects.update(left_at=timezone.now())
    Registration.objects.update(state="cancelled", cancelled_at=timezone.now())
    assert client.get(path_of(held)).status_code == 403
    assert path_of(held) not in client.get(pages_of(held)[0]).content.decode()


def test_registrant_of_another_session_does_not_open_what_is_not_shared(
    client: Client, programme: Programme, people: People
) -> None:
    held, later = series_with_a_held_session(programme, Series.RecordingsFor.NOBODY)
    enroll(people.ama, held.series, later)
    client.force_login(people.ama)
    refused = client.get(path_of(held))
    assert (refused.status_code, SESSION_ONLY in refused.content.decode()) == (403, True)
    for page in pages_of(held)[:2]:
        assert access(client, page) == (SESSION_ONLY, ["Ask the hub"])


def test_registrant_of_another_series_does_not_open_the_material(
    client: Client, programme: Programme, people: People
) -> None:
    held, _later = series_with_a_held_session(programme, "registrants")
    other = programme.series("other", recordings_for="registrants")
    enroll(people.ama, other, programme.session(other, 1))
    client.force_login(people.ama)
    refused = client.get(path_of(held))
    assert (refused.status_code, EVERYONE in refused.content.decode()) == (403, True)
    assert access(client, pages_of(held)[0]) == (EVERYONE, ["Register for this series"])


def test_visitor_reads_who_gets_what_is_for_registrants_and_how(client: Client, programme: Programme) -> None:
    held, later = series_with_a_held_session(programme, "registrants")
    for page in pages_of(held)[:2]:
        assert access(client, page) == (EVERYONE, ["Register for this series", "I am registered: sign in"])
        assert f"?next={page}".replace("/", "%2F") in client.get(page).content.decode()
    library = client.get(reverse("library")).content.decode()
    assert "the page of the session says who can open them" in library
    later.delete()
    for page in pages_of(held)[:2]:
        assert access(client, page) == (EVERYONE, ["I am registered: sign in"])


def test_page_with_open_materials_only_says_nothing_about_registrants(client: Client, programme: Programme) -> None:
    held, _later = series_with_a_held_session(programme, "registrants")
    Material.objects.update(open_to="public")
    assert [access(client, page) for page in pages_of(held)] == [("", [])] * 3
    assert "for registrants" not in client.get(reverse("library")).content.decode()
