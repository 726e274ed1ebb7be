"""The home page: the schedule with its filters (DESIGN.md 1)."""

import datetime as dt
import math
from itertools import groupby

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.vary import vary_on_headers

from accounts.models import Person
from accounts.time_zones import viewer_zone
from accounts.vocabularies import Language, Profession
from credits.queries.accreditations import of_each_kind, series_credit_words
from echo_portal.lib.addresses import plain_address, slug_address
from echo_portal.lib.bilingual import active_language, in_language
from echo_portal.lib.dates import RibbonCell, day_in, month_and_year, ribbon
from echo_portal.lib.forms import sorted_choices
from echo_portal.lib.methods import require_safe
from echo_portal.views import queries
from echo_portal.views.page_values import (
    Catalogue,
    Filter,
    Filters,
    Link,
    Month,
    NextSession,
    Option,
    Progress,
    SeriesLine,
    SessionRow,
)
from echo_portal.views.presenters import SessionContext, Viewer, load_context, minutes_of, session_row
from hubs.models import Hub
from sessions.feeds import language_feed_name, professions
from sessions.models import Series, Session
from sessions.presenters import next_session
from sessions.vocabularies import PracticeArea

FIRST_ROWS, MORE_ROWS, MAX_ROWS = 12, 20, 2000


@require_safe
@vary_on_headers("HX-Request", "Cookie")
def catalogue(request: HttpRequest) -> HttpResponse:
    """Display the schedule. Filters are a GET form, so that each result has a URL; htmx replaces only the schedule."""
    person = request.user if isinstance(request.user, Person) else None
    viewer = Viewer(person, timezone.now(), viewer_zone(request), active_language())
    hubs = queries.hubs_by_name()
    filters = _filters(request.GET, hubs, viewer.language)
    wanted, first = _wanted(request.GET, hubs), _first(request.GET)
    sessions = queries.agenda(viewer.now, first=first, **wanted)
    total = sessions[0].total if sessions else 0  # type: ignore[attr-defined]
    running = [] if request.htmx else queries.running_series(viewer.now)  # type: ignore[attr-defined]
    context = load_context(sessions, viewer, also_series=[row.pk for row in running])
    rows = _rows(sessions, viewer, context)
    page = Catalogue(
        filters=filters,
        total=total,
        everything=total or (queries.sessions_to_come(viewer.now).count() if filters.count else 0),
        months=months_of(rows, viewer.language),
        next=None if request.htmx else _next(sessions, rows, viewer),  # type: ignore[attr-defined]
        more_url=_more_url(request.GET, first) if total > first else "",
        more_count=min(MORE_ROWS, max(total - first, 0)),
        series=tuple(_series_line(row, context, viewer.language) for row in running),
        feed=_feed_of(filters),
    )
    template = "sessions/catalogue.html#agenda" if request.htmx else "sessions/catalogue.html"  # type: ignore[attr-defined]
    return render(request, template, {"catalogue": page})


def _rows(sessions: list[Session], viewer: Viewer, context: SessionContext) -> list[SessionRow]:
    """Return the rows of the schedule. Only the first row of each series contains the summary of the series."""
    firsts = {row.series_id: row.pk for row in reversed(sessions)}
    return [
        session_row(row, viewer, context, with_blurb=firsts[row.series_id] == row.pk, with_topics=True)
        for row in sessions
    ]


def _first(asked: QueryDict) -> int:
    shown = asked.get("show", "")
    return min(int(shown), MAX_ROWS) if shown.isdecimal() and len(shown) < 6 else FIRST_ROWS


def _more_url(asked: QueryDict, first: int) -> str:
    query = asked.copy()
    query["show"] = str(first + MORE_ROWS)
    return f"{reverse('catalogue')}?{query.urlencode()}"


def _wanted(asked: QueryDict, hubs: list[Hub]) -> queries.Wanted:
    """Return the requested filters. Unknown values are ignored, so that old URLs still work."""
    wanted: queries.Wanted = {}
    if (profession := asked.get("profession", "")) in Profession.values:
        wanted["profession"] = profession
    if (area := asked.get("area", "")) in PracticeArea.values:
        wanted["area"] = area
    if (hub := asked.get("hub", "")) in {row.slug for row in hubs}:
        wanted["hub"] = hub
    if (language := asked.get("language", "")) in Language.values:
        wanted["language"] = language
    if asked.get("credits"):
        wanted["credits"] = True
    return wanted


def _filters(asked: QueryDict, hubs: list[Hub], language: str) -> Filters:
    def select(name: str, label: str, everything: str, choices: list[tuple[str, str]]) -> Filter:
        chosen = asked.get(name, "")
        options = (Option("", everything), *(Option(value, text, value == chosen) for value, text in choices))
        return Filter(name, label, options)

    return Filters(
        selects=(
            select("profession", _("Profession"), _("All professions"), professions()),
            select("area", _("Practice area"), _("All areas"), sorted_choices(PracticeArea, "")[1:]),
            select("hub", _("Hub"), _("All hubs"), [(hub.slug, hub.name) for hub in hubs]),
            select(
                "language",
                _("Language"),
                _("English and French"),
                [("en", _("English")), ("fr", _("French"))],
            ),
        ),
        with_credits=bool(asked.get("credits")),
    )


def _feed_of(filters: Filters) -> Link | None:
    """Return a link to the calendar feed of the filter, if exactly one filter is in use and there is a feed for it."""
    if filters.count != 1:
        return None
    for select in filters.selects:
        if select.name in ("language", "profession", "hub"):
            for option in select.options:
                if option.selected and option.value:
                    name = language_feed_name(option.value) if select.name == "language" else option.text
                    return Link(name, f"{plain_address('calendars')}#{select.name}-{option.value}")
    return None


def months_of(rows: list[SessionRow], language: str) -> list[Month]:
    """Return the rows in groups by month. Rows without a date are one group."""

    def label(row: SessionRow) -> str:
        return month_and_year(row.shown_date, language) if row.shown_date else _("Date to be announced")

    return [Month(name, list(group)) for name, group in groupby(rows, key=label)]


def _next(sessions: list[Session], rows: list[SessionRow], viewer: Viewer) -> NextSession | None:
    session = next_session(sessions, viewer.now)
    if session is None or session.on_date is None:
        return None
    return NextSession(
        row=rows[sessions.index(session)],
        kicker=kicker_of_next(session, viewer),
        minutes=minutes_of(session),
        ribbon=ribbon_of(session, viewer),
    )


def ribbon_of(session: Session, viewer: Viewer) -> tuple[RibbonCell, ...]:
    """Return the start time across Canada, or () if the session has no hour."""
    return tuple(ribbon(session.starts_at, viewer.zone, viewer.language)) if session.starts_at else ()


def kicker_of_next(session: Session, viewer: Viewer) -> str:
    """Return a text such as "Next session, in 2 days", using dates in the visitor's time zone (Eastern if unknown)."""
    today = day_in(viewer.now, viewer.zone)
    if session.starts_at is None:
        return _in_days((session.on_date - today).days) if session.on_date else _("Next session")
    left = session.starts_at - viewer.now
    if left <= dt.timedelta():
        return _("Live now")
    minutes = math.ceil(left.total_seconds() / 60)
    if minutes < 120:
        return ngettext("Next session, in %(n)d minute", "Next session, in %(n)d minutes", minutes) % {"n": minutes}
    days = (day_in(session.starts_at, viewer.zone) - today).days
    if days == 0:
        hours = round(minutes / 60)
        return ngettext("Next session, in %(n)d hour", "Next session, in %(n)d hours", hours) % {"n": hours}
    return _in_days(days)


def _in_days(days: int) -> str:
    if days <= 0:
        return _("Next session, today")
    if days == 1:
        return _("Next session, tomorrow")
    return ngettext("Next session, in %(n)d day", "Next session, in %(n)d days", days) % {"n": days}


def _series_line(series: Series, context: SessionContext, language: str) -> SeriesLine:
    title, written_in = in_language(series, "title", language)
    total, held = series.total, series.held or 0  # type: ignore[attr-defined]
    words = [ngettext("%(n)d session", "%(n)d sessions", total) % {"n": total}]
    words += [series_credit_words(row) for row in of_each_kind(context.accreditations.get(series.pk, []))]
    return SeriesLine(
        title=title,
        url=slug_address("series", series.slug),
        summary=", ".join(words),
        progress=Progress(held, total),
        title_lang="" if written_in == language else written_in,
    )
