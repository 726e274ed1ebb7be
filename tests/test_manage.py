"""Without settings, `manage.py` displays the command to type, and that command works."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
KEPT = ("HOME", "LANG", "LD_LIBRARY_PATH", "PATH")  # without the settings of the tests


def manage(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    fresh = {key: os.environ[key] for key in KEPT if key in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=REPOSITORY,
        env={**fresh, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", ["drain", "check_timezones"])
def test_manage_without_settings_displays_the_command_to_type(command: str) -> None:
    answer = manage(command, SECRET_KEY="")
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert f"DEBUG=1 .venv/bin/python manage.py {command}\n" in answer.stderr


def test_command_that_manage_displays_works_and_is_in_the_readme() -> None:
    answer = manage("check", DEBUG="1")
    assert answer.returncode == 0, answer.stderr
    assert "`DEBUG=1 .venv/bin/python manage.py drain`" in (REPOSITORY / "README.md").read_text()


def test_manage_displays_other_settings_errors_unchanged() -> None:
    answer = manage("check", DEBUG="1", EMAIL_URL="", MAIL_TIMEOUT_SECONDS="soon")
    assert answer.returncode == 1
    assert "DEBUG=1 .venv/bin/python" not in answer.stderr
