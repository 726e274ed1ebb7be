"""Changes made with SQL are in the history, with the values that are not personal, in the reader's hub only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, models
from django.test import Client

from accounts.models import AuditEvent
from registrations.models import AddressCorrection, MergeProposal, Registration
from sessions.actions import save_series, save_session
from sessions.models import EnrollmentKey, Series, Session
from tests.admin.pages import address
from tests.admin.two_hubs import HubRows, signed_in_client

pytestmark = pytest.mark.django_db

WHO = {"en": "Somebody with access to the database", "fr": "Une personne ayant accès à la base de données"}
CHANGED = {
    "en": "It was changed directly in the database.",
    "fr": "Modification faite directement dans la base de données.",
}


@contextmanager
def other_connection() -> Iterator[Any]:
    """Return a cursor with the name that psql has, for which the triggers apply."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', 'psql', false)")
        try:
            yield cursor
        finally:
            cursor.execute("SELECT set_config('application_name', 'echo_portal', false)")


def lines(client: Client, row: models.Model, language: str = "en") -> list[Any]:
    here = address(type(row), "history", row.pk)
    return list(client.get(here, headers={"accept-language": language}).context["lines"])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_session_changed_by_sql_says_what_was_before_and_after(
    own: HubRows, coordinator_client: Client, language: str
) -> None:
    session = own[Session]
    with other_connection() as cursor:
        cursor.execute("UPDATE echo_sessions_session SET title_en = 'By SQL' WHERE id = %s", [session.pk])
    for row in (session, session.series):
        (line,) = lines(coordinator_client, row, language)
        assert (line.who, line.sentence) == (WHO[language], CHANGED[language])
        assert [(one.before, one.after) for one in line.changes] == [(session.title_en, "By SQL")]


def test_change_by_the_portal_runs_no_trigger(own: HubRows) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW application_name")
        assert cursor.fetchone() == ("echo_portal",)
    Session.objects.filter(pk=own[Session].pk).update(title_en="By the portal")
    Series.objects.filter(pk=own[Series].pk).update(title_en="By the portal")
    Registration.objects.filter(pk=own[Registration].pk).update(reminders_wait=True)
    assert list(AuditEvent.objects.filter(verb__endswith="-in-database")) == []


def test_personal_values_stay_out_of_the_audit_trail(own: HubRows) -> None:
    row = own[Registration]
    with other_connection() as cursor:
        sql = "UPDATE registrations_registration SET form_name = 'Secret Name', reminders_wait = true WHERE id = %s"
        cursor.execute(sql, [row.pk])
        cursor.execute("UPDATE echo_sessions_session SET join_url = 'https://zoom.us/j/1?pwd=secret'")
    events = {(one.about, one.scope_id): one.details for one in AuditEvent.objects.filter(verb="changed-in-database")}
    details = events[f"registration:{row.pk}", own.hub.pk]
    assert (details["fields"], details["changes"]) == (["form_name", "reminders_wait"], {})
    details = events[f"session:{own[Session].pk}", own.hub.pk]
    assert (details["fields"], details["changes"]) == (["join_url"], {})


def test_added_and_deleted_rows_are_in_the_history_of_what_they_belong_to(own: HubRows) -> None:
    series, key = own[Series], own[EnrollmentKey]
    with other_connection() as cursor:
        cursor.execute("DELETE FROM registrations_registration WHERE id = %s", [own[Registration].pk])
        cursor.execute(
            "INSERT INTO echo_sessions_enrollmentkey (series_id, text, folded, campaign, language)"
            " VALUES (%s, 'SQL-1', 'SQL1X', '', '') RETURNING id",
            [series.pk],
        )
        (new,) = cursor.fetchone()
        cursor.execute("DELETE FROM echo_sessions_enrollmentkey WHERE id = %s", [new])
        cursor.execute("UPDATE echo_sessions_enrollmentkey SET max_uses = 7 WHERE id = %s", [key.pk])
    found = AuditEvent.objects.filter(verb__endswith="-in-database").order_by("pk").values_list("verb", "about")
    assert list(found) == [
        ("deleted-in-database", f"session:{own[Session].pk}"),
        ("added-in-database", f"enrollmentkey:{new}"),
        ("deleted-in-database", f"series:{series.pk}"),
        ("changed-in-database", f"enrollmentkey:{key.pk}"),
    ]
    assert set(AuditEvent.objects.filter(verb__endswith="-in-database").values_list("scope_id", flat=True)) == {
        own.hub.pk
    }


def test_coordinator_of_another_hub_reads_nothing_of_it(own: HubRows, other: HubRows) -> None:
    with other_connection() as cursor:
        cursor.execute("UPDATE echo_sessions_series SET ongoing = NOT ongoing")
    coordinators = [(one, signed_in_client(one.coordinator)) for one in (own, other)]
    assert [[len(lines(client, one[Series])) for one, client in coordinators]] == [[1, 1]]
    for (one, _client), (_other, client) in zip(coordinators, reversed(coordinators), strict=True):
        assert client.get(address(Series, "history", one[Series].pk)).status_code in (302, 404)


def test_series_and_link_changed_on_a_page_say_what_was_before_and_after(
    own: HubRows, coordinator_client: Client
) -> None:
    series, session = own[Series], own[Session]
    was = session.series.title_en
    session.join_url = "https://zoom.us/j/99998888?pwd=hidden"
    save_session(session=session, by=own.coordinator)
    series.title_en = "New title"
    save_series(series=series, fields=["title_en", "summary_en"], by=own.coordinator)
    shown = [[(one.before, one.after) for one in line.changes] for line in lines(coordinator_client, series)]
    assert shown == [[(was, "New title"), ("", "")], [("example.org…nhub", "zoom.us…8888")]]
    assert "hidden" not in str(list(AuditEvent.objects.values_list("details", flat=True)))


def test_proposals_and_keys_are_in_the_history_of_their_series(own: HubRows, coordinator_client: Client) -> None:
    series = own[Series]
    rows = {AddressCorrection: "address-proposed", MergeProposal: "merge-proposed"}
    for model, verb in rows.items():
        about = model.objects.get(series=series).about  # type: ignore[attr-defined]
        AuditEvent.objects.create(verb=verb, about=about, scope_id=own.hub.pk, actor_id=own.coordinator.pk)
    about = f"enrollmentkey:{own[EnrollmentKey].pk}"
    AuditEvent.objects.create(verb="enrollmentkey-changed", about=about, scope_id=own.hub.pk)
    found = [(line.whose, line.sentence) for line in lines(coordinator_client, series)]
    assert found == [
        (f"Key {own[EnrollmentKey].text}", "It was changed."),
        ("OWNHUB-person, OWNHUB-twin", "Merging two profiles was proposed."),
        ("OWNHUB-person", "Another address was proposed to Pallium staff."),
    ]
