"""All audit events about rows of a hub have the hub's ID, so that the hub's coordinators can see them."""

from __future__ import annotations

import ast
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ROOMS = (
    "accounts",
    "attendance",
    "credits",
    "echo_portal",
    "evaluations",
    "hubs",
    "news",
    "pages",
    "programme",
    "proposals",
    "registrations",
    "sessions",
)
# What belongs to no hub. Anything else does, also a row whose `about` is a property, such as an announcement.
OF_NO_HUB = ("person:", "programme:", "report:")
OF_THE_PROGRAMME = "news/"  # newsletters are sent by the programme, not by a hub


def events() -> list[tuple[str, str, bool]]:
    """Return, for each call of `record`, its file and line, its `about`, and whether it passes a hub."""
    found = []
    for room in ROOMS:
        for path in sorted((PROJECT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                    named = {word.arg: word.value for word in node.keywords}
                    if "about" in named:
                        about = ast.unparse(named["about"]).removeprefix("f").strip("'\"")
                        found.append((f"{path.relative_to(PROJECT)}:{node.lineno}", about, "scope_id" in named))
    return found


def test_audit_events_about_rows_of_a_hub_have_the_hubs_id() -> None:
    found = [
        (place, about, scoped)
        for place, about, scoped in events()
        if not about.startswith(OF_NO_HUB) and not place.startswith(OF_THE_PROGRAMME)
    ]
    assert len([place for place, _about, scoped in found if scoped]) > 60
    assert [f"{place}: {about}" for place, about, scoped in found if not scoped] == []
