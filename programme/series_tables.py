"""Parse the tables [[series]] and [[past]] of a programme's file."""

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from echo_portal.lib.text import fold_key
from programme import vocabulary as words
from programme.entries import AccreditationEntry, MaterialEntry, SeriesEntry, SessionEntry
from programme.toml_table import Table
from sessions.models import Material
from sessions.vocabularies import SeriesKind

_MONTHS = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])/(\d{4})-(0[1-9]|1[0-2])$")
# The title of sessions without a title. It is stored as an empty title, and pages display it in both languages.
PLAIN_TITLE = "Session {number}"
SIGNATORY = ("signatory_name", "signatory_title_en", "signatory_title_fr")


def read_series(table: Table, organisations: Mapping[str, str], *, inventions: bool) -> SeriesEntry:
    """Parse a table [[series]], which describes a current or future series. `organisations` maps slugs to kinds."""
    count = table.number("session_count", highest=200)
    sessions = _numbered_sessions(table, count)
    sessions = _with_schedule(table, sessions, count, inventions=inventions)
    months = table.text("runs")
    if months and not _MONTHS.match(months):
        table.fault(f'runs must be two months such as 2021-11/2022-05, not "{months}"')
    for key in ("facilitators", "name_in_catalogue"):
        table.text(key, longest=200)
    table.flag("pick_sessions")
    if table.has("choose"):
        table.choice("choose", {"one": "one"})
    for key in ("recommended_first", "recommended_next"):
        table.texts(key)
    entry = _series(table, sessions, count, organisations, inventions=inventions)
    if not sessions and not entry.ongoing:
        table.fault("it has no sessions, no session_count and is not ongoing")
    table.finish()
    return entry


def read_past(table: Table, series: Mapping[str, SeriesEntry], as_of: dt.date | None) -> SeriesEntry | str:
    """Parse a table [[past]], and return the past series, which belongs to the national hub.

    If the table refers to a series in [[series]], return the slug of that series instead.
    """
    language = table.choice("language", words.LANGUAGES, required=True) or "en"
    title = table.text("title", required=True)
    if table.has("series"):
        listed = table.text("series")
        table.slug(required=False)
        if listed and listed not in series:
            table.fault(f'series "{listed}" is no [[series]]')
        table.finish()
        return listed
    slug = table.slug()
    sessions = _past_sessions(table, slug, title, as_of)
    entry = SeriesEntry(
        slug=slug,
        hub="national",
        kind=_kind_of_past(title, len(sessions)),
        title_en=title if language == "en" else "",
        title_fr=title if language == "fr" else "",
        summary_en=table.text("summary_en", longest=2000),
        summary_fr=table.text("summary_fr", longest=2000),
        language=language,
        audience_professions=table.choices("audience_professions", words.PROFESSIONS),
        audience_settings=table.choices("audience_settings", words.SETTINGS),
        practice_areas=table.choices("audience_practice_areas", words.PRACTICE_AREAS),
        levels=table.choices("audience_levels", words.LEVELS),
        enrollment_key="",
        choose_one=False,
        attend_all_required=False,
        recordings_for="",
        ongoing=False,
        announced_session_count=None,
        video_announced=False,
        free_of_charge=True,
        organisations=(),
        accreditation=None,
        sessions=sessions,
    )
    table.finish()
    return entry


def recommended_pairs(tables: Iterable[Table]) -> tuple[tuple[str, str], ...]:
    """Return pairs of slugs, each once: a series, and a series that `recommended_first` or `_next` puts before it."""
    tables = list(tables)
    known = {table.values.get("slug") for table in tables}
    pairs: dict[tuple[str, str], None] = {}
    for table in tables:
        slug = table.values.get("slug")
        for key in ("recommended_first", "recommended_next"):
            for other in _texts(table.values.get(key)):
                if other not in known:
                    table.fault(f'{key} "{other}" is no [[series]]')
                elif other == slug:
                    table.fault(f"{key} names the series itself")
                elif isinstance(slug, str):
                    pairs[(slug, other) if key == "recommended_first" else (other, slug)] = None
    return tuple(pairs)


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _series(
    table: Table,
    sessions: tuple[SessionEntry, ...],
    count: int | None,
    organisations: Mapping[str, str],
    *,
    inventions: bool,
) -> SeriesEntry:
    return SeriesEntry(
        slug=table.slug(),
        hub=table.text("hub", required=True),
        kind=table.choice("kind", words.SERIES_KINDS, required=True) or "",
        title_en=table.text("title_en", required=True),
        title_fr=table.text("title_fr", required=True),
        summary_en=table.text("summary_en", required=True, longest=2000),
        summary_fr=table.text("summary_fr", required=True, longest=2000),
        language=table.choice("language", words.LANGUAGES, required=True) or "",
        audience_professions=_audience_professions(table),
        audience_settings=table.choices("audience_settings", words.SETTINGS),
        practice_areas=table.choices("audience_practice_areas", words.PRACTICE_AREAS),
        levels=table.choices("audience_levels", words.LEVELS),
        enrollment_key=_enrollment_key(table),
        choose_one=table.values.get("choose") == "one",
        attend_all_required=table.flag("attend_all_required"),
        recordings_for=table.choice("recordings_for", words.RECORDINGS_FOR) or "",
        ongoing=table.flag("ongoing"),
        announced_session_count=count,
        video_announced=table.flag("promotional_video"),
        free_of_charge=True,
        organisations=_organisations(table, organisations),
        accreditation=_accreditation(table, organisations, inventions=inventions),
        sessions=sessions,
    )


def _audience_professions(table: Table) -> tuple[str, ...]:
    """Return the codes of the professions and roles to which the series is addressed.

    The word EVERY_PROFESSION, which means everybody, results in an empty tuple.
    """
    professions = table.choices("audience_professions", words.PROFESSIONS)
    roles = table.choices("audience_roles", words.ROLES)
    if words.EVERY_PROFESSION in _texts(table.values.get("audience_roles")):
        return ()
    return tuple(dict.fromkeys((*professions, *roles)))


def _enrollment_key(table: Table) -> str:
    """Return the key as printed, or "". A key is required if registration is by key, and not permitted otherwise."""
    mode = table.choice("registration", words.REGISTRATION, required=True)
    key = table.text("enrollment_key", longest=40)
    if mode == "key" and not key and not table.is_unreadable("enrollment_key"):
        table.fault("registration is by key, but enrollment_key is missing")
    if mode == "open" and key:
        table.fault("registration is open, but there is an enrollment_key")
    if key and not fold_key(key):
        table.fault(f'enrollment_key "{key}" has neither letters nor digits')
    return key


def _organisations(table: Table, organisations: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return a pair of slug and role in the series for each organisation in the list `with`."""
    found = []
    for slug in table.texts("with"):
        if slug not in organisations:
            table.fault(f'with "{slug}" is no [[organisation]]')
        elif organisations[slug] not in words.ROLE_BY_KIND:
            table.fault(f'with "{slug}": an organisation of the kind {organisations[slug]} has no part in a series')
        else:
            found.append((slug, words.ROLE_BY_KIND[organisations[slug]]))
    return tuple(found)


def _numbered_sessions(table: Table, count: int | None) -> tuple[SessionEntry, ...]:
    """Return the listed sessions, by number, with untitled sessions added for all other numbers up to `count`."""
    found: dict[int, SessionEntry] = {}
    for one in table.tables("session", _session_namer(table.where)):
        number = one.number("number", required=True)
        day, start, end = _times(one)
        session = SessionEntry(
            where=one.where,
            number=number or 0,
            title=one.text("title", required=True),
            title_fr=one.text("title_fr"),
            on_date=day,
            start_time=start,
            end_time=end,
            presenters=one.texts("presenters", longest=200),
            read_before=one.text("read_before"),
            materials=tuple(
                MaterialEntry(kind, "", "registrants") for kind in one.choices("resources", words.RESOURCES)
            ),
        )
        one.finish()
        if number is None:
            continue
        if number in found:
            one.fault(f"number {number} is there twice")
        if count is not None and number > count:
            one.fault(f"number {number} is more than session_count, {count}")
        found[number] = session
    for number in range(1, (count or 0) + 1):
        found.setdefault(number, SessionEntry(where=f"{table.where}, session {number}", number=number, title=""))
    return tuple(found[number] for number in sorted(found))


def _past_sessions(table: Table, slug: str, title: str, as_of: dt.date | None) -> tuple[SessionEntry, ...]:
    """Return the sessions of a past series, numbered by position.

    If no sessions are listed, return a single session with the title of the series.
    """
    materials = _tool(table)
    presenters = table.texts("presenters", longest=200)
    tables = table.tables("session", _session_namer(table.where, kind="past.session"))
    if not tables:
        return (
            SessionEntry(
                where=table.where, number=1, title=title, was_held=True, presenters=presenters, materials=materials
            ),
        )
    if presenters or materials:
        table.fault("presenters and tool belong to the one session of a [[past]] without a list of sessions")
    found = []
    for number, one in enumerate(tables, start=1):
        day, start, end = _times(one)
        if day and as_of and day >= as_of:
            one.fault(f"it was held on {day:%Y-%m-%d}, which is not before as_of, {as_of:%Y-%m-%d}")
        found.append(
            SessionEntry(
                where=one.where,
                number=number,
                title=one.text("title", required=True),
                title_fr=one.text("title_fr"),
                on_date=day,
                start_time=start,
                end_time=end,
                was_held=day is None,
            )
        )
        one.finish()
    return tuple(found)


def _session_namer(parent: str, kind: str = "series.session") -> Any:
    def name(position: int, values: Mapping[str, Any]) -> str:
        number = values.get("number")
        return f"{parent}, [[{kind}]] {number if isinstance(number, int) else f'at position {position}'}"

    return name


def _times(table: Table) -> tuple[dt.date | None, dt.time | None, dt.time | None]:
    """Return date, start and end. Start and end are None if there are no times, and all three if there is no date.

    Values that contradict each other are reported as faults.
    """
    date, starts, ends = table.date("date"), table.moment("starts"), table.moment("ends")
    table.weekday_of(date or (starts.date() if starts else None))
    given = {key for key in ("date", "starts", "ends") if table.has(key)}
    if "date" in given and given != {"date"}:
        table.fault("date stands for a session without an hour; leave it out beside starts and ends")
    elif given in ({"starts"}, {"ends"}):
        table.fault("starts and ends come together")
    if starts is None or ends is None:
        return date, None, None
    if ends <= starts:
        table.fault(f"it ends ({ends:%Y-%m-%d %H:%M}) before it starts ({starts:%Y-%m-%d %H:%M})")
    elif ends.date() != starts.date():
        table.fault(f"it ends on another day ({ends:%Y-%m-%d}) than it starts ({starts:%Y-%m-%d})")
    return starts.date(), starts.time(), ends.time()


def _with_schedule(
    table: Table, sessions: tuple[SessionEntry, ...], count: int | None, *, inventions: bool
) -> tuple[SessionEntry, ...]:
    """Validate `demo_schedule`, which invents dates for a series without published dates.

    Return the sessions, with these dates if `inventions` is true.
    """
    rule = table.table("demo_schedule", f"{table.where}, [series.demo_schedule]")
    if rule is None:
        return sessions
    first, every = rule.date("first", required=True), rule.number("every_weeks", required=True, highest=52)
    starts, minutes = rule.time("starts"), rule.number("minutes", required=True, highest=600)
    untitled = rule.text("untitled", required=True)
    rule.weekday_of(first)
    rule.finish()
    if count is None:
        rule.fault("it needs the session_count of the series")
    if any(session.on_date for session in sessions):
        rule.fault("the series has dates of its own")
    if first is None or every is None or starts is None or minutes is None:
        return sessions
    end = dt.datetime.combine(first, starts) + dt.timedelta(minutes=minutes)
    if end.date() != first:
        rule.fault("its sessions would end on another day")
    _check_months(table, rule, first, first + dt.timedelta(weeks=every * ((count or 1) - 1)))
    if not inventions:
        return sessions
    return tuple(
        SessionEntry(
            where=session.where,
            number=session.number,
            title=session.title or _untitled(untitled, session.number),
            title_fr=session.title_fr,
            on_date=first + dt.timedelta(weeks=every * (session.number - 1)),
            start_time=starts,
            end_time=end.time(),
            presenters=session.presenters,
            read_before=session.read_before,
            materials=session.materials,
        )
        for session in sessions
    )


def _untitled(pattern: str, number: int) -> str:
    return "" if pattern == PLAIN_TITLE else pattern.replace("{number}", str(number))


def _check_months(table: Table, rule: Table, first: dt.date, last: dt.date) -> None:
    """Report a fault if the invented schedule is not within the months in which the series was announced."""
    months = _MONTHS.match(str(table.values.get("runs", "")))
    if months is None:
        return
    year, month = int(months[3]), int(months[4])
    begin = dt.date(int(months[1]), int(months[2]), 1)
    end = dt.date(year, month, calendar.monthrange(year, month)[1])
    if not begin <= first <= last <= end:
        rule.fault(f"its sessions lie from {first:%Y-%m-%d} to {last:%Y-%m-%d}, outside runs, {months[0]}")


def _accreditation(table: Table, organisations: Mapping[str, str], *, inventions: bool) -> AccreditationEntry | None:
    entry = table.table("accreditation", f"{table.where}, [series.accreditation]")
    if entry is None:
        return None
    body = entry.text("body", required=True)
    if body and body not in organisations:
        entry.fault(f'body "{body}" is no [[organisation]]')
    programme, category = entry.text("programme", required=True, longest=60), entry.text("category", required=True)
    rate, most = entry.amount("credits_per_hour"), entry.amount("max_credits")
    statement_en = _statement(entry, "statement_en", most)
    demo = entry.table("demo_record", f"{table.where}, [series.accreditation.demo_record]")
    invented: dict[str, Any] = {}
    if demo is not None:
        invented = {
            "statement_fr": _statement(demo, "statement_fr", most),
            **{name: demo.text(name, required=True, longest=100) for name in SIGNATORY},
            "session_id_prefix": demo.text("session_id_prefix", required=True, longest=30),
            "valid_from": demo.date("valid_from", required=True),
            "valid_to": demo.date("valid_to", required=True),
            "is_specimen": True,
        }
        demo.finish()
        if (since := invented["valid_from"]) and (until := invented["valid_to"]) and until < since:
            demo.fault(f"valid_to ({until:%Y-%m-%d}) lies before valid_from ({since:%Y-%m-%d})")
    entry.finish()
    if rate is None or most is None:
        return None
    return AccreditationEntry(
        certifier=body,
        programme=programme,
        category=category,
        credits_per_hour=rate,
        max_credits=most,
        statement_en=statement_en,
        **(invented if inventions else {}),
    )


def _statement(table: Table, key: str, most: Any) -> str:
    """Return the approved statement, with the placeholder replaced by the maximum number of credits."""
    text = table.text(key, required=True, longest=2000).replace("{max_credits}", str(most))
    if "{" in text or "}" in text:
        table.fault(f"{key} has a placeholder other than {{max_credits}}")
    return text


def _tool(table: Table) -> tuple[MaterialEntry, ...]:
    """Return the document that the session is about, in a tuple of one material, or an empty tuple if there is none."""
    name = table.text("tool")
    return (MaterialEntry(Material.Kind.DOCUMENT, name, Material.OpenTo.PUBLIC),) if name else ()


def _kind_of_past(title: str, count: int) -> str:
    folded = title.casefold()
    for word, kind in words.KIND_BY_TITLE:
        if word in folded:
            return kind
    return SeriesKind.WEBINAR_SERIES if count > 1 else SeriesKind.WEBINAR
