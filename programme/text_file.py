"""Parse and validate a TOML file with the texts of public pages, without the database."""

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from programme.entries import FaultyProgrammeError
from programme.toml_table import Table, read_toml, text_of_file

LONGEST = {"question": 300, "answer": 4000, "title": 200, "summary": 300, "body": 40_000}
# The texts of each kind of table, without `_en` and `_fr`; the first one is required in English and French.
TEXTS = {
    "page": ("title", "summary", "body"),
    "question": ("question", "answer"),
    "newsletter": ("title", "summary", "body"),
}
PLACES = {"about": "about"}


@dataclasses.dataclass(frozen=True, slots=True)
class TextEntry:
    """A text in the file: its kind (a key of TEXTS), the slug of its hub or "", and the values of its columns."""

    kind: str
    slug: str
    hub: str
    values: Mapping[str, Any]


def read_texts(path: Path) -> list[TextEntry]:
    """Return the texts in a file. Raises FaultyProgrammeError with a line for each fault."""
    faults: list[str] = []

    def report(where: str, reason: str) -> None:
        faults.append(f"{path.name}: {where}: {reason}" if where else f"{path.name}: {reason}")

    text = text_of_file(path, report)
    root = Table(read_toml(text, report) if text else {}, "", report)
    entries = [
        _entry(kind, position, table)
        for kind in TEXTS
        for position, table in enumerate(root.tables(kind, _namer(kind)), start=1)
    ]
    root.finish()
    seen: set[tuple[str, str, str]] = set()
    for entry in entries:
        key = (entry.kind, entry.hub, entry.slug)
        if key in seen:
            root.fault(f'[[{entry.kind}]]: slug "{entry.slug}" is there twice')
        seen.add(key)
    if faults or not entries:
        raise FaultyProgrammeError(faults or [f"{path.name}: the file has no texts"])
    return entries


def _namer(kind: str) -> Callable[[int, Mapping[str, Any]], str]:
    return lambda number, values: f"[[{kind}]] {values.get('slug', f'number {number}')}"


def _entry(kind: str, position: int, table: Table) -> TextEntry:
    values: dict[str, Any] = {"is_published": True, "is_sample": table.flag("sample")}
    for number, name in enumerate(TEXTS[kind]):
        for language in ("en", "fr"):
            column = f"{name}_{language}"
            values[column] = table.text(column, required=number == 0, longest=LONGEST[name])
    hub = table.text("hub") if kind == "page" else ""
    if kind == "page":
        values["place"] = table.choice("place", PLACES) or ""
        if hub and values["place"]:
            table.fault("a page of a hub has no place in the navigation")
    if kind == "newsletter":
        values["published_on"] = table.date("published_on", required=True)
    else:
        values["position"] = 10 * position
    entry = TextEntry(kind, table.slug(), hub, values)
    table.finish()
    return entry
