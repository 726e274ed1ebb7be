"""The command writes the same rows as the series desk, and refuses invalid arguments."""

import csv
import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from accounts.models import AuditEvent
from tests.evaluations.asked import Asked, answers

pytestmark = pytest.mark.django_db


def export(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("export_evaluation", str(path), *options, stdout=out)
    return out.getvalue().strip()


def lines(path: Path, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=separator))


def test_results_and_rows_are_written(asked: Asked, tmp_path: Path) -> None:
    people = asked.many(5)
    asked.ask()
    for person in people:
        assert answers(person, asked.session, worth_my_time="4", comment="=1+1") == 302
    assert asked.session.ends_at is not None
    with time_machine.travel(asked.session.ends_at + dt.timedelta(days=15), tick=False):
        assert export(tmp_path / "a.csv", "--dry-run") == "Would write 3 lines about 1 sessions."
        assert list(tmp_path.iterdir()) == []
        assert export(tmp_path / "a.csv", "--series", "heart") == "Wrote 3 lines about 1 sessions."
        export(tmp_path / "b.csv", "--rows", "--language", "fr")
        day = str(asked.session.on_date)
        assert export(tmp_path / "c.csv", "--to", "2020-01-01") == "Wrote 0 lines about 0 sessions."
    first = ["heart", "1", "heart 1", day, "7", "5"]
    assert lines(tmp_path / "a.csv")[1:2] == [
        [*first, "worth-my-time", "This session was worth my time.", "5", "0", "0", "0", "5", "0", "4.0"]
    ]
    found = list(csv.DictReader((tmp_path / "b.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
    written = {"Série": "heart", "Séance": "1", "Date": day, "Langue": "en", "comment": "'=1+1", "worth-my-time": "4"}
    assert [{name: row[name] for name in written} for row in found] == [written] * 5
    assert [value for row in found for name, value in row.items() if name not in written and value] == []
    assert AuditEvent.objects.filter(verb__in=["feedback-exported", "answers-exported"]).count() == 3


def test_workbook_is_written_for_a_name_that_ends_in_xlsx(asked: Asked, tmp_path: Path) -> None:
    assert export(tmp_path / "a.XLSX") == "Wrote 0 lines about 0 sessions."
    book = load_workbook(tmp_path / "a.XLSX")
    assert [page.title for page in book] == ["Data", "Columns"]
    assert book.worksheets[0]["A1"].value == "Series"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [(["--series", "none"], "There is no series none."), (["--from", "2026-13-01"], "invalid day value")],
)
def test_wrong_arguments_are_refused(tmp_path: Path, options: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        export(tmp_path / "a.csv", *options)
    assert list(tmp_path.iterdir()) == []


def test_existing_file_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("mine")
    with pytest.raises(CommandError, match="exists already"):
        export(file)
    with pytest.raises(CommandError, match="cannot be written"):
        export(tmp_path / "no" / "a.csv")
    assert file.read_text() == "mine"
