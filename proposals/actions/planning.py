"""Plan an idea, move it between stages, and create a draft series from it."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.actions import record
from accounts.models import Person
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.zones import WallTimeError
from proposals import rules
from proposals.actions.messages import locked
from proposals.models import Inquiry, Plan, PlannedSession
from sessions.actions import add_drafts
from sessions.models import Series, Session
from sessions.models.series import MAX_SUMMARY
from sessions.queries import free_slug
from sessions.vocabularies import SeriesKind

KINDS = {
    Inquiry.Format.SERIES: SeriesKind.COMMUNITY,
    Inquiry.Format.SESSION: SeriesKind.WEBINAR,
    Inquiry.Format.WORKSHOP: SeriesKind.WORKSHOP,
}


@transaction.atomic
def save_plan(*, inquiry: Inquiry, values: dict[str, Any], sessions: Sequence[PlannedSession], by: Person) -> Plan:
    """Save the plan's values and replace its sessions by these. Raises Refusal if the inquiry is closed."""
    row, plan = _locked_plan(inquiry)
    for name, value in values.items():
        setattr(plan, name, value)
    plan.save()
    plan.sessions.all().delete()
    for session in sessions:
        session.pk, session.plan = None, plan
    PlannedSession.objects.bulk_create(sessions)
    record("plan-saved", about=row.about, by=by, scope_id=row.hub_id, details={"sessions": len(sessions)})
    return plan


@transaction.atomic
def move_to_stage(*, inquiry: Inquiry, stage: str, by: Person) -> Plan:
    """Move the idea to the next or the previous stage. The authors see the stage on their page.

    Raises Refusal if the plan is not ready for that stage.
    """
    row, plan = _locked_plan(inquiry)
    rules.check_can_move(plan, stage)
    before, plan.stage = plan.stage, stage
    plan.save(update_fields=["stage"])
    record("plan-moved", about=row.about, by=by, scope_id=row.hub_id, details={"from": before, "to": stage})
    return plan


@transaction.atomic
def make_series(*, inquiry: Inquiry, by: Person) -> Series:
    """Create a draft series of the hub from a planned idea, and return it.

    The planned sessions become draft sessions. The learning objectives are added to the summary. The series is not
    visible to the public until it is published. Raises Refusal if the idea is not planned, if a series was created from
    it before, or if the summary with the objectives is too long.
    """
    row, plan = _locked_plan(inquiry)
    rules.check_can_make_series(plan)
    series = Series(
        hub=row.hub,
        slug=free_slug(plan.title_en or plan.title_fr, otherwise=f"idea-{plan.pk}"),
        kind=KINDS[Inquiry.Format(row.format)],
        title_en=plan.title_en,
        title_fr=plan.title_fr,
        summary_en=_summary(plan, "en"),
        summary_fr=_summary(plan, "fr"),
        language=plan.language,
    )
    if max(len(series.summary_en), len(series.summary_fr)) > MAX_SUMMARY:
        sentence = _("The summary with the learning objectives is too long: shorten it to %(most)d characters in all.")
        raise Refusal(sentence % {"most": MAX_SUMMARY}, code="too-long")
    drafts = [
        Session(
            number=number,
            on_date=one.on_date,
            start_time=one.start_time,
            end_time=one.end_time,
            time_zone=plan.time_zone,
            presenters=one.presenters,
            **{f"title_{plan.language}": one.title},
        )
        for number, one in enumerate(plan.sessions.all(), start=1)
    ]
    try:
        add_drafts(series=series, sessions=drafts, source="idea", by=by)
    except WallTimeError as fault:
        raise Refusal(str(fault), code="wall-time") from fault
    plan.series = series
    plan.save(update_fields=["series"])
    record("plan-became-series", about=row.about, by=by, scope_id=row.hub_id, details={"series": series.pk})
    return series


def _summary(plan: Plan, language: str) -> str:
    """Return the summary in this language. If the sessions are in this language, the objectives are added to it."""
    summary: str = getattr(plan, f"summary_{language}")
    if plan.language != language or not plan.objectives:
        return summary
    with override(language):
        heading = _("By the end, participants will be able to:")
    lines = "\n".join(f"– {objective}" for objective in plan.objectives)
    return "\n\n".join(filter(None, [summary, f"{heading}\n{lines}"]))


def _locked_plan(inquiry: Inquiry) -> tuple[Inquiry, Plan]:
    """Return the locked inquiry and its plan. Raises Refusal if the inquiry is closed or is not an idea."""
    row = locked(inquiry)
    rules.check_open(row)
    plan = Plan.objects.filter(inquiry=row).select_related("series").first()
    if plan is None:
        raise Refusal(_("Only an idea has a plan."), code="no-idea")
    return row, plan
