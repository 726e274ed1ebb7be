"""The figures of a selection as the rows of a file, with stable codes."""

import datetime as dt
from collections.abc import Iterator

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from echo_portal.reports import definitions, figures
from echo_portal.reports.counts import load_counts
from echo_portal.reports.definitions import Definition
from echo_portal.reports.groups import load_groups
from echo_portal.reports.selection import Selection
from evaluations.queries.results import code_of


def figures_table(selection: Selection, now: dt.datetime) -> Iterator[list[object]]:
    """Yield a header, then a row for each figure: code, name, group, value and definition.

    Shares are whole percentages. Counts of a group of people are rounded to five (ADR 35).
    """
    yield [capfirst(str(label)) for label in (_("code"), _("figure"), _("group"), _("value"), _("definition"))]
    groups = load_groups(selection.owners(), selection.period.first, selection.period.last)
    counts = load_counts(selection, groups.attended)
    total = figures.totals(selection, counts)
    through = figures.funnel(selection)
    held = figures.sessions_held(selection)
    yield _line(definitions.SESSIONS, held.total)
    for group, count in (
        (_("national"), held.national),
        (_("of other hubs"), held.hub),
        (_("joint"), held.joint),
        (_("standalone"), held.standalone),
        (_("in a series"), held.in_series),
    ):
        yield _line(definitions.SESSIONS, count, group)
    yield _line(definitions.REGISTRATIONS, total.registrations)
    yield _line(definitions.ATTENDANCES, total.attendances)
    yield _line(definitions.PEOPLE, through.attended)
    yield _line(definitions.NEW_PEOPLE, through.new)
    yield _line(definitions.CAME, total.came)
    yield _line(definitions.CERTIFICATES, total.certificates)
    yield _line(definitions.RESPONSES, total.responses)
    yield _line(definitions.RURAL, figures.rural(selection, groups).percent)
    yield _line(definitions.SERVES_RURAL, figures.serves_rural(selection, groups).percent)
    yield _line(definitions.CREDITS, figures.credits_earned(selection))
    yield _line(definitions.REGISTERED_PEOPLE, through.registered)
    yield _line(definitions.ANSWERED_PEOPLE, through.answered)
    yield _line(definitions.CERTIFIED_PEOPLE, through.certified)
    lines = figures.by_series(counts)
    for line in lines:
        yield _line(definitions.REGISTRATIONS, line.registrations, line.title)
        yield _line(definitions.ATTENDANCES, line.attendances, line.title)
    for shares in (
        figures.by_profession(selection, groups),
        figures.by_province(selection, groups),
        figures.by_language(lines),
    ):
        for share in shares:
            yield _line(definitions.ATTENDANCES, share.count, share.label)
    for result in figures.feedback(counts, now):
        yield [
            f"agree:{code_of(result.question)}",
            result.question.text,
            "",
            round(100 * result.share(4, 5)),
            _("Percentage of 4 and 5, of %(count)d answers.") % {"count": result.answered},
        ]


def _line(definition: Definition, value: object, group: str = "") -> list[object]:
    return [definition.code, str(definition.name), group, "" if value is None else value, str(definition.sentence)]


def figures_codebook() -> Iterator[list[str]]:
    """Yield a header, then a row for each figure: code, name and definition."""
    yield [capfirst(_("code")), capfirst(_("figure")), capfirst(_("definition"))]
    for definition in definitions.ALL:
        yield [definition.code, str(definition.name), str(definition.sentence)]
