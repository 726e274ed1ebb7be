"""Co-creation: the plan of an idea, its stages, and the draft series that it becomes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from echo_portal.lib.refusals import Refusal
from proposals.actions import close_inquiry, confirm_inquiry, make_series, move_to_stage, save_plan
from proposals.models import Inquiry, Plan, PlannedSession
from sessions.models import Series
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.people import People
from tests.proposals.forms import link_of, sent_idea

pytestmark = pytest.mark.django_db

WORDS = {
    "title_en": "Grief in small communities",
    "title_fr": "Le deuil en petite communauté",
    "summary_en": "For home care nurses.",
    "summary_fr": "Pour les infirmières à domicile.",
    "language": "en",
    "time_zone": "America/Vancouver",
    "objectives": ["assess grief", "support a family"],
    "learned": "",
}


@pytest.fixture
def inquiry(programme: Programme) -> Inquiry:
    receipt = sent_idea(programme.bc, title="Grief in small communities")
    return confirm_inquiry(inquiry=Inquiry.objects.get(pk=receipt.answer["inquiry"]))


def two_sessions() -> list[PlannedSession]:
    later = PlannedSession(title="Second", presenters=["Dr. Amara Nwosu", "Kim Lee"])
    first = PlannedSession(
        title="First", on_date=dt.date(2027, 1, 13), start_time=dt.time(12), end_time=dt.time(13), presenters=[]
    )
    return [later, first]


def planned(inquiry: Inquiry, people: People, **changes: Any) -> Plan:
    save_plan(inquiry=inquiry, values=WORDS | changes, sessions=two_sessions(), by=people.staff)
    for stage in ("shaping", "planned"):
        plan = move_to_stage(inquiry=inquiry, stage=stage, by=people.staff)
    return plan


def test_confirmed_idea_has_a_plan_with_its_title_and_other_inquiries_have_none(
    inquiry: Inquiry, programme: Programme
) -> None:
    plan = Plan.objects.get()
    assert (plan.inquiry, plan.stage, plan.title_en, plan.title_fr) == (inquiry, "idea", inquiry.title, "")
    assert plan.time_zone == "America/Vancouver", "the zone of the hub's province"
    other = sent_idea(programme.bc, kind="partner", organisation="Hospice", title="", format="", email="b@example.org")
    confirm_inquiry(inquiry=Inquiry.objects.get(pk=other.answer["inquiry"]))
    assert Plan.objects.count() == 1


def test_planned_idea_becomes_a_draft_series_with_everything_that_was_planned(
    inquiry: Inquiry, people: People, programme: Programme
) -> None:
    planned(inquiry, people)
    series = make_series(inquiry=inquiry, by=people.staff)
    assert (series.hub, series.state, series.kind, series.language) == (programme.bc, "draft", "community", "en")
    assert (series.slug, series.title_en, series.title_fr) == (
        "grief-in-small-communities",
        "Grief in small communities",
        "Le deuil en petite communauté",
    )
    assert series.summary_en == (
        "For home care nurses.\n\nBy the end, participants will be able to:\n– assess grief\n– support a family"
    )
    assert series.summary_fr == "Pour les infirmières à domicile."
    rows = series.sessions.order_by("number").values_list(
        "number", "title_en", "on_date", "start_time", "end_time", "time_zone", "presenters", "state"
    )
    zone = "America/Vancouver"
    assert list(rows) == [
        (1, "First", dt.date(2027, 1, 13), dt.time(12), dt.time(13), zone, [], "draft"),
        (2, "Second", None, None, None, zone, ["Dr. Amara Nwosu", "Kim Lee"], "draft"),
    ]
    events = set(AuditEvent.objects.filter(about=inquiry.about).values_list("verb", flat=True))
    assert {"plan-saved", "plan-moved", "plan-became-series"} <= events


def test_idea_becomes_a_series_once(inquiry: Inquiry, people: People) -> None:
    planned(inquiry, people)
    make_series(inquiry=inquiry, by=people.staff)
    with pytest.raises(Refusal, match="made already"):
        make_series(inquiry=inquiry, by=people.staff)
    assert Series.objects.count() == 1


def test_series_gets_an_address_that_no_other_has(inquiry: Inquiry, people: People, programme: Programme) -> None:
    programme.series("grief-in-small-communities")
    planned(inquiry, people)
    assert make_series(inquiry=inquiry, by=people.staff).slug == "grief-in-small-communities-2"


def test_idea_that_is_not_planned_becomes_no_series(inquiry: Inquiry, people: People) -> None:
    with pytest.raises(Refusal, match="Only a planned idea"):
        make_series(inquiry=inquiry, by=people.staff)
    assert Series.objects.count() == 0


def test_session_at_a_time_that_daylight_saving_skips_makes_no_series(inquiry: Inquiry, people: People) -> None:
    skipped = PlannedSession(
        title="Night", on_date=dt.date(2027, 3, 14), start_time=dt.time(2, 30), end_time=dt.time(3)
    )
    save_plan(inquiry=inquiry, values=WORDS | {"time_zone": "America/Toronto"}, sessions=[skipped], by=people.staff)
    for stage in ("shaping", "planned"):
        move_to_stage(inquiry=inquiry, stage=stage, by=people.staff)
    with pytest.raises(Refusal):
        make_series(inquiry=inquiry, by=people.staff)
    assert Series.objects.count() == 0


def test_idea_moves_one_stage_at_a_time_and_only_when_it_is_ready(inquiry: Inquiry, people: People) -> None:
    def refused(stage: str) -> str:
        with pytest.raises(Refusal) as refusal:
            move_to_stage(inquiry=inquiry, stage=stage, by=people.staff)
        return refusal.value.code

    assert [refused(stage) for stage in ("idea", "planned", "learned", "nonsense")] == ["stage"] * 4
    move_to_stage(inquiry=inquiry, stage="shaping", by=people.staff)
    assert refused("planned") == "unplanned"
    save_plan(inquiry=inquiry, values=WORDS | {"objectives": []}, sessions=two_sessions(), by=people.staff)
    assert refused("planned") == "unplanned"
    save_plan(inquiry=inquiry, values=WORDS, sessions=two_sessions(), by=people.staff)
    move_to_stage(inquiry=inquiry, stage="planned", by=people.staff)
    assert refused("running") == "no-series"
    make_series(inquiry=inquiry, by=people.staff)
    move_to_stage(inquiry=inquiry, stage="running", by=people.staff)
    assert refused("learned") == "nothing-learned"
    save_plan(inquiry=inquiry, values=WORDS | {"learned": "Shorter."}, sessions=[], by=people.staff)
    move_to_stage(inquiry=inquiry, stage="learned", by=people.staff)
    move_to_stage(inquiry=inquiry, stage="running", by=people.staff)
    close_inquiry(inquiry=inquiry, outcome="done", by=people.staff)
    assert refused("learned") == "closed"


def test_authors_see_the_stage_the_plan_and_the_templates(client: Client, inquiry: Inquiry, people: People) -> None:
    planned(inquiry, people)
    page = client.get(link_of(inquiry)).content.decode()
    expected = ["Stage 3 of 5: Planned", "assess grief", "Dr. Amara Nwosu", "Planning sheet of the series"]
    assert [words for words in expected if words not in page] == []


def rows_of(*rows: dict[str, str], total: int = 3) -> dict[str, str]:
    posted = {"rows-TOTAL_FORMS": str(total), "rows-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        posted |= {f"rows-{number}-{name}": value for name, value in row.items()}
    return posted


def shape(inquiry: Inquiry) -> str:
    return reverse("admin:proposals_inquiry_shape", args=(inquiry.pk,))


POSTED = WORDS | {"objectives": "assess grief\n\nsupport a family"}
FIRST = {"title": "First", "on_date": "2027-01-13", "start_time": "12:00", "end_time": "13:00", "presenters": "A\nB"}


def test_coordinator_plans_and_makes_the_series_on_the_desk(
    inquiry: Inquiry, people: People, programme: Programme
) -> None:
    desk = signed_in_client(people.coordinator(programme.bc))
    assert desk.post(shape(inquiry), POSTED | rows_of(FIRST, {}, {"title": "Later"})).status_code == 302
    plan = Plan.objects.get()
    assert plan.objectives == ["assess grief", "support a family"]
    assert [(one.title, one.presenters) for one in plan.sessions.all()] == [("First", ["A", "B"]), ("Later", [])]
    assert "First" in desk.get(shape(inquiry)).content.decode()
    stage = reverse("admin:proposals_inquiry_stage", args=(inquiry.pk,))
    assert desk.post(stage, {"stage": "running"}).status_code == 422
    for name in ("shaping", "planned"):
        assert desk.post(stage, {"stage": name}).status_code == 302
    series = reverse("admin:proposals_inquiry_series", args=(inquiry.pk,))
    assert "Wednesday, January 13, 2027" in desk.get(series).content.decode()
    answer = desk.post(series, follow=True)
    assert (answer.status_code, Series.objects.get().hub) == (200, programme.bc)
    assert "The learning objectives are in English only. Add them to the French summary." in answer.content.decode()
    assert "made already" in desk.post(series).content.decode()


@pytest.mark.parametrize(
    ("words", "row"),
    [
        ({"title_en": "", "title_fr": ""}, FIRST),
        ({"objectives": "x" * 151}, FIRST),
        ({"objectives": "\n".join("a" * 11)}, FIRST),
        ({"summary_en": "a\x00"}, FIRST),
        ({"time_zone": "Mars/Olympus"}, FIRST),
        ({}, FIRST | {"end_time": "11:00"}),
        ({}, FIRST | {"on_date": ""}),
        ({}, FIRST | {"on_date": "0026-01-13"}),
        (
            {"time_zone": "America/Toronto"},
            FIRST | {"on_date": "2027-03-14", "start_time": "02:30", "end_time": "03:30"},
        ),
        ({}, FIRST | {"title": "a\nb\x07"}),
        ({}, {"presenters": "\n".join("a" * 21)}),
    ],
    ids=str,
)
def test_impossible_plan_is_refused_with_a_sentence(
    inquiry: Inquiry, people: People, programme: Programme, words: dict[str, str], row: dict[str, str]
) -> None:
    desk = signed_in_client(people.coordinator(programme.bc))
    answer = desk.post(shape(inquiry), POSTED | words | rows_of(row))
    assert (answer.status_code, "errorlist" in answer.content.decode()) == (422, True)
    assert (Plan.objects.get().objectives, PlannedSession.objects.count()) == ([], 0)


def test_forged_number_of_rows_is_refused(inquiry: Inquiry, people: People, programme: Programme) -> None:
    desk = signed_in_client(people.coordinator(programme.bc))
    for total in ("", "9" * 400, "100000"):
        assert (
            desk.post(shape(inquiry), POSTED | {"rows-TOTAL_FORMS": total, "rows-INITIAL_FORMS": "0"}).status_code
            == 422
        )
    assert PlannedSession.objects.count() == 0


@pytest.mark.parametrize("act", ["shape", "stage", "series"])
def test_plan_of_another_hub_cannot_be_opened_or_changed(
    inquiry: Inquiry, people: People, programme: Programme, act: str
) -> None:
    planned(inquiry, people)
    other = signed_in_client(people.coordinator(programme.national))
    path = reverse(f"admin:proposals_inquiry_{act}", args=(inquiry.pk,))
    posted = POSTED | rows_of(FIRST) | {"stage": "shaping"}
    assert (other.get(path).status_code, other.post(path, posted).status_code) == (404, 404)
    assert (Plan.objects.get().stage, Series.objects.count()) == ("planned", 0)
