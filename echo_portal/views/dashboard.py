"""The page of the programme's figures, for coordinators, evaluators and Pallium staff (PRODUCT.md 7)."""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import second_factor
from accounts.actions import record
from accounts.models import Person
from accounts.vocabularies import Province
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_POST, require_safe
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.table_files import header_language, streamed_table_response, table_response
from echo_portal.reports import definitions, figures
from echo_portal.reports.counts import load_counts
from echo_portal.reports.exporting import LONG, ask_for_export
from echo_portal.reports.groups import load_groups
from echo_portal.reports.people_export import COLUMNS, may_export_people, people_count, people_table
from echo_portal.reports.row_exports import KINDS, codebook_of, row_count, rows_codebook, rows_table
from echo_portal.reports.selection import Selection, hubs_of_reader, periods
from echo_portal.reports.silence import TWELVE_MONTHS, silence
from echo_portal.reports.table import figures_codebook, figures_table
from evaluations.presenters import agreement_bar
from hubs.models import Hub
from sessions.models import Series

ON_THE_MAP = frozenset(["YT", "NT", "NU", "BC", "AB", "SK", "MB", "ON", "QC", "NL", "NB", "PE", "NS"])
HEAT = (0, 5, 100, 300, 600)  # the lowest counts of the five shades of the map


@dataclasses.dataclass(frozen=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@dataclasses.dataclass(frozen=True)
class Asked:
    """The possible choices of the form, and the person's selection. Unknown values select the first choice."""

    selection: Selection
    hubs: list[Hub]
    is_staff: bool
    choices: dict[str, list[Choice]]


def reader_required(view: Callable[[HttpRequest, Asked], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return the view, limited to signed-in people with a role that may see figures, who passed the second factor.

    Raises Http404 for other roles.
    """

    @login_required
    @functools.wraps(view)
    def checked(request: HttpRequest) -> HttpResponseBase:
        assert isinstance(request.user, Person)
        hubs = hubs_of_reader(request.user)
        if hubs is None:
            raise Http404
        if asked := second_factor.ask_unless_passed(request, reverse("dashboard")):
            return asked
        query = request.POST if request.method == "POST" else request.GET
        return view(request, _asked(query, hubs, is_staff=request.user.is_pallium_staff))

    return checked


@require_safe
@reader_required
def dashboard(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Display the figures of the selected period, hub and series."""
    selection, now, today = asked.selection, timezone.now(), timezone.localdate()
    groups = load_groups(selection.owners(), min(selection.period.first, today - TWELVE_MONTHS), today)
    counts = load_counts(selection, groups.attended)
    lines = figures.by_series(counts)
    current = figures.totals(selection, counts)
    through = figures.funnel(selection)
    before = selection.period.before
    context: dict[str, Any] = {
        "choices": asked.choices,
        "query": {name: chosen_value(options) for name, options in asked.choices.items()},
        "headlines": _headlines(current, _totals(selection.of(before)) if before else None),
        "national": None if asked.is_staff else _average(Selection(selection.period)),
        "totals": current,
        "sessions": figures.sessions_held(selection),
        "reached": figures.shown(through.attended),
        "new": through.new_shown,
        "rural": figures.rural(selection, groups),
        "serves_rural": figures.serves_rural(selection, groups),
        "credits": figures.credits_earned(selection),
        "lines": _widths(lines),
        "professions": figures.by_profession(selection, groups),
        "languages": figures.by_language(lines),
        "provinces": _tiles(figures.by_province(selection, groups)),
        "bars": [agreement_bar(result) for result in figures.feedback(counts, now)],
        "funnel": _steps(through),
        "silence": silence(selection.hubs, groups, today),
        "definitions": definitions.ALL,
        "is_staff": asked.is_staff,
        "may_export_people": isinstance(request.user, Person) and may_export_people(request.user),
    }
    return private(render(request, "dashboard.html", context))


def _totals(selection: Selection) -> figures.Totals:
    return figures.totals(selection, load_counts(selection))


def _average(selection: Selection) -> figures.Average:
    return figures.average(selection, load_counts(selection))


@require_POST
@reader_required
def dashboard_file(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Return the same figures as a file, and write an audit event."""
    header_in = header_language(request)
    rows = list(figures_table(asked.selection, timezone.now(), header_in=header_in))
    record(
        "figures-exported",
        about=f"figures:{asked.selection.period.code}",
        by=request.user if isinstance(request.user, Person) else None,
        scope_id=_only_hub(asked.selection),
        details={"lines": len(rows) - 1},
    )
    name = _("figures-%(period)s") % {"period": asked.selection.period.code}
    codebook = figures_codebook(header_in=header_in)
    return private(table_response(request, rows, file_name=name, codebook=codebook))


def _only_hub(selection: Selection) -> int | None:
    """Return the hub to which the audit event of a download belongs, if exactly one hub is selected, or None."""
    hubs = selection.hubs
    return next(iter(hubs)) if hubs and len(hubs) == 1 else None


@require_POST
@reader_required
def dashboard_rows(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    """Return registrations, attendances or credits as rows, and write an audit event.

    If there are more than `LONG` rows, a worker writes them later. Only Pallium staff may do so (PRODUCT.md 1), and
    they must have passed the second factor recently. Raises Http404 for others, and for an unknown kind.
    """
    kind = request.POST.get("rows", "")
    if not asked.is_staff or kind not in KINDS:
        raise Http404
    if answer := second_factor.ask_unless_recent(request, reverse("dashboard")):
        return answer
    assert isinstance(request.user, Person)
    lines = row_count(kind, asked.selection)
    if lines > LONG:
        return private(_asked_for_long_export(request, kind, asked.selection, request.user))
    period = asked.selection.period.code
    record(
        "rows-exported",
        about=f"figures:{period}",
        by=request.user,
        scope_id=_only_hub(asked.selection),
        details={"kind": kind, "lines": lines, "series": asked.selection.series},
    )
    french_header = header_language(request) == "fr"
    rows = rows_table(kind, asked.selection, french_header=french_header)
    name = f"{kind}-{period}"
    codebook = rows_codebook(kind, french_header=french_header)
    return private(streamed_table_response(request, rows, file_name=name, codebook=codebook))


@require_POST
@reader_required
def dashboard_people(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    """Return the people of the reader's hubs as rows with names and addresses, and write an audit event.

    Coordinators and Pallium staff may do so; they must have passed the second factor recently. Raises Http404 for
    others.
    """
    assert isinstance(request.user, Person)
    if not may_export_people(request.user):
        raise Http404
    if answer := second_factor.ask_unless_recent(request, reverse("dashboard")):
        return answer
    period = asked.selection.period.code
    record(
        "people-exported",
        about=f"figures:{period}",
        by=request.user,
        scope_id=_only_hub(asked.selection),
        details={"people": people_count(asked.selection, request.user), "series": asked.selection.series},
    )
    french_header = header_language(request) == "fr"
    rows = people_table(asked.selection, request.user, french_header=french_header)
    codebook = codebook_of(COLUMNS, french_header=french_header)
    return private(streamed_table_response(request, rows, file_name=f"people-{period}", codebook=codebook))


def _asked_for_long_export(request: HttpRequest, kind: str, selection: Selection, by: Person) -> HttpResponse:
    """Save the export for a worker, and redirect to the page with the person's exports."""
    file_format = "xlsx" if request.POST.get("format") == "xlsx" else "csv"
    try:
        ask_for_export(
            kind=kind,
            file_format=file_format,
            selection=selection,
            language=active_language(),
            by=by,
            french_header=header_language(request) == "fr",
        )
    except Refusal as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(
            request, _("The file is long, so it is being written. You can open it below when it is ready.")
        )
    return redirect("long_exports")


def _asked(query: QueryDict, hubs: list[Hub], *, is_staff: bool) -> Asked:
    offered = periods(timezone.localdate())
    period = next((one for one in offered if one.code == query.get("period")), offered[0])
    hub = next((one for one in hubs if one.slug == query.get("hub")), None)
    own = frozenset(one.pk for one in ([hub] if hub else hubs))
    chosen_hubs = None if is_staff and hub is None else own
    language = active_language()
    series = list(_series(chosen_hubs).order_by(f"title_{language}", "slug"))
    one_series = next((row for row in series if row.slug == query.get("series")), None)
    return Asked(
        selection=Selection(period, chosen_hubs, one_series.pk if one_series else None),
        hubs=hubs,
        is_staff=is_staff,
        choices={
            "period": [Choice(one.code, one.words, one == period) for one in offered],
            "series": [
                Choice("", _("All series"), one_series is None),
                *(Choice(row.slug, row.title, row == one_series) for row in series),
            ],
            "hub": [
                Choice("", _("All hubs") if is_staff else _("My hubs"), hub is None),
                *(Choice(one.slug, one.name, one == hub) for one in hubs),
            ],
        },
    )


def _series(hubs: frozenset[int] | None) -> Any:
    rows = Series.objects.published().only("slug", "title_en", "title_fr")
    return rows if hubs is None else rows.filter(hub__in=hubs)


def chosen_value(options: list[Choice]) -> str:
    return next((one.value for one in options if one.is_chosen), "")


@dataclasses.dataclass(frozen=True)
class Headline:
    """One of the five main figures, with its value in the previous period.

    For a percentage, it includes the two counts from which it is computed. `is_few` says that it has no value because
    it would be about one to four people.
    """

    definition: definitions.Definition
    value: int | None
    before: int | None
    share_of: tuple[int, int] | None
    is_few: bool = False


def _headlines(current: figures.Totals, before: figures.Totals | None) -> list[Headline]:
    shares = {
        "came": (current.attendances, current.registered_where_known),
        "responses": (current.answered, current.asked),
    }
    names = ("registrations", "attendances", "came", "certificates", "responses")
    return [
        Headline(
            definition,
            getattr(current, name),
            getattr(before, name) if before else None,
            shares.get(name),
            is_few=name == "responses" and figures.shown(current.answered) is None,
        )
        for definition, name in zip(definitions.HEADLINES, names, strict=True)
    ]


def _steps(funnel: figures.Funnel) -> list[tuple[definitions.Definition, int | None, int]]:
    """Return each step of the funnel: its definition, number of people, and width of its bar.

    Widths are in per cent of the first bar. The number is None, and the width zero, for one to four people.
    """
    counts = [figures.shown(count) for count in (funnel.registered, funnel.attended, funnel.answered, funnel.certified)]
    return [
        (definition, count, 100 * (count or 0) // (funnel.registered or 1))
        for definition, count in zip(definitions.FUNNEL, counts, strict=True)
    ]


def _widths(lines: list[figures.SeriesLine]) -> list[tuple[figures.SeriesLine, int, int]]:
    """Return each line with the widths of its two bars, in per cent of the longest bar."""
    longest = max((max(line.registrations, line.attendances) for line in lines), default=0) or 1
    return [(line, 100 * line.registrations // longest, 100 * line.attendances // longest) for line in lines]


def _tiles(shares: list[figures.Share]) -> list[tuple[str, str, int, int]]:
    """Return each province and territory of the map: code, name, count and shade."""
    counts = {share.code: share.count for share in shares}
    return [
        (code, str(name), counts.get(code, 0), sum(counts.get(code, 0) >= lowest for lowest in HEAT) - 1)
        for code, name in Province.choices
        if code in ON_THE_MAP
    ]
