"""Credits that wait for an evaluation do not take the maximum of a series from answered sessions (ADR 47)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Person
from attendance import actions as attending
from credits import actions
from credits.models import Accreditation, Certificate, CreditEntry
from credits.queries.waiting import series_waiting
from credits.tasks import issue_answered
from sessions.models import Session
from tests.admin.pages import posted_fields
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.credits.gated import Gated
from tests.evaluations.asked import answers
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def gated(programme: Programme, people: People) -> Gated:
    """Return the two sessions with a maximum of one credit for both."""
    found = Gated(programme, people)
    Accreditation.objects.update(max_credits=Decimal(1))
    found.ask()
    return found


def respond(person: Person, session: Session) -> None:
    assert answers(person, session, objectives_met=4) == 302


def printed(person: Person) -> list[tuple[int, list[str]]]:
    """Return number and credits of each session on the person's valid certificate of the series."""
    row = Certificate.objects.valid().get(person=person, session=None)
    return [(line["number"], list(line["credits"].values())) for line in row.printed]


def test_answered_session_earns_credits_before_an_earlier_one_that_waits(gated: Gated) -> None:
    actions.update_ledger(series_id=gated.series.pk)
    for person in (gated.ama, gated.luc):
        respond(person, gated.second)
    respond(gated.luc, gated.session)
    gated.issue()
    assert (printed(gated.ama), printed(gated.luc)) == ([(1, ["0"]), (2, ["1"])], [(1, ["1"]), (2, ["0"])])
    issue_answered()
    respond(gated.ama, gated.session)
    issue_answered()
    assert printed(gated.ama) == [(1, ["0"]), (2, ["1"])]


def test_successor_prints_no_credits_of_a_session_that_waits(gated: Gated) -> None:
    for person in (gated.ama, gated.luc):
        respond(person, gated.second)
    respond(gated.luc, gated.session)
    gated.issue()
    attending.correct_attendance(session=gated.second, person=gated.ama, seconds=1800, reason="Left", by=gated.by)
    actions.update_ledger(series_id=gated.series.pk)
    assert printed(gated.ama) == [(2, ["0.5"])]
    respond(gated.ama, gated.session)
    issue_answered()
    assert printed(gated.ama) == [(1, ["0.5"]), (2, ["0.5"])]


def test_certificate_whose_sessions_all_wait_is_revoked_with_the_true_reason(gated: Gated) -> None:
    for person in (gated.ama, gated.luc):
        respond(person, gated.second)
    respond(gated.luc, gated.session)
    gated.issue()
    attending.correct_attendance(session=gated.second, person=gated.ama, seconds=0, reason="Left", by=gated.by)
    actions.update_ledger(series_id=gated.series.pk)
    row = Certificate.objects.get(person=gated.ama)
    waits = "The credits changed, and a corrected certificate waits for the evaluation."
    assert (row.state, row.revoked_because) == ("revoked", waits)
    respond(gated.ama, gated.session)
    issue_answered()
    assert printed(gated.ama) == [(1, ["1"])]


def in_ledger(person: Person) -> list[tuple[int, Decimal]]:
    """Return number and credits of each session in the person's ledger."""
    rows = CreditEntry.objects.in_force().filter(person=person).order_by("session__number")
    return list(rows.values_list("session__number", "credits"))


def test_change_of_the_condition_alone_computes_the_ledger_again(gated: Gated) -> None:
    respond(gated.ama, gated.second)
    actions.update_ledger(series_id=gated.series.pk)
    assert in_ledger(gated.ama) == [(1, Decimal(0)), (2, Decimal(1))]
    Accreditation.objects.update(evaluation_required=False)
    assert actions.update_stale_ledgers() == 1
    assert in_ledger(gated.ama) == [(1, Decimal(1)), (2, Decimal(0))]
    Accreditation.objects.update(evaluation_required=True)
    assert actions.update_stale_ledgers() == 1
    assert in_ledger(gated.ama) == [(1, Decimal(0)), (2, Decimal(1))]
    assert actions.update_stale_ledgers() == 0


def test_change_of_the_condition_keeps_what_certificates_print(gated: Gated) -> None:
    respond(gated.ama, gated.second)
    gated.issue()
    before = printed(gated.ama)
    for is_required in (False, True):
        Accreditation.objects.update(evaluation_required=is_required)
        actions.update_stale_ledgers()
        assert (printed(gated.ama), in_ledger(gated.ama)) == (before, [(1, Decimal(0)), (2, Decimal(1))])
    assert Certificate.objects.filter(person=gated.ama).count() == 1


def test_end_of_the_condition_leaves_the_hub_to_issue_what_waited(gated: Gated, people: People) -> None:
    Accreditation.objects.update(max_credits=Decimal(12))
    respond(gated.ama, gated.second)
    gated.issue()
    assert (printed(gated.ama), series_waiting(gated.by)) == ([(2, ["1"])], [])
    client = signed_in_client(people.staff)
    here = reverse("admin:credits_accreditation_change", args=(gated.record.pk,))
    form = posted_fields(client, here)
    del form["evaluation_required"]
    assert client.post(here, form).status_code == 302
    assert [(row.series, row.people) for row in series_waiting(gated.by)] == [(gated.series, 2)]
    gated.issue()
    assert (printed(gated.ama), printed(gated.luc)) == ([(1, ["1"]), (2, ["1"])], [(1, ["1"]), (2, ["1"])])


def test_choice_of_equivalent_sessions_counts_the_answered_one(gated: Gated) -> None:
    type(gated.series).objects.filter(pk=gated.series.pk).update(choose_one=True)
    respond(gated.ama, gated.second)
    gated.issue()
    assert printed(gated.ama) == [(1, ["0"]), (2, ["1"])]
