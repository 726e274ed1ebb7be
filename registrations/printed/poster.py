"""The poster of a series: one sheet in both languages, with the address of the form as text and as a QR code."""

import dataclasses
import datetime as dt
import functools
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from echo_portal.lib.bilingual import LANGUAGES, in_language
from echo_portal.lib.dates import date_long, moment
from echo_portal.lib.pdf.rendering import Renderer
from echo_portal.lib.pdf.square_code import square_code
from hubs.models import Programme
from registrations.links import form_url
from sessions.models import EnrollmentKey, Series, Session
from sessions.presenters import spoken_in

DATES = 4  # of further dates, only the number is printed, so that both languages fit on one sheet


@dataclasses.dataclass(frozen=True)
class Side:
    """The poster's text in one language."""

    language: str
    project: str
    title: str
    title_language: str
    lead: str
    lead_language: str
    offered_by: str
    dates: Sequence[str]
    more_dates: str
    free: str
    spoken: str
    how: str
    address: str
    image: str
    image_words: str
    key_label: str
    funding: str


def poster_pdf(*, series: Series, key: EnrollmentKey | None, now: dt.datetime, renderer: Renderer) -> bytes:
    """Return the poster of a published series as PDF/UA-1. If a key is given, it is filled in in the form.

    Raises NotRenderedError.
    """
    sessions = list(Session.objects.filter(series=series).open_for_registration(now).in_order_of_time())
    programme = Programme.objects.get()
    first = key.language if key and key.language else series.language
    sides = [_side(series, sessions, key, programme, language) for language in _ordered(first)]
    with translation.override(sides[0].language):
        html = render_to_string(
            "registrations/poster.html",
            {
                "sides": sides,
                "key": key.text if key else "",
                "document_title": f"{sides[0].title} – {sides[0].project}",
                "description": " ".join(side.how for side in sides),
                "made_on": now.date().isoformat(),
            },
        )
    images = {side.image: square_code(form_url(series, key, side.language)) for side in sides}
    return renderer.render(html, style=_style(), images=images)


def _ordered(first: str) -> list[str]:
    return sorted(LANGUAGES, key=lambda language: language != first)


def _side(
    series: Series, sessions: Sequence[Session], key: EnrollmentKey | None, programme: Programme, language: str
) -> Side:
    with translation.override(language):
        title, title_language = in_language(series, "title", language)
        lead, lead_language = in_language(series, "summary", language)
        address = urlsplit(form_url(series, None, language))
        left = len(sessions) - DATES
        more = ngettext("and %(count)d more date", "and %(count)d more dates", left) % {"count": left}
        return Side(
            language=language,
            project=in_language(programme, "name", language)[0],
            title=title,
            title_language=title_language,
            lead=lead,
            lead_language=lead_language,
            offered_by=in_language(series.hub, "name", language)[0],
            dates=[_date(row, language) for row in sessions[:DATES]],
            more_dates=more if left > 0 else "",
            free=_("Free of charge, by videoconference.") if series.free_of_charge else _("By videoconference."),
            spoken="" if language == series.language else f"{spoken_in(series)}.",
            how=_("Register: scan the code, or open this address."),
            address=f"{address.netloc}{address.path}".rstrip("/"),
            image=f"square-code-{language}.svg",
            image_words=_("QR code that opens the registration form in English"),
            key_label=_("Enrollment key"),
            funding=in_language(programme, "funding_note", language)[0],
        )


def _date(session: Session, language: str) -> str:
    if session.on_date is None:
        return _("Date to be announced")
    if session.starts_at is None or session.ends_at is None:
        return date_long(session.on_date, language)
    found = moment(session.starts_at, session.ends_at, None, language)
    return f"{date_long(found.eastern_date, language)}, {found.eastern_text}"


@functools.cache
def _style() -> str:
    return Path(__file__).with_name("poster.css").read_text()
