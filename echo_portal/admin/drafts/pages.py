"""The page that proposes draft sessions, which a coordinator edits and accepts. Nothing is saved before that."""

import dataclasses
import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions import RepeatedForm, claim_form_key
from accounts.admin_scope import signed_in_person
from echo_portal.admin.drafts.forms import DraftForm, NewSeriesForm, drafts_formset, initial_of, next_numbers
from echo_portal.admin.drafts.sources import Proposal, SourceForm, mark_clashes, mark_holidays, today
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.zones import EASTERN
from hubs.admin_scope import HubScopedAdmin
from hubs.models import Hub
from sessions.actions import add_drafts
from sessions.models import Series
from sessions.schedule_text.checks import check_whole
from sessions.schedule_text.draft_rows import DraftRow, Finding, Level
from sessions.schedule_text.review import review
from sessions.schedule_text.sentences import common_findings, level_of, sentence
from sessions.schedule_text.titles import language_of

FORM = "drafts"
# Findings about the text, which remain when rows are edited.
OF_THE_TEXT = ("key-named", "key-said", "dates-left", "hours-left")


@dataclasses.dataclass(frozen=True)
class CheckedRow:
    """The form of a draft, with sentences about its findings and the level of each finding."""

    form: DraftForm
    findings: list[tuple[Level, str]]
    beside: list[str]


def drafts_page(
    page: HubScopedAdmin, request: HttpRequest, kind: type[SourceForm], series: Series | None
) -> HttpResponse:
    """Display the source form, then the proposed sessions with their findings, and finally create the accepted drafts.

    The drafts are added to `series`, or to a new series if it is None.
    """
    posted = request.method == "POST"
    person = signed_in_person(request)
    step = request.POST.get("step", "")
    hubs = [series.hub] if series else list(Hub.objects.editable_by(person)[:2])
    hub = hubs[0] if len(hubs) == 1 else None
    source = kind(request.POST if posted else None, person=person, hub=hub)
    if not posted or not source.is_valid():
        return _answer(page, request, "source", {"source": source, "series": series})
    if step == "source":
        source = kind(initial={name: request.POST.get(name, "") for name in source.fields}, person=person, hub=hub)
        return _answer(page, request, "source", {"source": source, "series": series})
    proposal = source.proposal().with_holidays(source.province)
    forms = _Forms(request, source, proposal, series, fresh=step not in ("check", "accept", "more"))
    refused = ""
    if step == "accept" and forms.are_valid():
        try:
            made = _accept(request, forms, source)
        except Refusal as refusal:
            refused = refusal.sentence
        else:
            return _done(page, request, made, len(forms.drafts.taken))
    return _answer(page, request, "check", _checked(request, source, proposal, forms, refused, series))


class _Forms:
    """The forms of the page, filled from the proposal at first and from the posted values afterwards."""

    def __init__(
        self, request: HttpRequest, source: SourceForm, proposal: Proposal, series: Series | None, *, fresh: bool
    ) -> None:
        self.series = series
        self.taken = taken = set(series.sessions.values_list("number", flat=True)) if series else set()
        data = None if fresh else _with_more(request.POST)
        self.is_bound = data is not None
        self.drafts = drafts_formset(data, initial=_initial(proposal, taken) if fresh else None, taken_numbers=taken)
        new = source.new_series()
        initial = {} if new.kind else {"kind": "community", "language": proposal.language or active_language()}
        initial["key_text"] = proposal.key
        if proposal.title:
            initial[f"title_{language_of(proposal.title) or proposal.language or 'en'}"] = proposal.title
        self.head = None if series else NewSeriesForm(data, instance=new, initial=initial, prefix="series")

    def are_valid(self) -> bool:
        valid = [form.is_valid() for form in (self.head, self.drafts) if form is not None]
        return all(valid)


def _with_more(posted: QueryDict) -> QueryDict:
    """Return the posted values, with one more empty row if the button "more" was pressed."""
    if posted.get("step") != "more":
        return posted
    data = posted.copy()
    total = posted.get("rows-TOTAL_FORMS", "")
    if total.isdecimal() and len(total) < 4:
        data["rows-TOTAL_FORMS"] = str(int(total) + 1)
        data[f"rows-{total}-take"] = "on"
        data[f"rows-{total}-time_zone"] = posted.get("rows-0-time_zone", EASTERN)
    return data


def _initial(proposal: Proposal, taken: set[int]) -> list[dict[str, Any]]:
    zones = [row.zone for row in proposal.rows if row.zone]
    zone = max(set(zones), key=zones.count) if zones else EASTERN
    numbers = next_numbers(proposal.rows, taken)
    return [initial_of(row, number, zone) for row, number in zip(proposal.rows, numbers, strict=True)]


def _accept(request: HttpRequest, forms: _Forms, source: SourceForm) -> Series | None:
    """Save the drafts and return their series, or None if this form was already accepted. Raises Refusal."""
    try:
        key = uuid.UUID(request.POST.get("form_key", ""))
    except ValueError:
        raise Refusal(_("Read the schedule again and accept it then."), code="form-key") from None
    series = forms.series or (forms.head.instance if forms.head else None)
    assert series is not None
    try:
        with transaction.atomic():
            claim_form_key(key=key, form=FORM, content=source.page_name)
            add_drafts(
                series=series,
                sessions=[form.instance for form in forms.drafts.taken],
                source=source.page_name,
                by=signed_in_person(request),
                key_text=forms.head.cleaned_data["key_text"] if forms.head else "",
            )
    except RepeatedForm:
        return None
    return series


def _done(page: HubScopedAdmin, request: HttpRequest, series: Series | None, count: int) -> HttpResponse:
    if series is None:
        page.message_user(request, _("These drafts were made already."), messages.WARNING)
        return HttpResponseRedirect(reverse("admin:echo_sessions_series_changelist"))
    words = ngettext(
        "%(count)d draft session is made. Nobody sees it before it is published.",
        "%(count)d draft sessions are made. Nobody sees them before they are published.",
        count,
    )
    page.message_user(request, words % {"count": count}, messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:echo_sessions_series_desk", args=(series.pk,)))


# --- findings


def _checked(
    request: HttpRequest,
    source: SourceForm,
    proposal: Proposal,
    forms: _Forms,
    refused: str,
    series: Series | None,
) -> dict[str, Any]:
    rows = proposal.rows
    findings = proposal.findings
    if forms.is_bound:
        forms.are_valid()
        rows, findings = _reviewed(proposal, forms, source.province)
    findings = _not_there(findings, forms.taken)
    common = common_findings(rows)
    codes = [finding.code for finding in common]
    read = [*proposal.rows, *[None] * len(forms.drafts.forms)]
    if series:
        mark_clashes(rows, series)
    checked = [
        CheckedRow(form, [*_taken_number(row, forms), *_sentences(row, codes)], _beside(before))
        for form, row, before in zip(forms.drafts.forms, rows, read, strict=False)
    ]
    return {
        "source": source,
        "series": series,
        "head": forms.head,
        "drafts": forms.drafts,
        "checked": checked,
        "whole": [(level_of(finding), sentence(finding, active_language())) for finding in [*findings, *common]],
        "not_understood": proposal.not_understood,
        "headings": proposal.headings,
        "count": len(forms.drafts.taken) if forms.is_bound else len(rows),
        "refused": refused,
        "has_errors": forms.is_bound and not forms.are_valid(),
        "form_key": request.POST.get("form_key") or uuid.uuid4(),
    }


def _reviewed(proposal: Proposal, forms: _Forms, province: str) -> tuple[list[DraftRow], list[Finding]]:
    """Return the edited rows, with findings for the selected ones, and the findings about the schedule as a whole."""
    edited = [form.row() for form in forms.drafts.forms]
    read: list[DraftRow | None] = [*proposal.rows[: len(edited)], *[None] * (len(edited) - len(proposal.rows))]
    taken = [(before, row) for before, row, form in zip(read, edited, forms.drafts.forms, strict=True) if form.is_taken]
    review([before for before, _row in taken], [row for _before, row in taken], as_of=today())
    mark_holidays([row for _before, row in taken], province)
    announced = {finding.code: finding.values for finding in proposal.findings}
    whole = check_whole(
        [row for _before, row in taken],
        credits=announced.get("credits-differ", {}).get("credits"),
        session_count=announced.get("count-differs", {}).get("announced"),
    )
    return edited, [*whole, *(finding for finding in proposal.findings if finding.code in OF_THE_TEXT)]


def _not_there(findings: list[Finding], taken: set[int]) -> list[Finding]:
    """Return the findings without the missing numbers that sessions of the series have."""
    gaps = [finding for finding in findings if finding.code == "number-gap"]
    missing = [number for finding in gaps for number in finding.values["numbers"] if number not in taken]
    others = [finding for finding in findings if finding.code != "number-gap"]
    return [*others, *([Finding("number-gap", {"numbers": missing})] if missing else [])]


def _taken_number(row: DraftRow, forms: _Forms) -> list[tuple[Level, str]]:
    """Return the error about a number that the series has, before the forms are sent and say so themselves."""
    if forms.is_bound or row.number not in forms.taken:
        return []
    return [(Level.ERROR, _("The series has a session with this number already."))]


def _sentences(row: DraftRow, common: list[str]) -> list[tuple[Level, str]]:
    order = list(Level)
    found = [finding for finding in row.findings if finding.code not in common]
    found.sort(key=lambda finding: order.index(level_of(finding)))
    return [(level_of(finding), sentence(finding, active_language())) for finding in found]


def _beside(row: DraftRow | None) -> list[str]:
    return [*row.links, *row.beside] if row else []


def _answer(page: HubScopedAdmin, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    series: Series | None = context["series"]
    if series:
        back = reverse("admin:echo_sessions_series_desk", args=(series.pk,))
    else:
        back = reverse("admin:echo_sessions_series_changelist")
    whole = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": context["source"].title,
        "back": back,
        "back_words": str(series) if series else "",
    }
    return TemplateResponse(request, f"admin/drafts/{name}.html", {**whole, **context})
