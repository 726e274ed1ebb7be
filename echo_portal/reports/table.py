"""The figures of a selection as the rows of a file, with stable codes."""

import datetime as dt
from collections.abc import Iterator

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from echo_portal.lib.bilingual import active_language
from echo_portal.reports import definitions, figures
from echo_portal.reports.counts import load_counts
from echo_portal.reports.definitions import Definition
from echo_portal.reports.groups import load_groups
from echo_portal.reports.selection import Selection
from evaluations.queries.results import code_of

PERCENT = "percent"


def figures_table(selection: Selection, now: dt.datetime, *, header_in: str = "") -> Iterator[list[object]]:
    """Yield a header, then a row for each figure. `figures_codebook` says what the columns contain.

    The header is in the language `header_in`, or in the active one.

    Counts of a group of people are rounded to five, and counts of one to four people are left out (ADR 35, ADR 43).
    """
    yield [*_header(header_in)]
    groups = load_groups(selection.owners(), selection.period.first, selection.period.last)
    counts = load_counts(selection, groups.attended)
    total = figures.totals(selection, counts)
    through = figures.funnel(selection)
    held = figures.sessions_held(selection)
    rural, serves = figures.rural(selection, groups), figures.serves_rural(selection, groups)
    yield _line(definitions.SESSIONS, held.total)
    for group, count in (
        (_("national"), held.national),
        (_("of other hubs"), held.hub),
        (_("joint"), held.joint),
        (_("standalone"), held.standalone),
        (_("in a series"), held.in_series),
    ):
        yield _line(definitions.SESSIONS, count, group, dimension="session", base=held.total)
    yield _line(definitions.REGISTRATIONS, total.registrations)
    yield _line(definitions.ATTENDANCES, total.attendances)
    yield _people(definitions.PEOPLE, figures.shown(through.attended))
    yield _people(definitions.NEW_PEOPLE, through.new_shown)
    yield _line(definitions.CAME, total.came, unit=PERCENT, base=total.registered_where_known)
    yield _line(definitions.NO_SHOWS, total.missed, unit=PERCENT, base=total.registered_where_known)
    yield _line(definitions.CERTIFICATES, total.certificates)
    few = figures.shown(total.answered) is None
    yield _line(definitions.RESPONSES, total.responses, unit=PERCENT, base=total.asked, note=_few() if few else "")
    yield _line(definitions.RURAL, rural.percent, unit=PERCENT, base=rural.known)
    yield _line(definitions.SERVES_RURAL, serves.percent, unit=PERCENT, base=serves.known)
    yield _line(definitions.CREDITS, figures.credits_earned(selection), unit="credits")
    yield _people(definitions.REGISTERED_PEOPLE, figures.shown(through.registered))
    yield _people(definitions.ANSWERED_PEOPLE, figures.shown(through.answered))
    yield _people(definitions.CERTIFIED_PEOPLE, figures.shown(through.certified))
    lines = figures.by_series(counts)
    for line in lines:
        yield _line(
            definitions.REGISTRATIONS, line.registrations, line.title, dimension="series", base=total.registrations
        )
        yield _line(definitions.ATTENDANCES, line.attendances, line.title, dimension="series", base=total.attendances)
    rounded = _("Rounded to five. The groups need not add up to the total.")
    for dimension, shares in (
        ("profession", figures.by_profession(selection, groups)),
        ("province", figures.by_province(selection, groups)),
        ("language", figures.by_language(lines)),
    ):
        for share in shares:
            yield _line(
                definitions.ATTENDANCES,
                share.count,
                share.label,
                dimension=dimension,
                base=total.attendances,
                note=rounded,
            )
    for result in figures.feedback(counts, now):
        words = ngettext(
            "Percentage of 4 and 5, of %(count)s answer.",
            "Percentage of 4 and 5, of %(count)s answers.",
            result.answered,
        ) % {"count": intcomma(result.answered)}
        percent = round(100 * result.share(4, 5))
        text = result.question.text
        yield [f"agree:{code_of(result.question)}", text, "", percent, words, "", PERCENT, result.answered, ""]


def _line(
    definition: Definition,
    value: object,
    group: str = "",
    *,
    dimension: str = "",
    unit: str = "count",
    base: int | None = None,
    note: str = "",
) -> list[object]:
    first = [definition.code, str(definition.name), group, "" if value is None else value, str(definition.sentence)]
    return [*first, dimension, unit, "" if base is None else base, note]


def _people(definition: Definition, count: int | None) -> list[object]:
    return _line(definition, count, note=_few() if count is None else "")


def _few() -> str:
    return _("Fewer than five people, so it is not displayed.")


def _columns() -> list[tuple[str, str]]:
    """Return the columns of the file, each with what it contains. New columns are added at the end."""
    return [
        (_("code"), _("The stable code of the figure, the same in both languages.")),
        (_("figure"), _("The name of the figure.")),
        (_("group"), _("The group of which this is the count; empty for the whole selection.")),
        (_("value"), _("The figure itself; empty if it is not known or not displayed.")),
        (_("definition"), _("What is counted.")),
        (_("dimension"), _("What the group is of: session, series, profession, province or language; empty if none.")),
        (_("unit"), _("count, percent or credits")),
        (_("base"), _("The number of which the value is a part or a percentage; empty if there is none.")),
        (_("note"), _("Why there is no value, or how it was rounded.")),
    ]


def _header(header_in: str) -> list[str]:
    with translation.override(header_in or active_language()):
        return [capfirst(name) for name, _meaning in _columns()]


def figures_codebook(*, header_in: str = "") -> Iterator[list[str]]:
    """Yield a header, then a row for each figure, with code, name and definition, and one for each column."""
    yield [capfirst(_("code")), capfirst(_("figure")), capfirst(_("definition"))]
    for definition in definitions.ALL:
        yield [definition.code, str(definition.name), str(definition.sentence)]
    for name, (_name, meaning) in zip(_header(header_in), _columns(), strict=True):
        yield [name, capfirst(_("column")), meaning]
