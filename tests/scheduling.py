"""Distribute the tests with pytest-xdist: tests that share processes run on one worker, and the longest start first.

The mark `xdist_group` with `--dist=loadgroup` would be simpler, but pytest-xdist 3.8 ignores the mark with pytest 9.2,
because it changes a private attribute that pytest no longer uses for the node ID.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

from tests.rows_of_module import ADDED, OF_MODULE, shared_rows

# The tests of a group share a portal or a web server. Every other test file is its own group.
GROUPS = {"tests/journeys/": "portal", "tests/pages/test_weight.py": "portal", "tests/load/": "load"}
# Groups and marks in the order in which they are started, so that no core is idle at the end.
LONGEST = ("portal", "faults", "servers", "load")


def group_of(nodeid: str) -> str:
    file = nodeid.partition("::")[0]
    return next((group for prefix, group in GROUPS.items() if file.startswith(prefix)), file)


class GroupScheduling(LoadFileScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> GroupScheduling | None:
    """Use the groups, unless the command line has another --dist than pyproject.toml."""
    return GroupScheduling(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests. In each file, those with fewer rows of the module (tests/rows_of_module.py) are first.

    Raise an error for a `portal` test outside the group whose worker starts the portal, except for fault tests, which
    start their own portal because they stop and kill its processes.
    """
    for item in items:
        uses_portal = "portal" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("faults")
        if uses_portal and group_of(item.nodeid) != "portal":
            raise pytest.UsageError(f"{item.nodeid} uses the portal: add its file to tests/scheduling.py")
        if shared_rows(item) and _commits(item):
            raise pytest.UsageError(f"{item.nodeid} commits its rows: it cannot use rows of the module")
    used = {(item.path, name) for item in items for name in getattr(item, "fixturenames", ())}
    for path in {path for path, name in used if name == ADDED}:
        if (path, OF_MODULE[1]) in used:
            raise pytest.UsageError(f"{path} has tests with `{ADDED}` and with `own`: divide it into two files")
    files = {file: number for number, file in enumerate(dict.fromkeys(item.path for item in items))}
    items.sort(key=lambda item: (_rank(item), files[item.path], shared_rows(item)))


def _commits(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    marked = mark is not None and mark.kwargs.get("transaction", False)
    return marked or "transactional_db" in getattr(item, "fixturenames", ())


def _rank(item: pytest.Item) -> int:
    names = {group_of(item.nodeid), *(mark.name for mark in item.iter_markers())}
    return next((rank for rank, name in enumerate(LONGEST) if name in names), len(LONGEST))
