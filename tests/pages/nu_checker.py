"""Validate HTML with the W3C's Nu HTML Checker, in one Java process."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.node_packages import PackageUnavailable, installed

HERE = Path(__file__).resolve().parent


def faults_in(pages: dict[str, str], folder: Path) -> list[str]:
    """Return the checker's errors and warnings, each with the name of its page.

    Without Java, node or npm, skip the test, or fail it if CI=true.
    """
    try:
        jar = installed(HERE / "package.json") / "vnu-jar" / "build" / "dist" / "vnu.jar"
        if shutil.which("java") is None:
            raise PackageUnavailable("java is not installed")
    except PackageUnavailable as why:
        if os.environ.get("CI") == "true":
            pytest.fail(f"The Nu checker is a promise here: {why}")
        pytest.skip(f"HTML IS NOT CHECKED: {why}")
    names = {}
    for number, (name, page) in enumerate(pages.items()):
        file = folder / f"{number}.html"
        file.write_text(page, encoding="utf-8")
        names[file.name] = name
    command = ["java", "-Xss2m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", str(jar), "--format", "json"]
    answer = subprocess.run(
        [*command, *(str(folder / file) for file in names)], capture_output=True, text=True, timeout=120, check=False
    )
    return [
        f"{names[message['url'].rpartition('/')[2]]}: {message['message']} ({message.get('extract', '').strip()!r})"
        for message in json.loads(answer.stderr)["messages"]
    ]
