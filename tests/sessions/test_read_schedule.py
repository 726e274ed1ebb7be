"""`manage.py read_schedule` prints draft rows without a database, and says why a file is refused."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

REPOSITORY = Path(__file__).resolve().parents[2]
SCHEDULES = Path(__file__).parent / "schedules"
NO_DATABASE = {
    "DEBUG": "1",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


def read_schedule(*arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    kept = {key: os.environ[key] for key in ("HOME", "LANG", "LD_LIBRARY_PATH", "PATH") if key in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "read_schedule", *arguments],
        cwd=REPOSITORY,
        env={**kept, **NO_DATABASE},
        input=given,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_command_prints_json_without_a_database() -> None:
    answer = read_schedule(str(SCHEDULES / "published-community-based.txt"), "--as-of", "2022-01-17", "--json")
    assert (answer.returncode, answer.stderr) == (0, b"")
    values = json.loads(answer.stdout)
    assert values["rows"][2] == {
        "number": 3,
        "title": "Managing the Last Hours of Life in the Home",
        "title_en": "Managing the Last Hours of Life in the Home",
        "title_fr": "",
        "date": "2022-03-16",
        "start": "13:00",
        "end": "14:00",
        "zone": "America/Toronto",
        "presenters": [],
        "links": [],
        "beside": [],
        "lines": [10, 11],
        "findings": [
            {
                "code": "year-broken",
                "level": "warning",
                "sentence": "The year is written “202”. 2022 was taken, which keeps the dates in order.",
                "sentence_en": "The year is written “202”. 2022 was taken, which keeps the dates in order.",
                "sentence_fr": "L’année est écrite «\u00a0202\u00a0». "
                "2022 a été retenue, ce qui garde les dates en ordre.",
            }
        ],
    }
    assert values["announced"] == {"credits": 11.0, "sessions": None}


def test_command_prints_a_french_schedule_from_standard_input() -> None:
    text = (SCHEDULES / "quebec-seances.txt").read_bytes()
    answer = read_schedule("-", "--language", "fr", "--as-of", "2026-11-27", given=text)
    assert answer.returncode == 0
    printed = answer.stdout.decode()
    assert "Séance 3\u00a0: Soulager la dyspnée (lignes 13, 14)" in printed
    assert "Le texte dit vendredi, mais la date est le jeudi 11 mars 2027." in printed


def test_command_displays_that_a_text_contains_no_session(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("read_schedule", file_of(tmp_path, b"Nothing here\n"))
    assert "No session was found in the text." in capsys.readouterr().out


def file_of(folder: Path, content: bytes) -> str:
    file = folder / "schedule.txt"
    file.write_bytes(content)
    return str(file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04\x00\x00", "is not a text file."),
        (b"a" * 800_001, "is larger than 800000 bytes."),
        (b"a\n" * 5_000, "The text is too long: a schedule has at most 4000 lines."),
        (b"January 14, 2027: Pain\n" * 400, "The text gives more sessions than a series can have."),
    ],
    ids=["binary", "huge", "lines", "rows"],
)
def test_binary_or_too_long_file_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(CommandError, match=re.escape(said)):
        call_command("read_schedule", file_of(tmp_path, content))


def test_missing_file_folder_and_invalid_date_are_refused(tmp_path: Path) -> None:
    for name, said in (("missing.txt", "No such file or directory"), (str(tmp_path), "Is a directory")):
        with pytest.raises(CommandError, match=f"cannot be read: {said}."):
            call_command("read_schedule", name)
    for day, said in (("tomorrow", "must be a date"), ("1999-01-01", "between 2001 and 2100")):
        with pytest.raises(CommandError, match=said):
            call_command("read_schedule", file_of(tmp_path, b""), as_of=day)


def test_invalid_date_exits_with_code_1_and_prints_no_traceback() -> None:
    answer = read_schedule("-", "--as-of", "tomorrow")
    assert answer.returncode == 1
    assert answer.stderr.decode().strip() == 'CommandError: --as-of must be a date such as 2026-11-27, not "tomorrow".'


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_files_in_common_encodings_are_parsed(
    tmp_path: Path, encoding: str, capsys: pytest.CaptureFixture[str]
) -> None:
    content = "Le 1er avril 2027, 12 h à 13 h : Été\n".encode(encoding)
    call_command("read_schedule", file_of(tmp_path, content), json=True, as_of="2026-11-27")
    row = json.loads(capsys.readouterr().out)["rows"][0]
    assert (row["title_fr"], row["date"]) == ("Été", "2027-04-01")
