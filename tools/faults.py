"""`make faults`: run the long form of each fault test of docs/faults.md, and print a table of results (SAFETY.md 3).

It runs the tests of tests/faults one after another with FAULTS=full. The exit code is 1 if a test failed. Skipped tests
are listed with the reason.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
WIDTHS = (12, 44, 72, 8)
HELD = {True: "held", False: "NOT HELD", None: "skipped"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make faults")
    parser.add_argument("--short", action="store_true", help="fewer messages and kills, shorter timeouts: six minutes")
    parser.add_argument("-k", default="", help="run only tests whose names match, as pytest's -k")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.jsonl"
        report.touch()
        environment = {**os.environ, "FAULTS_REPORT": str(report), "FAULTS": "short" if options.short else "full"}
        command = [sys.executable, "-m", "pytest", "-n", "0", "tests/faults"]
        command += ["-k", options.k] if options.k else []
        with subprocess.Popen(command, cwd=PROJECT, env=environment) as tests:
            try:
                code = tests.wait()
            except KeyboardInterrupt:
                code = tests.wait()  # the tests receive the same Ctrl-C and stop their processes
        rows = [json.loads(line) for line in report.read_text().splitlines()]
    print_table(rows)
    return 0 if code == 0 and all_held(rows) else 1


def all_held(rows: list[dict[str, Any]]) -> bool:
    """Return whether at least one test was run and none failed. Skipped tests (`held` is None) are ignored."""
    return any(row["held"] for row in rows) and all(row["held"] is not False for row in rows)


def print_table(rows: list[dict[str, Any]]) -> None:
    print_row("id", "what was done", "figures", "held")
    for row in rows:
        print_row(row["id"], row["what"], row["figures"], HELD[row["held"]])


def print_row(*texts: str) -> None:
    cells = [textwrap.wrap(text, width) or [""] for text, width in zip(texts, WIDTHS, strict=True)]
    for cell in itertools.zip_longest(*cells, fillvalue=""):
        parts = [text.ljust(width) for text, width in zip(cell, WIDTHS, strict=True)]
        sys.stdout.write("  ".join(parts).rstrip() + "\n")


if __name__ == "__main__":
    sys.exit(main())
