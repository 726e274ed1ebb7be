"""In the table of `make faults`, a fault that was not tested is listed as skipped and does not fail the run."""

from __future__ import annotations

from typing import Any

import pytest

from tools.faults import all_held, print_table


def row(held: bool | None) -> dict[str, Any]:
    return {"id": "F18", "what": "libfaketime is missing", "figures": "", "held": held}


def test_run_fails_only_if_a_fault_test_failed() -> None:
    assert all_held([row(True), row(None)])
    assert not all_held([row(True), row(None), row(False)])
    assert not all_held([row(None)])
    assert not all_held([])


def test_skipped_fault_is_listed_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    print_table([row(None)])
    assert capsys.readouterr().out.splitlines()[-1].split() == ["F18", "libfaketime", "is", "missing", "skipped"]
