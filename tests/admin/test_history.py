"""The history of a row says in sentences who changed what, with values before and after, in the reader's hub only."""

import ast
import copy
import datetime as dt
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.actions import record
from accounts.models import AuditEvent
from echo_portal.admin.history_sentences import IN_DATABASE, OTHERWISE, SENTENCES, sentence_of
from registrations import actions
from registrations.models import Registration, SessionChange
from sessions.actions import end_role, give_role
from sessions.models import EnrollmentKey, Series, Session, SessionRole
from tests.admin.pages import address, leaks, posted_fields, says
from tests.admin.registered import ADMINS
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme

DETAILS = {
    "emails": 2,
    "places": [{}],
    "recipients": 1,
    "sessions": [1],
    "registrations": {},
    "role": "coach",
    "before": 60,
    "after": None,
}


def verbs() -> set[str]:
    """Return the kinds of events that the code writes: the constants that are passed to `record` and `_record`."""
    listed = ["git", "ls-files", "*.py", ":!tests", ":!*/migrations/*"]
    paths = subprocess.run(listed, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True).stdout.split()
    found = {f"session-{kind}" for kind in SessionChange.Kind.values if kind != SessionChange.Kind.PUBLISHED}
    for path in paths:
        tree = ast.parse((Path(settings.BASE_DIR) / path).read_text())
        constants = {
            target.id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and node.args
                and getattr(node.func, "id", "")
                in (
                    "record",
                    "_record",
                    "record_event",
                )
            ):
                first = node.args[0]
                value = constants.get(first.id, first) if isinstance(first, ast.Name) else first
                ends = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
                found |= {str(end.value) for end in ends if isinstance(end, ast.Constant)}
    return found


def test_every_kind_of_event_has_a_sentence_in_both_languages() -> None:
    written = verbs()
    assert {"promote", "give-back-places", "series-added", "membership-given"} <= written
    assert written == set(SENTENCES)
    pages = {f"{model._meta.model_name}-{act}" for model in ADMINS for act in ("added", "changed", "deleted")}
    for verb in written | pages | set(IN_DATABASE):
        said = []
        for language in ("en", "fr"):
            with translation.override(language):
                said.append(sentence_of(verb, dict(DETAILS)))
        assert said[0] != said[1], verb
        assert str(OTHERWISE) not in said, verb


def test_unknown_kind_of_event_has_a_general_sentence() -> None:
    assert sentence_of("written-by-sql", {}) == "Something was changed."


def lines(client: Client, row: Session | Series | Registration | EnrollmentKey) -> list[tuple[str, str, str]]:
    context = client.get(address(type(row), "history", row.pk)).context
    return [(line.who, line.whose, line.sentence) for line in context["lines"]]


def test_saved_session_says_who_and_what_before_and_after(own: HubRows, coordinator_client: Client) -> None:
    here = address(Session, "change", own[Session].pk)
    data = posted_fields(coordinator_client, here) | {"title_en": "A better title", "capacity": 30}
    coordinator_client.post(here, data)
    page = coordinator_client.get(address(Session, "history", own[Session].pk))
    (line,) = page.context["lines"]
    assert (line.who, line.sentence) == ("OWNHUB-coordinator", "The session was changed.")
    assert {(change.label, change.before, change.after) for change in line.changes} == {
        ("Title (English)", "OWNHUB-session", "A better title"),
        ("Places", "–", "30"),
    }
    assert "Places: – before, 30 after" in says(page)


@pytest.mark.usefixtures("no_suppression")
def test_move_give_back_and_promotion_are_sentences_with_times_and_names(
    own: HubRows, coordinator_client: Client
) -> None:
    session, row = own[Session], own[Registration]
    assert session.on_date is not None
    new = actions.NewTime(
        session.on_date + dt.timedelta(days=1), session.start_time, session.end_time, session.time_zone
    )
    actions.reschedule_session(
        session=session, new_time=new, by=own.coordinator, note_en="", note_fr="", seen_revision=session.revision
    )
    actions.leave_session(registration=row, by=row.person)
    record("promote", about=f"registration:{row.pk}", by=None, scope_id=own.hub.pk)
    page = coordinator_client.get(address(Session, "history", session.pk))
    found = [(line.who, line.whose, line.sentence) for line in page.context["lines"]]
    assert found == [
        ("The portal", "OWNHUB-person", "A place became free, and the next person on the waiting list got it."),
        ("The person themselves", "OWNHUB-person", "The place was given back."),
        ("OWNHUB-coordinator", "", "The session was moved. 1 email was written."),
    ]
    (change,) = page.context["lines"][2].changes
    assert (change.label, change.before != change.after, str(session.on_date.year) in change.before) == (
        "Date and time",
        True,
        True,
    )
    assert lines(coordinator_client, row) == [(who, "", sentence) for who, _whose, sentence in found[:2]]


@pytest.mark.usefixtures("no_suppression")
def test_move_and_its_recall_are_one_line_each(own: HubRows, coordinator_client: Client) -> None:
    session = own[Session]
    assert session.on_date is not None
    before = copy.copy(session)
    session.start_time, session.end_time, session.title_en = dt.time(18), dt.time(19), "Evening"
    (change,) = actions.save_sessions(
        edits=[actions.SessionEdit(before, session)], added=[], by=own.coordinator, note_en="", note_fr=""
    )
    actions.recall_change(change=change, by=own.coordinator)
    shown = coordinator_client.get(address(Session, "history", session.pk)).context["lines"]
    assert [line.sentence for line in shown] == [
        "Moving the session was taken back. 0 emails were written.",
        "The session was moved. 1 email was written.",
        "The session was changed.",
    ]
    assert [[change.label for change in line.changes] for line in shown] == [
        ["Date and time"],
        ["Date and time"],
        ["Title (English)"],
    ]
    assert "6:00\u00a0–\u00a07:00\u00a0pm" in shown[1].changes[0].after


@pytest.mark.parametrize(
    ("language", "times"), [("en", ("12:00\u00a0pm", "6:30\u00a0pm")), ("fr", ("12\u00a0h", "18\u00a0h\u00a030"))]
)
def test_times_are_written_as_on_the_pages(
    own: HubRows, coordinator_client: Client, language: str, times: tuple[str, str]
) -> None:
    details = {"fields": ["start_time"], "changes": {"start_time": ["12:00:00", "18:30:00"]}}
    record("session-changed", about=f"session:{own[Session].pk}", by=None, scope_id=own.hub.pk, details=details)
    here = address(Session, "history", own[Session].pk)
    (line,) = coordinator_client.get(here, headers={"accept-language": language}).context["lines"]
    assert [(change.before, change.after) for change in line.changes] == [times]


@pytest.mark.usefixtures("no_suppression")
def test_place_that_was_given_back_and_recalled_stands_again(own: HubRows, coordinator_client: Client) -> None:
    row = own[Registration]
    event = actions.give_back_places(registrations=[row], by=own.coordinator)
    actions.recall_give_back(event=event, rows=[row], by=own.coordinator)
    assert lines(coordinator_client, own[Session]) == [
        ("OWNHUB-coordinator", "OWNHUB-person", "The place stands again: giving it back was taken back."),
        ("OWNHUB-coordinator", "OWNHUB-person", "The place was given back."),
    ]


def test_recalled_email_says_how_many_were_taken_back() -> None:
    assert sentence_of("recall-announcement", {"emails": 7}) == "7 emails to registrants were taken back."
    assert sentence_of("recall-announcement", {"emails": 1}) == "1 email to a registrant was taken back."


def test_history_displays_the_typed_name_of_a_role_until_the_role_ends(
    own: HubRows, coordinator_client: Client
) -> None:
    session, given = own[Session], SessionRole.objects.filter(session=own[Session])
    given.delete()
    typed = {"name": "Typed Name", "email": own[Registration].person.email}
    row = give_role(session=session, role="coach", by=own.coordinator, **typed)
    assert lines(coordinator_client, session) == [
        ("OWNHUB-coordinator", "", "Typed Name was named as a practice coach of the session.")
    ]
    end_role(role=row, by=own.coordinator)
    assert lines(coordinator_client, session) == [
        ("OWNHUB-coordinator", "", "A role in the session was ended: Practice coach."),
        ("OWNHUB-coordinator", "", "A role in the session was given: Practice coach."),
    ]


def test_history_of_a_series_includes_sessions_and_keys_and_that_of_a_key_its_acts(
    own: HubRows, coordinator_client: Client
) -> None:
    record("session-added", about=f"session:{own[Session].pk}", by=None, scope_id=own.hub.pk)
    record("enrollmentkey-deleted", about=f"enrollmentkey:{own[EnrollmentKey].pk}", by=None, scope_id=own.hub.pk)
    assert lines(coordinator_client, own[Series]) == [
        ("The portal", f"Key {own[EnrollmentKey].text}", "It was deleted."),
        ("The portal", str(own[Session]), "The session was added."),
    ]
    assert lines(coordinator_client, own[EnrollmentKey]) == [("The portal", "", "It was deleted.")]


def test_events_of_another_hub_are_not_in_the_history(
    own: HubRows, other: HubRows, coordinator_client: Client, programme: Programme
) -> None:
    own[Series].partner_hubs.add(other.hub)
    record("session-cancelled", about=f"session:{own[Session].pk}", by=other.coordinator, scope_id=other.hub.pk)
    record("session-added", about=f"session:{own[Session].pk}", by=own.coordinator, scope_id=own.hub.pk)
    page = coordinator_client.get(address(Session, "history", own[Session].pk))
    assert [line.sentence for line in page.context["lines"]] == ["The session was added."]
    assert not leaks(page)
    partner = signed_in_client(other.coordinator).get(address(Session, "history", own[Session].pk))
    assert [line.sentence for line in partner.context["lines"]] == ["The session was cancelled. 0 emails were written."]


def test_history_of_a_session_asks_as_many_queries_for_300_events(own: HubRows, coordinator_client: Client) -> None:
    here, counts = address(Session, "history", own[Session].pk), []
    coordinator_client.get(here)
    for number in (1, 300):
        AuditEvent.objects.bulk_create(
            AuditEvent(verb="session-changed", about=f"session:{own[Session].pk}", scope_id=own.hub.pk)
            for _number in range(number)
        )
        with CaptureQueriesContext(connection) as queries:
            assert len(coordinator_client.get(here).context["lines"]) == min(number, 200)
        counts.append(len(queries))
    assert counts[0] == counts[1]
