"""A form that staff post after their session has ended is displayed again, as typed, after they sign in (ADR 26)."""

import datetime as dt
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from registrations.models import Registration
from sessions.models import Series, Session
from tests.admin.desk_table import name_of, posted, table_of
from tests.admin.pages import NEW_SESSION, address, fields_of, posted_fields, says
from tests.admin.session_changes import new_time, page
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People
from tests.tables import checksums

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression", "luc_registered")]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def too_late(client: Client, clock: Any, path: str, data: dict[str, Any]) -> str:
    """Post the form after the session has ended. Return the path to which the person is redirected after signing in."""
    clock.shift(dt.timedelta(minutes=31))
    answer = client.post(path, data)
    assert answer.status_code == 302
    location = urlsplit(answer["Location"])
    assert location.path == reverse("sign_in")
    return parse_qs(location.query)["next"][0]


def sign_in_again(client: Client, person: Person) -> None:
    client.force_login(person)
    session = client.session
    authenticator = Authenticator.objects.get(user=person, type="totp")
    session["account_authentication_methods_user"] = str(person.pk)
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": time.time(), "id": authenticator.pk, "type": "totp"}
    ]
    session.save()


def go_back(client: Client, kept: str) -> Any:
    """Post the form on the page to which the person is redirected after signing in."""
    context = client.get(kept).context
    data: dict[str, list[str]] = {}
    for name, value in context["sent_values"]:
        data.setdefault(name, []).append(value)
    return client.post(context["kept"].path, data)


def test_session_form_is_displayed_as_typed_and_saved_afterwards(
    coordinator_client: Client, own: HubRows, clock: time_machine.Traveller
) -> None:
    here = address(Session, "change", own[Session].pk)
    data = {**posted_fields(coordinator_client, here), "title_en": "Typed for an hour", "presenters_0": "Dr. One"}
    kept = too_late(coordinator_client, clock, here, data)
    assert coordinator_client.get(kept).status_code == 302
    sign_in_again(coordinator_client, own.coordinator)
    before = checksums()
    answer = go_back(coordinator_client, kept)
    assert checksums() == before
    assert answer.context["adminform"].form["title_en"].value() == "Typed for an hour"
    assert answer.context["errors"] == []
    saved = coordinator_client.post(here, fields_of(answer.context))
    assert saved.status_code == 302
    own[Session].refresh_from_db()
    assert own[Session].title_en == "Typed for an hour"


def test_form_that_somebody_else_saved_meanwhile_is_refused_once(
    coordinator_client: Client, own: HubRows, people: People, clock: time_machine.Traveller
) -> None:
    here = address(Session, "change", own[Session].pk)
    data = {**posted_fields(coordinator_client, here), "title_en": "Mine"}
    another = signed_in_client(people.staff)
    another.post(here, {**posted_fields(another, here), "title_en": "Theirs"})
    kept = too_late(coordinator_client, clock, here, data)
    sign_in_again(coordinator_client, own.coordinator)
    text = says(go_back(coordinator_client, kept))
    assert "Somebody else saved this after you opened it" in text
    assert f"Saved last by {people.staff}." in text


def test_other_forms_are_displayed_as_typed_and_write_nothing(
    coordinator_client: Client, own: HubRows, clock: time_machine.Traveller
) -> None:
    series, session = own[Series], own[Session]
    settings = address(Series, "change", series.pk)
    texts = {"subject_en": "Typed", "subject_fr": "Typed", "text_en": "Typed", "text_fr": "Typed", "whom": "all"}
    forms: list[tuple[str, dict[str, Any]]] = [
        (address(Session, "add"), {**NEW_SESSION, "series": series.pk, "title_en": "Typed"}),
        (settings, {**posted_fields(coordinator_client, settings), "title_en": "Typed"}),
        (page(session, "write"), {**texts, "step": "send", "counted": "2"}),
        (page(session, "move"), {**new_time(session, note_en="Typed"), "step": "commit", "revision": 0}),
        (table_of(series), posted(coordinator_client, series, **{name_of(session, "title_en"): "Typed"})),
    ]
    for path, data in forms:
        kept = too_late(coordinator_client, clock, path, data)
        sign_in_again(coordinator_client, own.coordinator)
        before = checksums()
        answer = go_back(coordinator_client, kept)
        assert (answer.status_code, "Typed" in says(answer)) == (200, True), path
        assert checksums() == before, path


def test_kept_form_is_for_the_person_who_typed_it_and_for_an_hour(
    coordinator_client: Client, own: HubRows, other: HubRows, people: People, clock: time_machine.Traveller
) -> None:
    here = address(Session, "change", own[Session].pk)
    data = {**posted_fields(coordinator_client, here), "title_en": "Typed in secret"}
    kept = too_late(coordinator_client, clock, here, data)
    for person in (other.coordinator, people.staff):
        assert signed_in_client(person).get(kept).status_code == 404
    assert Client().get(kept).status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM cache_samples")
        assert [value for (value,) in cursor.fetchall() if "secret" in value] == []
    sign_in_again(coordinator_client, own.coordinator)
    assert coordinator_client.get(kept).status_code == 200
    clock.shift(dt.timedelta(minutes=29))
    coordinator_client.get(reverse("admin:index"))
    clock.shift(dt.timedelta(minutes=29))
    coordinator_client.get(reverse("admin:index"))
    clock.shift(dt.timedelta(minutes=3))
    assert coordinator_client.get(kept).status_code == 404


def test_actions_of_lists_and_files_are_not_kept(
    coordinator_client: Client, own: HubRows, clock: time_machine.Traveller
) -> None:
    """Posting them again would perform the action instead of displaying a form."""
    caches["samples"].clear()
    changelist = address(Registration, "changelist")
    act = {"action": "give_back", "_selected_action": [own[Registration].pk], "confirmed": "yes"}
    coordinator_client.get(changelist)
    clock.shift(dt.timedelta(minutes=31))
    assert reverse("admin:login") in coordinator_client.post(changelist, act)["Location"]
    sign_in_again(coordinator_client, own.coordinator)
    upload = reverse("admin:attendance_upload", args=(own[Session].pk,))
    coordinator_client.get(reverse("admin:index"))
    clock.shift(dt.timedelta(minutes=31))
    coordinator_client.post(upload, {"file": SimpleUploadedFile("r.csv", b"x"), "zone": "America/Toronto"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache_samples")
        assert cursor.fetchone() == (0,)
