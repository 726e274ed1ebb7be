"""The pages of a series and of a session, and the registration form of a series."""

import datetime as dt
import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Person
from accounts.time_zones import viewer_zone
from credits.queries.accreditations import (
    complete_accreditations,
    covering,
    of_each_kind,
    series_credit_words,
    statement_in,
)
from echo_portal.lib.addresses import plain_address, slug_address
from echo_portal.lib.bilingual import active_language, in_language, lang_if_other
from echo_portal.lib.dates import Moment, moment, month_and_year
from echo_portal.lib.http import with_validators
from echo_portal.lib.methods import require_safe
from echo_portal.views import queries
from echo_portal.views.catalogue import kicker_of_next, ribbon_of
from echo_portal.views.material_access import access_to, opened_by
from echo_portal.views.offered_by import offered_by
from echo_portal.views.page_values import (
    Fact,
    Link,
    NextSession,
    Progress,
    Registering,
    SeriesPage,
    SessionPage,
    SessionRow,
    State,
)
from echo_portal.views.presenters import (
    SessionContext,
    Viewer,
    asks_for_key,
    key_for,
    load_context,
    minutes_of,
    resources_of,
    series_kicker,
    session_row,
)
from echo_portal.views.structured_data import as_script, event, event_series, picture_url
from registrations.links import registration_address, team_address
from registrations.queries.people import enrollment_of
from registrations.rules import waiting_list_moves
from registrations.views import register as registering
from sessions import calendar as sessions_calendar
from sessions.models import Series, Session
from sessions.presenters import hour_texts, next_session
from sessions.queries import published_series, recommended_before

NEEDS_KEY = gettext_lazy("You need an enrollment key, from your invitation or from the hub.")


def _viewer(request: HttpRequest) -> Viewer:
    person = request.user if isinstance(request.user, Person) else None
    key = request.GET.get("key", "")[:40]
    return Viewer(person, timezone.now(), viewer_zone(request), active_language(), key)


def _published(slug: str) -> Series:
    series = published_series(slug)
    if series is None:
        raise Http404
    return series


def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Display the registration page, with the accreditation of the series."""
    response: HttpResponse = registering.register(request, slug, credit_line=_credit_line)
    return response


def _credit_line(series: Series) -> str:
    found = complete_accreditations([series.pk]).get(series.pk, [])
    return "; ".join(series_credit_words(row) for row in of_each_kind(found))


@require_safe
def series_page(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = _viewer(request)
    found = queries.series_with_details(slug)
    if not found:
        raise Http404
    (series,) = found
    sessions = queries.sessions_of_series(series.pk)
    for session in sessions:
        session.series = series
    context = load_context(sessions, viewer, series=[series])
    rows = _timeline(series, sessions, viewer, context)
    return render(request, "sessions/series.html", {"series": _series_page(series, sessions, rows, viewer, context)})


def _timeline(series: Series, sessions: list[Session], viewer: Viewer, context: SessionContext) -> list[SessionRow]:
    unusual = hour_texts(series, sessions, viewer.zone)
    next_up = _next_session(sessions, viewer)
    rows: list[SessionRow] = []
    opened = opened_by(viewer, sessions)
    for session in sessions:
        over = session.is_over(viewer.now)
        rows.append(
            session_row(
                session,
                viewer,
                context,
                change="" if over else unusual.get(session.number, ""),
                resources=resources_of(session, is_registrant=session.pk in opened) if over else (),
                is_next=session is next_up,
            )
        )
    return rows


def _next_session(sessions: list[Session], viewer: Viewer) -> Session | None:
    """Return the next session if its date is known."""
    found = next_session(sessions, viewer.now)
    return found if found is not None and found.on_date else None


def _series_page(
    series: Series, sessions: list[Session], rows: list[SessionRow], viewer: Viewer, context: SessionContext
) -> SeriesPage:
    language = viewer.language
    title, title_language = in_language(series, "title", language)
    lead, lead_language = in_language(series, "summary", language)
    active = [row for row in sessions if not row.is_cancelled]
    held = sum(row.is_over(viewer.now) for row in active)
    next_up = _next_session(sessions, viewer)
    accreditations = of_each_kind(context.accreditations.get(series.pk, []))
    has_date = any(row.on_date and not row.is_over(viewer.now) for row in active)
    more_can_come = series.ongoing or held < len(active)
    upcoming = Progress(held, len(active)) if len(active) > 1 and not series.choose_one else None
    return SeriesPage(
        title=title,
        title_lang=lang_if_other(title_language, language),
        kicker=series_kicker(series, len(active)),
        lead=lead,
        lead_lang=lang_if_other(lead_language, language),
        rows=rows,
        facts=_series_facts(series, active, viewer, context),
        registering=_registering(series, active, viewer, context),
        progress=upcoming,
        progress_note=_recordings_note(series),
        next=_next_card(next_up, rows, viewer),
        notice=_("These dates have the same content: choose one.") if series.choose_one else "",
        calendar_url=slug_address("series_calendar", series.slug) if any(row.starts_at for row in sessions) else "",
        subscribe_url=f"{plain_address('calendars')}#series-{series.slug}" if more_can_come else "",
        tell_url="" if has_date and not series.ongoing else slug_address("tell_me", series.slug),
        tell_label=_("Tell me of the next date") if has_date else _("Tell me when there is a date"),
        more_follows=_("This series is open-ended: more dates follow.") if series.ongoing else "",
        team_url=team_address(series.slug, key=key_for(series, viewer, context)) if more_can_come else "",
        access=access_to(
            (resource for row in rows for resource in row.resources),
            series,
            viewer,
            here=slug_address("series", series.slug),
        ),
        accreditations=[statement_in(accreditation, language) for accreditation in accreditations],
        recommended_first=[
            Link(first.title, slug_address("series", first.slug)) for first in recommended_before(series)
        ],
        offered_by=offered_by(series.hub, series.partner_rows, series.offered_by, language),  # type: ignore[attr-defined]
        structured=as_script(event_series(series, sessions, language)),
        picture_url=picture_url(series),
    )


def _recordings_note(series: Series) -> str:
    return {
        Series.RecordingsFor.REGISTRANTS: _("Come to as many as you can; recordings are shared with registrants."),
        Series.RecordingsFor.ENROLLED: _("Come to as many as you can; a recording is shared for every session missed."),
        Series.RecordingsFor.PUBLIC: _("Recordings are open to everyone."),
    }.get(Series.RecordingsFor(series.recordings_for), "")


def _next_card(next_up: Session | None, rows: list[SessionRow], viewer: Viewer) -> NextSession | None:
    if next_up is None:
        return None
    row = next(row for row in rows if row.is_next)
    return NextSession(
        row=row,
        kicker=kicker_of_next(next_up, viewer),
        ribbon=ribbon_of(next_up, viewer),
    )


def _series_facts(series: Series, sessions: list[Session], viewer: Viewer, context: SessionContext) -> list[Fact]:
    language = viewer.language
    facts = []
    if days := sorted(row.on_date for row in sessions if row.on_date):
        first, last = month_and_year(days[0], language), month_and_year(days[-1], language)
        span = first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
        to_come = sum(not row.is_over(viewer.now) for row in sessions)
        small = ngettext("%(n)d to come", "%(n)d to come", to_come) % {"n": to_come}
        facts.append(Fact("calendar", _("Dates"), span, small))
    next_up = _next_session(sessions, viewer)
    if next_up is not None and next_up.starts_at and next_up.ends_at:
        when = moment(next_up.starts_at, next_up.ends_at, viewer.zone, language)
        facts.append(
            Fact(
                "clock",
                _("Next time"),
                _own_time(when),
                when.eastern_text if when.own_text else "",
            )
        )
    if found := of_each_kind(context.accreditations.get(series.pk, [])):
        first, *others = (series_credit_words(row) for row in found)
        facts.append(Fact("credit", _("Credits"), first, "; ".join(others)))
    facts.append(Fact("globe", _("Language"), _("French") if series.language == "fr" else _("English")))
    facts.append(Fact("video", _("Where"), _("Online, by video")))
    if series.free_of_charge:
        facts.append(Fact("heart", _("Cost"), _("Free")))
    return facts


def _own_time(when: Moment) -> str:
    text = when.own_text or when.eastern_text
    is_own = bool(when.own_text) or when.own_is_eastern
    return format_html('<span class="times__own">{}</span>', text) if is_own else text


def _registering(series: Series, sessions: list[Session], viewer: Viewer, context: SessionContext) -> Registering:
    """Return the values of the button beside a series. A printed key is displayed and added to its link."""
    to_come = [row for row in sessions if not row.is_over(viewer.now)]
    if not to_come and not series.ongoing:
        return Registering(url="", label="", note=_("Every session of this series has been held."), state=State.CLOSED)
    key = context.keys.get(series.pk, "")
    url = registration_address(series.slug, key=key_for(series, viewer, context))
    if viewer.person and enrollment_of(viewer.person, series.pk):
        return Registering(
            url=reverse("my_sessions"),
            label=_("See my sessions"),
            note=_("You are enrolled."),
            state=State.REGISTERED,
            key=key,
        )
    if asks_for_key(series, viewer, context):
        return Registering(url=url, label=_("Register"), note=str(NEEDS_KEY))
    note = ngettext(
        "About a minute. %(n)d session still to come.",
        "About a minute. %(n)d sessions still to come.",
        len(to_come),
    ) % {"n": len(to_come)}
    return Registering(url=url, label=_("Register"), note=note, key=key)


@require_safe
def session_page(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    viewer = _viewer(request)
    found = queries.session_with_details(session)
    if not found:
        raise Http404
    (row,) = found
    timed = [_timed(values) for values in row.timed_rows]  # type: ignore[attr-defined]
    context = load_context([row], viewer)
    change = hour_texts(row.series, timed, viewer.zone).get(row.number, "")
    over = row.is_over(viewer.now)
    shown = session_row(
        row,
        viewer,
        context,
        change="" if over else change,
        resources=resources_of(row, is_registrant=row.pk in opened_by(viewer, [row])) if over else (),
    )
    accreditations = covering(context.accreditations.get(row.series_id, []), row.on_date)
    lead, lead_language = in_language(row.series, "summary", viewer.language)
    page = SessionPage(
        row=shown,
        kicker=_("%(series)s, session %(number)s") % {"series": row.series.title, "number": row.number},
        facts=_session_facts(row, viewer),
        registering=_registering_for_session(shown, row, viewer),
        lead=lead,
        lead_lang=lang_if_other(lead_language, viewer.language),
        notice=_("This session was cancelled.") if row.is_cancelled else "",
        ribbon=() if over else ribbon_of(row, viewer),
        presenters=row.presenters,
        read_before=Link(row.read_before, row.read_before_url) if row.read_before else None,
        accreditations=[statement_in(accreditation, viewer.language) for accreditation in accreditations],
        calendar_url=reverse("session_calendar", kwargs={"session": row.public_id})
        if row.starts_at and not over
        else "",
        access=access_to(shown.resources, row.series, viewer, here=shown.url),
        offered_by=offered_by(row.series.hub, row.partner_rows, row.offered_by, viewer.language),  # type: ignore[attr-defined]
        structured=as_script(event(row, viewer.language)),
        picture_url=picture_url(row.series),
    )
    return render(request, "sessions/session.html", {"page": page})


def _timed(values: dict[str, Any]) -> Session:
    """Return an unsaved session with the number, date, start time and time zone in these values."""
    day, start = dt.date.fromisoformat(values["on_date"]), dt.time.fromisoformat(values["start_time"])
    return Session(number=values["number"], on_date=day, start_time=start, time_zone=values["time_zone"])


def _session_facts(session: Session, viewer: Viewer) -> list[Fact]:
    facts = []
    if minutes := minutes_of(session):
        facts.append(Fact("clock", _("Length"), ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}))
    facts.append(Fact("globe", _("Language"), _("French") if session.series.language == "fr" else _("English")))
    facts.append(Fact("video", _("Where"), _("Online, by video")))
    if session.series.free_of_charge:
        facts.append(Fact("heart", _("Cost"), _("Free")))
    return facts


def _full_note(session: Session, now: dt.datetime) -> str:
    if waiting_list_moves(session, now):
        return _("This session is full.")
    return _("This session is full. A place that becomes free goes to the first person who asks.")


def _registering_for_session(shown: SessionRow, session: Session, viewer: Viewer) -> Registering:
    labels: dict[State, tuple[str, str]] = {
        State.OPEN: (_("Register for this session"), "" if viewer.person else _("No account needed.")),
        State.FULL: (_("Join the waiting list"), _full_note(session, viewer.now)),
        State.CLAIM: (_("Take the free place"), _("A place is free, and goes to the first person who asks.")),
        State.JOIN: (_("Join now"), ""),
        State.REGISTERED: (_("See my sessions"), ""),
        State.WAITING: (_("See my sessions"), shown.waiting_words),
        State.HELD: ("", _("This session has been held.")),
        State.CANCELLED: ("", _("This session was cancelled.")),
    }
    label, note = labels[shown.state]
    if shown.asks_for_key and shown.state == State.OPEN:
        note = str(NEEDS_KEY)
    if shown.asks_for_key and shown.state == State.FULL:
        note = f"{note} {NEEDS_KEY}"
    if shown.press_url and shown.state == State.OPEN:
        note = _("One press, and you are registered.")
    url = shown.action_url if label else ""
    return Registering(url=url, label=label, note=note, state=shown.state, press_url=shown.press_url)


@require_safe
def session_calendar(request: HttpRequest, session: uuid.UUID) -> HttpResponse:
    """Return a public session as a calendar file (METHOD PUBLISH), without a joining link."""
    row = get_object_or_404(Session.objects.public().select_related("series__hub"), public_id=session)
    return _calendar_file(request, [row], _("session.ics"))


@require_safe
def series_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Return all public sessions of a series as one calendar file."""
    series = _published(slug)
    rows = list(Session.objects.filter(series=series).public().select_related("series__hub").in_order_of_time())
    return _calendar_file(request, rows, f"{series.slug}.ics")


def _calendar_file(request: HttpRequest, sessions: list[Session], filename: str) -> HttpResponse:
    entries: list[Any] = [sessions_calendar.public_entry(row, active_language()) for row in sessions]
    response = registering.calendar_response(sessions_calendar.calendar(entries, method="PUBLISH"), filename)
    return with_validators(request, response, (row.last_modified_at for row in sessions))
