"""Every audit event about something of a hub carries that hub, so that its coordinators find it."""

from __future__ import annotations

import ast
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ROOMS = ("accounts", "attendance", "echo_portal", "hubs", "programme", "registrations", "sessions")
OF_A_HUB = ("announcement:", "attendance", "hub:", "message:", "registration:", "series:", "session:")


def events() -> list[tuple[str, str, bool]]:
    """Return each call of `record` as its place, what it is about, and whether it names a hub."""
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


def test_events_about_a_hubs_rows_carry_the_hub() -> None:
    found = events()
    assert len([place for place, about, _scoped in found if about.startswith(OF_A_HUB)]) > 15
    unscoped = [f"{place}: {about}" for place, about, scoped in found if about.startswith(OF_A_HUB) and not scoped]
    assert unscoped == []
