"""Build the values for lists of sessions, with the visitor's local times and possible actions."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from credits.models import Accreditation
from credits.queries.accreditations import complete_accreditations, covering, session_credit_words
from echo_portal.lib.addresses import plain_address, slug_address, uuid_address
from echo_portal.lib.bilingual import active_language, in_language, lang_if_other
from echo_portal.lib.dates import Moment, moment
from echo_portal.lib.templatetags.languages import marked
from echo_portal.views.page_values import Resource, SessionRow, State, Tag
from registrations.links import join_token, registration_address
from registrations.models import Registration
from registrations.queries.keys import key_to_fill_in
from registrations.queries.people import active_by_session, series_enrolled_in
from registrations.queries.places import places_in_line
from registrations.rules import place_can_be_claimed, waiting_list_moves
from sessions.models import Material, Series, Session
from sessions.presenters import size_label, spoken_in
from sessions.vocabularies import PracticeArea

MATERIAL_ICONS = {
    Material.Kind.SLIDES: "slides",
    Material.Kind.RECORDING: "recording",
    Material.Kind.SMALL_VIDEO: "recording",
    Material.Kind.AUDIO: "recording",
    Material.Kind.QUESTIONS: "questions",
    Material.Kind.TRANSCRIPT: "document",
    Material.Kind.CAPTIONS: "document",
    Material.Kind.DOCUMENT: "document",
    Material.Kind.ARTICLE: "document",
}


@dataclasses.dataclass(frozen=True)
class Viewer:
    """The visitor of a page with their time zone and language, the current time, and the key in the URL or ""."""

    person: Person | None
    now: dt.datetime
    zone: str | None
    language: str
    key: str = ""


@dataclasses.dataclass(frozen=True)
class SessionContext:
    """More data about the sessions of a page, each kind of it loaded with one query for all sessions.

    For series that need a key, `keys` contains keys for the form, and `enrolled_in` the series in which the viewer is
    enrolled.
    """

    accreditations: dict[int, list[Accreditation]]
    places_taken: dict[int, int]
    mine: dict[int, Registration]
    places_in_line: dict[int, int]
    keys: dict[int, str]
    enrolled_in: set[int]


def load_context(
    sessions: Sequence[Session], viewer: Viewer, *, series: Iterable[Series] = (), also_series: Iterable[int] = ()
) -> SessionContext:
    """Return the context for these sessions, which must have `places_taken`.

    `series` are the series of the page, which may have no session. Accreditations of `also_series` are loaded too.
    """
    mine = active_by_session(viewer.person, [row.pk for row in sessions])
    shown = ({row.pk: row for row in series} | {row.series_id: row.series for row in sessions}).values()
    return SessionContext(
        accreditations=complete_accreditations({row.series_id for row in sessions} | set(also_series)),
        places_taken={row.pk: row.places_taken or 0 for row in sessions if row.capacity is not None},  # type: ignore[attr-defined]
        mine=mine,
        places_in_line=places_in_line(mine.values()),
        keys=key_to_fill_in(shown, viewer.now),
        enrolled_in=series_enrolled_in(viewer.person, shown),
    )


def session_row(
    session: Session,
    viewer: Viewer,
    context: SessionContext,
    *,
    with_blurb: bool = False,
    with_topics: bool = False,
    change: str = "",
    resources: tuple[Resource, ...] = (),
    is_next: bool = False,
) -> SessionRow:
    title, title_language = session.title_in(viewer.language)
    series_title, series_language = in_language(session.series, "title", viewer.language)
    blurb, blurb_language = (
        in_language(session.series, "summary", viewer.language) if with_blurb else ("", viewer.language)
    )
    mine = context.mine.get(session.pk)
    state = state_of(session, viewer.now, context, mine)
    return SessionRow(
        number=session.number,
        title=title,
        title_lang=lang_if_other(title_language, viewer.language),
        url=uuid_address("session", "session", session.public_id) + with_key(session.series, viewer),
        series_title=series_title,
        series_lang=lang_if_other(series_language, viewer.language),
        series_url=slug_address("series", session.series.slug) + with_key(session.series, viewer),
        state=state,
        moment=moment_of(session, viewer),
        day=session.on_date,
        action_url=action_url(session, state, mine, key=key_for(session.series, viewer, context)),
        press_url=press_url(session, state, viewer, context),
        blurb=blurb,
        blurb_lang=lang_if_other(blurb_language, viewer.language),
        tags=tuple(tags_of(session, viewer.language, context, with_topics=with_topics)),
        resources=resources,
        change=change,
        place_in_line=context.places_in_line.get(mine.pk) if mine and waiting_list_moves(session, viewer.now) else None,
        is_next=is_next,
        asks_for_key=asks_for_key(session.series, viewer, context),
    )


def state_of(session: Session, now: dt.datetime, context: SessionContext, mine: Registration | None) -> State:
    """Return the session's state, according to the current time, the places taken and this person's registration."""
    if session.is_cancelled:
        return State.CANCELLED
    if session.is_over(now):
        return State.HELD
    if mine is not None and mine.state == Registration.State.REGISTERED:
        return State.JOIN if session.room_is_open(now) else State.REGISTERED
    taken = context.places_taken.get(session.pk, 0)
    if mine is not None:
        return State.CLAIM if place_can_be_claimed(session, now, registered=taken) else State.WAITING
    if session.is_full(taken):
        return State.FULL
    return State.OPEN


def key_for(series: Series, viewer: Viewer, context: SessionContext) -> str:
    """Return the key for the form: the key in the URL, else a printed key. Return "" if the series needs no key."""
    return viewer.key or context.keys.get(series.pk, "") if series.needs_key else ""


def asks_for_key(series: Series, viewer: Viewer, context: SessionContext) -> bool:
    """Return whether this visitor must type a key into the form: none is printed, and they are not enrolled."""
    return series.needs_key and not key_for(series, viewer, context) and series.pk not in context.enrolled_in


def with_key(series: Series, viewer: Viewer) -> str:
    """Return a query string with the viewer's key, for links of a series that needs a key, or ""."""
    return f"?{urlencode({'key': viewer.key})}" if viewer.key and series.needs_key else ""


def action_url(session: Session, state: State, mine: Registration | None, *, key: str) -> str:
    if state in (State.OPEN, State.FULL, State.CLAIM):
        return registration_address(session.series.slug, session=session.pk, key=key)
    if state == State.JOIN and mine is not None:
        return reverse("join", kwargs={"token": join_token(mine)})
    return plain_address("my_sessions") if state in (State.REGISTERED, State.WAITING) else ""


def press_url(session: Session, state: State, viewer: Viewer, context: SessionContext) -> str:
    """Return the URL to which a POST registers a signed-in person; "" if they need the form or cannot register."""
    if viewer.person is None or state not in (State.OPEN, State.FULL, State.CLAIM):
        return ""
    if session.series.needs_key and session.series_id not in context.enrolled_in:
        return ""
    return uuid_address("register_at_once", "session", session.public_id)


def moment_of(session: Session, viewer: Viewer) -> Moment | None:
    if session.starts_at is None or session.ends_at is None:
        return None
    return moment(session.starts_at, session.ends_at, viewer.zone, viewer.language)


def tags_of(session: Session, language: str, context: SessionContext, *, with_topics: bool = False) -> Iterable[Tag]:
    if session.starts_at and session.ends_at:
        minutes = int((session.ends_at - session.starts_at).total_seconds() // 60)
        for accreditation in covering(context.accreditations.get(session.series_id, []), session.on_date):
            yield Tag(session_credit_words(accreditation, minutes), "credit", "credit")
    if with_topics:
        yield from area_tags(session.series)
    yield from language_tag(session.series, language)


def area_tags(series: Series) -> Iterable[Tag]:
    return (Tag(str(PracticeArea(area).label)) for area in series.practice_areas)


def language_tag(series: Series, language: str) -> Iterable[Tag]:
    """Yield a tag if the sessions are taught in another language than that of the page."""
    if series.language != language:
        yield Tag(spoken_in(series), "fr", "globe")


def _materials_of(session: Session) -> list[Material]:
    """Return the materials in a session's `material_rows` as unsaved models, with `file_size` and `file_type`."""
    found = []
    for values in session.material_rows:  # type: ignore[attr-defined]
        row = dict(values)
        file = {name: row.pop(name) for name in ("file_size", "file_type")}
        material = Material(**row | {"public_id": uuid.UUID(row["public_id"])})
        vars(material).update(file)
        found.append(material)
    return found


def minutes_of(session: Session) -> int:
    if session.starts_at is None or session.ends_at is None:
        return 0
    return int((session.ends_at - session.starts_at).total_seconds() // 60)


def resources_of(
    session: Session, *, is_registrant: bool, link: Callable[[uuid.UUID], str] | None = None
) -> tuple[Resource, ...]:
    """Return the materials of a held session, each with a link if this person may open it, or else with the reason.

    If it has materials but no recording or slides, these are named as missing. The session must have its series and
    `material_rows`. `is_registrant` is whether they may open the materials for
    registrants (`open_to_registrant`). `link` returns the URL of a material. Without it, the URL is one that asks for
    signing in.
    """
    address = link or (lambda public_id: uuid_address("material", "material", public_id))
    here = {active_language(), session.series.language}
    materials = sorted(_materials_of(session), key=lambda material: Material.IN_ORDER.index(material.kind))
    found = tuple(_resource(material, here, is_registrant, address) for material in materials)
    return (*found, *_missing({material.kind for material in materials}))


def _missing(kinds: set[str]) -> Iterable[Resource]:
    """Yield the recording and the slides if they are not among the materials. Nothing is yielded without materials."""
    for kind, forms in (
        (Material.Kind.RECORDING, Material.RECORDINGS),
        (Material.Kind.SLIDES, (Material.Kind.SLIDES,)),
    ):
        if kinds and not kinds & set(forms):
            yield Resource(text=str(kind.label), icon=MATERIAL_ICONS[kind], url="", note=_("not online yet"))


def _resource(material: Material, here: set[str], is_registrant: bool, address: Callable[[uuid.UUID], str]) -> Resource:
    """Return the material with its facts. `here` has the languages of the page and of the session."""
    may_open = material.open_to == Material.OpenTo.PUBLIC or is_registrant
    is_online = material.is_shown and bool(material.url or vars(material)["file_size"])
    facts = list(_facts_of(material, here))
    if not material.is_shown:
        words = _("replaced: %(why)s") if material.state == Material.State.REPLACED else _("withdrawn: %(why)s")
        why = marked(material, "note")
        facts = [SafeString(conditional_escape(words) % {"why": why}) if why else _("replaced by a newer one")]
    elif not is_online:
        facts = [_("not online yet")]
    elif not may_open:
        facts.insert(0, _("for registrants"))
    return Resource(
        text=material.title or str(Material.Kind(material.kind).label),
        icon=MATERIAL_ICONS[Material.Kind(material.kind)],
        url=address(material.public_id) if is_online and may_open else "",
        note=format_html_join(", ", "{}", ((fact,) for fact in facts)),
        language=lang_if_other(material.language, active_language()),
        is_titled=bool(material.title),
        is_for_registrants=is_online and not may_open,
    )


def _facts_of(material: Material, here: set[str]) -> Iterable[str]:
    """Yield the language if it is not the only one of page and session, then type, length, size and captions."""
    if here != {material.language}:
        yield _("in French") if material.language == "fr" else _("in English")
    if material.minutes:
        yield ngettext("%(n)d minute", "%(n)d minutes", material.minutes) % {"n": material.minutes}
    if size := vars(material)["file_size"]:
        yield vars(material)["file_type"].upper()
        yield size_label(size)
    elif material.megabytes:
        yield _("%(number)s MB") % {"number": number_format(material.megabytes)}
    if material.has_captions:
        yield _("captioned")
    elif material.kind in (Material.Kind.RECORDING, Material.Kind.SMALL_VIDEO):
        yield _("no captions")


def series_kicker(series: Series, count: int) -> str:
    return _("%(kind)s, %(hub)s, %(count)s") % {
        "kind": series.get_kind_display(),
        "hub": series.hub.name,
        "count": ngettext("%(n)d session", "%(n)d sessions", count) % {"n": count},
    }
