"""Parse calendar files with ical.js, Thunderbird's library, in one Node process."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tools.node_packages import PackageUnavailable, installed

HERE = Path(__file__).resolve().parent


def read_all(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Return the result of ical.js for each text. Without node or npm, skip the test, or fail it if CI=true."""
    try:
        folder = installed(HERE / "package.json") / "ical.js"
    except PackageUnavailable as why:
        if os.environ.get("CI") == "true":
            pytest.fail(f"ical.js is a promise here: {why}")
        pytest.skip(f"CALENDARS ARE NOT READ BY ICAL.JS: {why}")
    answer = subprocess.run(
        ["node", str(HERE / "read_calendars.mjs"), str(folder)],
        input=json.dumps(list(texts)),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 0, answer.stderr
    found: list[dict[str, Any]] = json.loads(answer.stdout)
    return found
