"""Neither a worker nor beat starts if the configuration has errors (SAFETY.md 3)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

PRODUCTION = {
    "DEBUG": "0",
    "DEMO": "0",
    "ALLOWED_HOSTS": "echo.example.org",
    "SITE_URL": "https://echo.example.org",
    "CALENDAR_DOMAIN": "echo.example.org",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
    "OPERATOR_EMAIL": "office@echo.example.org",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "SECRET_KEY": "a",
}


@pytest.mark.parametrize("arguments", ["worker --pool=solo", "beat --schedule={folder}/schedule"])
def test_celery_ends_if_the_configuration_has_errors(arguments: str, tmp_path: Path) -> None:
    words = arguments.format(folder=tmp_path).split()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "celery", "-A", "echo_portal", *words],
        cwd=settings.BASE_DIR,
        env={**os.environ, **PRODUCTION},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "echo.E002" in done.stderr
