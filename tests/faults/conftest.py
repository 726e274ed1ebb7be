"""The campaign that all tests of a process share, and the line of each test in the table of `make faults`."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.faults.running import Campaign, campaign

RESULT = pytest.StashKey[bool | str]()  # True if the test passed, or the reason why it was skipped


class Line:
    """A line of the table: the number of the fault, a description of what was injected, and the measurements."""

    def __init__(self) -> None:
        self.id, self.what, self.figures = "", "", ""

    def says(self, number: str, what: str, figures: str = "") -> None:
        self.id, self.what, self.figures = number, what, figures


@pytest.fixture(scope="session")
def servers_of_its_own(
    django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Campaign]:
    with campaign(worker_id, tmp_path_factory.mktemp("faults"), django_db_blocker.unblock) as running:
        yield running


@pytest.fixture
def faults(servers_of_its_own: Campaign) -> Iterator[Campaign]:
    servers_of_its_own.clear()
    yield servers_of_its_own
    for process in list(servers_of_its_own.processes):
        servers_of_its_own.end(process)


@pytest.fixture
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    row = Line()
    yield row
    if report := os.environ.get("FAULTS_REPORT"):
        held = request.node.stash.get(RESULT, False)
        if isinstance(held, str):
            row.what, held = held, None
        text = {"id": row.id or request.node.name, "what": row.what, "figures": row.figures, "held": held}
        with Path(report).open("a") as file:
            file.write(json.dumps(text) + "\n")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Any:
    report = yield
    if report.when == "call":
        item.stash[RESULT] = str(report.longrepr[2]) if report.skipped else report.passed
    return report
