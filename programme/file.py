"""Parse and validate a programme's TOML file, without the database.

All faults are found in one pass: unknown keys and words, impossible dates, ends before starts, duplicate numbers, slugs
and enrollment keys, wrong weekdays, references to missing entries, and missing values. The comment at the top of the
TOML file explains what a snapshot is.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from echo_portal.lib.text import fold_key
from echo_portal.lib.zones import canonical
from programme import vocabulary as words
from programme.entries import FaultyProgrammeError, HubEntry, OrganisationEntry, Programme, SeriesEntry
from programme.series_tables import read_past, read_series, recommended_pairs
from programme.toml_table import Table, read_toml, text_of_file


def read_programme(path: Path, *, inventions: bool) -> Programme:
    """Return the programme in a file, with or without the invented values of the demonstration.

    Raises FaultyProgrammeError with a line for each fault.
    """
    faults: list[str] = []

    def report(where: str, reason: str) -> None:
        faults.append(f"{path.name}: {where}: {reason}" if where else f"{path.name}: {reason}")

    text = text_of_file(path, report)
    values = read_toml(text, report) if text else {}
    programme = _programme(Table(values, "", report), path.name, inventions) if values else None
    if faults or programme is None:
        raise FaultyProgrammeError(faults or [f"{path.name}: the file is empty"])
    return programme


def _programme(root: Table, file: str, inventions: bool) -> Programme | None:
    as_of = root.date("as_of", required=True)
    zone = canonical(root.text("timezone", required=True))
    if zone is None and root.has("timezone"):
        root.fault(f'timezone "{root.text("timezone")}" is not one of the portal\'s time zones')
    organisations = tuple(_organisation(table) for table in root.tables("organisation", _table_namer("organisation")))
    hubs = tuple(_hub(table) for table in root.tables("hub", _table_namer("hub")))
    kinds = {entry.slug: entry.kind for entry in organisations}
    _report_duplicates(root, "[[organisation]]", (entry.slug for entry in organisations))
    _report_duplicates(root, "[[hub]]", (entry.slug for entry in hubs))
    _check_hubs(root, hubs, set(kinds))
    texts = _programme_texts(root, set(kinds))
    series_tables = root.tables("series", _table_namer("series"))
    past_tables = root.tables("past", _table_namer("past"))
    series = [read_series(table, kinds, inventions=inventions) for table in series_tables]
    past = [read_past(table, {entry.slug: entry for entry in series}, as_of) for table in past_tables]
    own_past = [entry for entry in past if isinstance(entry, SeriesEntry)]
    listed_again = {entry for entry in past if isinstance(entry, str)}
    series = [_mark_held(entry) if entry.slug in listed_again else entry for entry in series]
    _report_duplicates(root, "[[series]], [[past]]", _slugs_of([*series_tables, *past_tables]))
    _check_series(root, [*series, *own_past], {hub.slug for hub in hubs})
    recommended = recommended_pairs(series_tables)
    _check_pages(root)
    root.finish()
    if as_of is None or zone is None:
        return None
    return Programme(
        file=file,
        as_of=as_of,
        zone=zone,
        name_en=texts[0],
        name_fr=texts[1],
        funding_note_en=texts[2],
        funding_note_fr=texts[3],
        organisations=organisations,
        hubs=tuple(sorted(hubs, key=lambda hub: hub.partner_of != "")),
        series=(*series, *own_past),
        recommended=recommended,
        has_inventions=inventions,
    )


def _table_namer(kind: str) -> Any:
    """Return a function that returns the name of a table, for messages about faults.

    The name contains the table's slug, such as "[[series]] ltc-cop", or its position if it has no valid slug.
    """

    def name(number: int, values: Mapping[str, Any]) -> str:
        slug = values.get("slug")
        return f"[[{kind}]] {slug}" if isinstance(slug, str) and slug.isprintable() else f"[[{kind}]] number {number}"

    return name


def _programme_texts(root: Table, organisations: set[str]) -> tuple[str, str, str, str]:
    """Return four texts: the programme's name and the funder's acknowledgement, each in English and French."""
    table = root.table("programme", "[programme]")
    if table is None:
        if not root.has("programme"):
            root.fault("[programme] is missing")
        return "", "", "", ""
    coordinator = table.text("coordinator", required=True)
    if coordinator and coordinator not in organisations:
        table.fault(f'coordinator "{coordinator}" is no [[organisation]]')
    table.text("funder", required=True)
    table.flag("privacy_consent_required")
    table.flag("national_sessions_are_free")
    result = (
        table.text("name_en", required=True, longest=200),
        table.text("name_fr", required=True, longest=200),
        table.text("funding_note_en", required=True, longest=2000),
        table.text("funding_note_fr", required=True, longest=2000),
    )
    table.finish()
    return result


def _organisation(table: Table) -> OrganisationEntry:
    both = table.text("name", longest=200)
    name_en = both or table.text("name_en", required=True, longest=200)
    name_fr = both or table.text("name_fr", required=True, longest=200)
    if both and (table.has("name_en") or table.has("name_fr")):
        table.fault("name stands for both languages; leave out name_en and name_fr")
        table.text("name_en")
        table.text("name_fr")
    entry = OrganisationEntry(
        slug=table.slug(),
        name_en=name_en,
        name_fr=name_fr,
        kind=table.choice("kind", words.ORGANISATION_KINDS, required=True) or "",
        province=table.choice("province", words.PROVINCES) or "",
        roles=table.texts("roles", longest=200),
    )
    table.finish()
    return entry


def _hub(table: Table) -> HubEntry:
    entry = HubEntry(
        slug=table.slug(),
        scope=table.choice("scope", words.HUB_SCOPES, required=True) or "",
        name_en=table.text("name_en", required=True, longest=200),
        name_fr=table.text("name_fr", required=True, longest=200),
        host=table.text("host", required=True),
        province=table.choice("province", words.PROVINCES) or "",
        partner_of=table.text("partner_of"),
        vision_en=table.text("vision_en", longest=2000),
        vision_fr=table.text("vision_fr", longest=2000),
        aims_en=table.texts("aims_en"),
        aims_fr=table.texts("aims_fr"),
        objectives_en=table.texts("objectives_en"),
        objectives_fr=table.texts("objectives_fr"),
        principles_en=table.texts("principles_en"),
        principles_fr=table.texts("principles_fr"),
        founding_note_en=table.text("founding_note_en"),
        founding_note_fr=table.text("founding_note_fr"),
        accepts_proposals=table.flag("accepts_proposals"),
        accepts_partners=table.flag("accepts_partners"),
    )
    table.finish()
    return entry


def _check_hubs(root: Table, hubs: Iterable[HubEntry], organisations: set[str]) -> None:
    hubs = list(hubs)
    known = {hub.slug for hub in hubs}
    for hub in hubs:
        table = f"[[hub]] {hub.slug}"
        if hub.host and hub.host not in organisations:
            root.fault(f'{table}: host "{hub.host}" is no [[organisation]]')
        if hub.partner_of and hub.partner_of not in known:
            root.fault(f'{table}: partner_of "{hub.partner_of}" is no [[hub]]')
        elif hub.partner_of and next(other for other in hubs if other.slug == hub.partner_of).partner_of:
            root.fault(f'{table}: partner_of "{hub.partner_of}" is itself the partner of another hub')
    if sum(hub.scope == "national" for hub in hubs) != 1:
        root.fault("one [[hub]], not more and not fewer, has the scope national")


def _check_series(root: Table, series: Iterable[SeriesEntry], hubs: set[str]) -> None:
    keys: dict[str, str] = {}
    for entry in series:
        if entry.hub and entry.hub not in hubs:
            root.fault(f'[[series]] {entry.slug}: hub "{entry.hub}" is no [[hub]]')
        folded = fold_key(entry.enrollment_key)
        if folded and folded in keys:
            root.fault(
                f'[[series]] {entry.slug}: enrollment_key "{entry.enrollment_key}" is read as that of {keys[folded]}'
            )
        keys.setdefault(folded, entry.slug)


def _report_duplicates(root: Table, where: str, slugs: Iterable[str]) -> None:
    seen: set[str] = set()
    for slug in slugs:
        if slug and slug in seen:
            root.fault(f'{where}: slug "{slug}" is there twice')
        seen.add(slug)


def _slugs_of(tables: Iterable[Table]) -> list[str]:
    return [slug for table in tables if isinstance(slug := table.values.get("slug"), str)]


def _mark_held(series: SeriesEntry) -> SeriesEntry:
    """Mark the undated sessions with materials as held. The series is one that is also listed in [[past]]."""
    return dataclasses.replace(
        series,
        sessions=tuple(
            dataclasses.replace(session, was_held=True) if session.materials and session.on_date is None else session
            for session in series.sessions
        ),
    )


def _check_pages(root: Table) -> None:
    """Validate the table [pages], which contains notes for authors of the site's pages and is not loaded."""
    table = root.table("pages", "[pages]")
    if table is not None:
        table.text("facts")
        table.texts("public")
        table.texts("forms")
        table.finish()
