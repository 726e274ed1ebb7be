"""The run sheet of a session: times, who leads it, and who is registered, without addresses (PRODUCT.md 1)."""

import dataclasses
import datetime as dt
import functools
from collections.abc import Sequence
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.vocabularies import Profession, Province
from echo_portal.lib.bilingual import active_language, in_language
from echo_portal.lib.dates import date_long, instant, moment
from echo_portal.lib.pdf.rendering import Renderer
from registrations.models import Registration
from sessions.models import Session, SessionRole
from sessions.presenters import time_label, undated_label

EMPTY_LINES = range(6)  # for people who come without a registration


@dataclasses.dataclass(frozen=True)
class Line:
    """A person on the run sheet. `works_as` and `province` are "" if they are not known or were not stated."""

    name: str
    works_as: str
    province: str


@dataclasses.dataclass(frozen=True)
class RunSheet:
    title: str
    title_language: str
    series: str
    series_language: str
    when: str
    own_hours: str
    presenters: Sequence[str]
    roles: Sequence[tuple[str, str]]
    telephone: str
    people: Sequence[Line]
    waiting: Sequence[Line]
    made: str


def run_sheet(session: Session, now: dt.datetime) -> RunSheet:
    """Return the run sheet in the active language, using three queries. `session.series` must be loaded."""
    language = active_language()
    title, title_language = session.title_in(language)
    series, series_language = in_language(session.series, "title", language)
    places = Registration.objects.filter(session=session).select_related("person")
    return RunSheet(
        title=title,
        title_language=title_language,
        series=series,
        series_language=series_language,
        when=_when(session, language),
        own_hours=time_label(session) if session.start_time and session.time_zone != "America/Toronto" else "",
        presenters=session.presenters,
        roles=_roles(session),
        telephone=session.join_telephone,
        people=[_line(row) for row in places.registered().with_shown_name()],
        waiting=[_line(row) for row in places.waiting()],
        made=instant(now, None, language, year=True),
    )


def run_sheet_pdf(session: Session, *, now: dt.datetime, renderer: Renderer) -> bytes:
    """Return the run sheet in the active language as PDF/UA-1. Raises NotRenderedError."""
    html = render_to_string(
        "registrations/run_sheet_print.html",
        {
            "sheet": run_sheet(session, now),
            "language": active_language(),
            "made_on": now.date().isoformat(),
            "empty_lines": EMPTY_LINES,
        },
    )
    return renderer.render(html, style=_style(), images={})


def _roles(session: Session) -> list[tuple[str, str]]:
    """Return the people with a role, by role. Presenters are among them only if the session names none itself."""
    rows = list(SessionRole.objects.filter(session=session).order_by("name", "pk"))
    shown = [role for role in SessionRole.Role if role != SessionRole.Role.PRESENTER or not session.presenters]
    named = [(str(role.label), "; ".join(row.name for row in rows if row.role == role)) for role in shown]
    return [(label, names) for label, names in named if names]


def _when(session: Session, language: str) -> str:
    if session.on_date is None:
        return undated_label(session)
    if session.starts_at is None or session.ends_at is None:
        if session.is_over(timezone.now()):
            return date_long(session.on_date, language)
        return _("%(date)s, hour to be announced") % {"date": date_long(session.on_date, language)}
    found = moment(session.starts_at, session.ends_at, None, language)
    return f"{date_long(found.eastern_date, language)}, {found.eastern_text}"


def _line(row: Registration) -> Line:
    profession = row.person.profession if row.is_confirmed else row.form_profession
    province = row.person.province if row.is_confirmed else row.form_province
    return Line(
        name=row.shown_name,
        works_as="" if profession in ("", Profession.UNSAID) else str(Profession(profession).label),
        province="" if province in ("", Province.UNSAID) else str(Province(province).label),
    )


@functools.cache
def _style() -> str:
    return Path(__file__).with_name("run_sheet.css").read_text()
