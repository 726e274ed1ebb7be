"""Counts of fewer than five people are not displayed, and no count exceeds the total that it belongs to (ADR 43)."""

import csv

import pytest
from django.test import Client

from accounts.models import Person
from attendance.actions import take_roll_call
from echo_portal.reports import figures
from echo_portal.reports.counts import load_counts
from echo_portal.reports.groups import load_groups
from echo_portal.reports.selection import Selection, days
from evaluations.models import Invitation
from tests.admin.two_hubs import signed_in_client
from tests.attendance.held_session import register
from tests.reports.held import Held, day, store_sheets

pytestmark = pytest.mark.django_db
FEW = "Fewer than five people, so it is not displayed."
PATH, FILE = "/en/evaluation/", "/en/evaluation/figures.csv"


def more_people(held: Held, many: int) -> list[Person]:
    return [held.people.make(f"more-{number}@example.org", "P", province="ON") for number in range(many)]


def values(client: Client) -> dict[tuple[str, str], str]:
    """Return the values of the file or, if one is left out, the note."""
    text = client.post(FILE, {"period": "all"}).content.decode().removeprefix("\ufeff")
    return {(row["Code"], row["Group"]): row["Value"] or row["Note"] for row in csv.DictReader(text.splitlines())}


def page(client: Client) -> str:
    return " ".join(client.get(f"{PATH}?period=all").content.decode().split())


def test_few_people_are_not_counted_on_the_page_and_in_the_file(held: Held) -> None:
    client = signed_in_client(held.people.staff)
    found = values(client)
    names = ("people", "new-people", "registered-people")
    assert [found[name, ""] for name in names] == [FEW] * 3
    assert (found["answered-people", ""], found["attendances", ""]) == ("0", "4")
    assert ">people reached</a></dt><dd> fewer than five </dd>" in page(client)
    held.came(held.bc, *more_people(held, 2))
    assert values(client)["people", ""] == "5"
    assert ">people reached</a></dt><dd> 5 </dd>" in page(client)


def test_few_who_were_there_before_are_not_computed_by_subtraction(held: Held) -> None:
    held.came(held.programme.session(held.bc.series, 2, days=-200), held.people.ama)
    held.came(held.bc, *more_people(held, 6))
    selection = Selection(days(day(-30), day(0)))
    assert (figures.funnel(selection).attended, figures.funnel(selection).new) == (9, 8)
    assert figures.funnel(selection).new_shown is None


def test_few_answers_have_no_rate(held: Held) -> None:
    store_sheets(held.national, ["Good."] * 3)
    client = signed_in_client(held.people.staff)
    assert values(client)["responses", ""] == FEW
    assert "3 of 3" not in page(client).partition("gave feedback")[2].partition("</div>")[0]


def test_average_of_the_programme_rests_on_a_session_of_five(held: Held) -> None:
    client = signed_in_client(held.people.coordinator(held.programme.bc))
    assert "In the whole programme" not in page(client)
    held.came(held.national, *more_people(held, 5))
    assert "In the whole programme:" in page(client)


def test_feedback_is_counted_among_the_people_reached(held: Held) -> None:
    """Who pressed Join is asked, although their attendance is not confirmed."""
    store_sheets(held.national, ["Good."] * 6)
    funnel = figures.funnel(Selection(days(day(-30), day(0))))
    assert (funnel.registered, funnel.attended, funnel.answered) == (3, 3, 0)
    invitation = Invitation.objects.first()
    assert invitation is not None
    register(invitation.person, held.national)
    present = [held.people.ama, held.people.luc, held.people.stranger, invitation.person]
    take_roll_call(session=held.national, present=[one.pk for one in present], by=held.people.staff)
    funnel = figures.funnel(Selection(days(day(-30), day(0))))
    assert (funnel.registered, funnel.attended, funnel.answered) == (4, 4, 1)


def test_groups_are_multiples_of_five_and_do_not_exceed_the_attendances(held: Held) -> None:
    """Two sessions of six people from Ontario: what is left of the first one is displayed with the second."""
    everyone = more_people(held, 9)
    held.came(held.programme.session(held.bc.series, 2, days=-9), *everyone[:9])
    held.came(held.programme.session(held.bc.series, 3, days=-8), *everyone[:6])
    for first, last in ((-8, -8), (-9, -9), (-9, -8)):
        selection = Selection(days(day(first), day(last)))
        groups = load_groups(None, selection.period.first, selection.period.last)
        counts = load_counts(selection, groups.attended)
        total = figures.totals(selection, counts).attendances
        lines = figures.by_series(counts)
        shares = [*figures.by_province(selection, groups), *figures.by_language(lines)]
        assert [share for share in shares if share.count > total or share.count % 5] == []


def test_page_says_that_groups_need_not_add_up(held: Held) -> None:
    sentence = "Counts of groups are rounded to five, so they need not add up to the total."
    assert sentence in page(signed_in_client(held.people.staff))
