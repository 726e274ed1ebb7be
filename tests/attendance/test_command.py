"""`manage.py read_attendance_report` prints the contents of a report, and saves nothing."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from echo_portal.lib.tables.child import PROJECT
from tests.attendance.reports import SAMPLES, answer, window_of

SAMPLE = "zm03_meeting_lowercase_2024plus.csv"
WINDOW = ["--zone", "America/Toronto", "--start", "2026-03-10T12:00", "--end", "2026-03-10T13:00"]


def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run the command with the settings of a database that does not exist."""
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@/nothing?host=/nonexistent"}
    command = [sys.executable, "manage.py", "read_attendance_report", *map(str, arguments)]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)


def test_command_prints_the_contents_of_the_report_as_json() -> None:
    done = run(SAMPLES / SAMPLE, *WINDOW, "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, answer((SAMPLES / SAMPLE).read_bytes(), window_of(SAMPLE)))


def test_command_prints_lines_in_the_requested_language() -> None:
    done = run(SAMPLES / SAMPLE, *WINDOW, "--language", "fr")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "Format\u00a0: Z-M5 (réunion Zoom)",
        "Réunion\u00a0: 81200000002 – LTC Community of Practice - Session 3",
        "Séance\u00a0: de 2026-03-10T12:00:00-04:00 à 2026-03-10T13:00:00-04:00",
        "Première arrivée\u00a0: 2026-03-10T11:50:26-04:00, dernier départ\u00a0: 2026-03-10T13:06:31-04:00",
        "  email:host@example.org  Host One: 60 min (3600 s)  12:00:00–13:00:00",
        "  email:chantal@example.org  Chantal Exemple: 60 min (3600 s)  12:00:00–13:00:00",
        "  ligne 6  Chantal Exemple: écartée. Temps passé dans la salle d’attente.",
        "  ligne 8  Dele Sample: à associer. Aucune adresse courriel\u00a0: à vous de dire qui c’est.",
    ]


def test_refused_report_has_its_own_exit_code() -> None:
    done = run(SAMPLES / "zr01_registration_report.csv", *WINDOW)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "This is a registration report, not an attendance report.\n"


def test_error_message_names_the_invalid_argument() -> None:
    assert run("nowhere.csv", *WINDOW).returncode == 1
    for arguments, sentence in (
        (["nowhere.csv", *WINDOW], "nowhere.csv: No such file or directory"),
        ([SAMPLES / SAMPLE, *WINDOW, "--zone", "Toronto"], "--zone must be a time zone"),
        ([SAMPLES / SAMPLE, *WINDOW, "--start", "noon"], "--start must be a time"),
        ([SAMPLES / SAMPLE, *WINDOW, "--end", "2026-03-10T12:00"], "--end must lie after --start"),
        ([SAMPLES / SAMPLE, *WINDOW, "--start", "2026-03-08T02:30"], "--start: the clocks of America/Toronto skip"),
        ([SAMPLES / SAMPLE, *WINDOW, "--column", "who=Name"], "--column must be ROLE=HEADER"),
    ):
        with pytest.raises(CommandError, match=re.escape(sentence)):
            call_command("read_attendance_report", *map(str, arguments))
