"""Home: the schedule is the interface (DESIGN.md 1)."""

import datetime as dt
from itertools import groupby

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.clock import viewer_zone
from accounts.models import Person
from accounts.vocabularies import Language, Profession
from credits.models import Accreditation
from credits.queries import complete_accreditations, series_credit_words
from echo_portal.lib.bilingual import active_language, in_language
from echo_portal.lib.dates import day_in, month_and_year, ribbon
from echo_portal.lib.forms import sorted_choices
from echo_portal.views.from_models import Looking, minutes_of, session_rows
from echo_portal.views.rows import (
    Catalogue,
    Filter,
    Filters,
    Month,
    NextSession,
    Option,
    Progress,
    SeriesLine,
    SessionRow,
)
from hubs.models import Hub
from sessions.models import Series, Session, SessionQuerySet
from sessions.vocabularies import PracticeArea

FIRST_ROWS, MORE_ROWS, MOST_ROWS = 12, 20, 2000


@require_safe
@vary_on_headers("HX-Request", "Cookie")
def catalogue(request: HttpRequest) -> HttpResponse:
    """Filters are a GET form, so every result has an address; htmx replaces the agenda alone."""
    person = request.user if isinstance(request.user, Person) else None
    looking = Looking(person, timezone.now(), viewer_zone(request), active_language())
    hubs = list(Hub.objects.all())
    filters = _filters(request.GET, hubs, looking.language)
    to_come = Session.objects.public().to_come(looking.now).filter(_dated_or_announced())
    matching = _matching(to_come, request.GET, hubs)
    wanted = _wanted(request.GET)
    total = matching.count()
    sessions = list(matching.in_order_of_time().select_related("series__hub")[:wanted])
    rows = session_rows(sessions, looking, with_blurb=True)
    page = Catalogue(
        filters=filters,
        total=total,
        everything=to_come.count() if filters.count and not total else total,
        months=_months(rows, looking.language),
        next=None if request.htmx else _next(sessions, rows, looking),  # type: ignore[attr-defined]
        more_url=_more_url(request.GET, wanted) if total > wanted else "",
        more_count=min(MORE_ROWS, max(total - wanted, 0)),
        series=[] if request.htmx else _series_lines(looking),  # type: ignore[attr-defined]
    )
    template = "sessions/catalogue.html#agenda" if request.htmx else "sessions/catalogue.html"  # type: ignore[attr-defined]
    return render(request, template, {"catalogue": page})


def _dated_or_announced() -> Q:
    """Sessions that are only counted ("14 sessions") are on their series' page, not in the agenda."""
    return Q(on_date__isnull=False) | ~(Q(title_en="") & Q(title_fr=""))


def _wanted(asked: QueryDict) -> int:
    shown = asked.get("show", "")
    return min(int(shown), MOST_ROWS) if shown.isdecimal() and len(shown) < 6 else FIRST_ROWS


def _more_url(asked: QueryDict, wanted: int) -> str:
    query = asked.copy()
    query["show"] = str(wanted + MORE_ROWS)
    return f"{reverse('catalogue')}?{query.urlencode()}"


def _matching(sessions: SessionQuerySet, asked: QueryDict, hubs: list[Hub]) -> SessionQuerySet:
    """Unknown values filter nothing: an old address still shows the programme."""
    if (profession := asked.get("profession", "")) in Profession.values:
        # A series that names no audience is for everybody.
        everybody = Q(series__audience_professions=[])
        sessions = sessions.filter(Q(series__audience_professions__contains=[profession]) | everybody)
    if (area := asked.get("area", "")) in PracticeArea.values:
        sessions = sessions.filter(series__practice_areas__contains=[area])
    if (hub := asked.get("hub", "")) in {row.slug for row in hubs}:
        joint = Series.partner_hubs.through.objects.filter(hub__slug=hub).values("series_id")
        sessions = sessions.filter(Q(series__hub__slug=hub) | Q(series__in=joint))
    if (language := asked.get("language", "")) in Language.values:
        sessions = sessions.filter(series__language=language)
    if asked.get("credits"):
        certified = Accreditation.objects.complete().values("series_id")
        sessions = sessions.filter(series__in=certified)
    return sessions


def _filters(asked: QueryDict, hubs: list[Hub], language: str) -> Filters:
    def select(name: str, label: str, everything: str, choices: list[tuple[str, str]]) -> Filter:
        chosen = asked.get(name, "")
        options = [Option("", everything), *(Option(value, text, value == chosen) for value, text in choices)]
        return Filter(name, label, options)

    return Filters(
        selects=[
            select("profession", _("Profession"), _("All professions"), sorted_choices(Profession, "")[1:-2]),
            select("area", _("Practice area"), _("All areas"), sorted_choices(PracticeArea, "")[1:]),
            select("hub", _("Hub"), _("All hubs"), [(hub.slug, hub.name) for hub in hubs]),
            select(
                "language",
                _("Language"),
                _("English and French"),
                [("en", _("English")), ("fr", _("French"))],
            ),
        ],
        with_credits=bool(asked.get("credits")),
    )


def _months(rows: list[SessionRow], language: str) -> list[Month]:
    def label(row: SessionRow) -> str:
        return month_and_year(row.shown_date, language) if row.shown_date else _("Date to be announced")

    return [Month(name, list(group)) for name, group in groupby(rows, key=label)]


def _next(sessions: list[Session], rows: list[SessionRow], looking: Looking) -> NextSession | None:
    for session, row in zip(sessions, rows, strict=True):
        if session.starts_at is not None and not session.is_cancelled:
            minutes = minutes_of(session)
            return NextSession(
                row=row,
                kicker=kicker_of_next(session, looking),
                summary=_("%(series)s, %(minutes)d minutes online") % {"series": row.series_title, "minutes": minutes},
                ribbon=ribbon(session.starts_at, looking.zone, looking.language),
            )
    return None


def kicker_of_next(session: Session, looking: Looking) -> str:
    """Next session, in 2 days: of the visitor's calendar (Eastern where her zone is not known)."""
    if session.starts_at is None:
        return _("Next session")
    left = session.starts_at - looking.now
    if left <= dt.timedelta():
        return _("Live now")
    days = (day_in(session.starts_at, looking.zone) - day_in(looking.now, looking.zone)).days
    if days == 0:
        hours = max(round(left.total_seconds() / 3600), 1)
        return ngettext("Next session, in %(n)d hour", "Next session, in %(n)d hours", hours) % {"n": hours}
    if days == 1:
        return _("Next session, tomorrow")
    return ngettext("Next session, in %(n)d day", "Next session, in %(n)d days", days) % {"n": days}


def _series_lines(looking: Looking) -> list[SeriesLine]:
    """Series of several sessions that are running, at most eight, those with the most to come first."""
    live = Q(sessions__state__in=[Session.State.PUBLISHED, Session.State.RESCHEDULED])
    over = Q(sessions__over_at__lte=looking.now)
    series = list(
        Series.objects.published()
        .annotate(total=Count("sessions", filter=live), held=Count("sessions", filter=live & over))
        .filter(total__gt=1)
        .exclude(choose_one=True)
        .order_by("-total", "slug")[:12]
    )
    running = [row for row in series if row.held < row.total][:8]  # type: ignore[attr-defined]
    accreditations = complete_accreditations([row.pk for row in running])
    lines = []
    for row in running:
        title, written_in = in_language(row, "title", looking.language)
        total, held = row.total, row.held  # type: ignore[attr-defined]
        words = [ngettext("%(n)d session", "%(n)d sessions", total) % {"n": total}]
        words += [series_credit_words(accreditation) for accreditation in accreditations.get(row.pk, [])[:1]]
        lines.append(
            SeriesLine(
                title=title,
                url=reverse("series", kwargs={"slug": row.slug}),
                summary=", ".join(words),
                progress=Progress(held, total),
                title_lang="" if written_in == looking.language else written_in,
            )
        )
    return lines
