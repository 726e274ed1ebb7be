"""LibreOffice opens the portal's files: all texts are unchanged, and no cell is a formula (`make attack`).

All exports are written by `csv_file` and `xlsx_file`. Other tests compare exports by COPY with these (`tests/reports`).
"""

import csv
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from echo_portal.lib.csv_file import csv_lines, safe_cell, with_line_feeds
from echo_portal.lib.xlsx_file import xlsx_file

PROJECT = Path(__file__).resolve().parents[2]
PAYLOADS = (
    "=1+1",
    '=HYPERLINK("https://example.org")',
    "=cmd|' /C calc'!A0",
    "+1 613 555 0123",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\u00a0=1+1",
    "＝1+1",
    "＋1＋1",
    "﹣2",
    "Roy;=1+1",
    "Roy,=1+1",
    '"=1+1"',
    "{=1+1}",
    "'=1+1",
    "Élodie ᐃᓄᒃ « Roy »",
    "a; b, c",
)
# The first tokens of LibreOffice's filter for CSV: separator, quotation mark, UTF-8, the first line.
FILTERS = {"en": "CSV:44,34,76,1", "fr": "CSV:59,34,76,1"}
soffice = shutil.which("soffice")


@pytest.mark.attack
@pytest.mark.skipif(soffice is None, reason="LibreOffice is not installed (apt-get install libreoffice-calc)")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_cells_of_csv_files_are_the_texts(tmp_path: Path, language: str) -> None:
    rows: list[list[object]] = [["Name", "Number"], *([payload, number] for number, payload in enumerate(PAYLOADS))]
    path = tmp_path / "export.csv"
    path.write_text("".join(csv_lines(rows, language)), encoding="utf-8", newline="")
    found = opened(path, FILTERS[language])
    assert found == [["Name", "Number"], *([safe_cell(text), number] for number, text in enumerate(PAYLOADS))]


@pytest.mark.attack
@pytest.mark.skipif(soffice is None, reason="LibreOffice is not installed (apt-get install libreoffice-calc)")
def test_cells_of_workbooks_are_the_texts(tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    path.write_bytes(xlsx_file([["Name"], *([text] for text in PAYLOADS)], sheet="Data"))
    assert [str(row[0]) for row in opened(path)] == ["Name", *(with_line_feeds(payload) for payload in PAYLOADS)]


@pytest.mark.attack
@pytest.mark.skipif(soffice is None, reason="LibreOffice is not installed (apt-get install libreoffice-calc)")
def test_formula_of_an_unguarded_file_is_found(tmp_path: Path) -> None:
    """Control: LibreOffice treats such a cell as a formula."""
    path = tmp_path / "export.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["Name"], ["=1+1"]])
    with pytest.raises(AssertionError, match="formula"):
        opened(path, FILTERS["en"])


def opened(path: Path, import_filter: str = "") -> list[list[object]]:
    """Convert the file to a workbook with LibreOffice, assert that no cell is a formula, and return its values."""
    target = path.parent / "opened"
    command = [str(soffice), "--headless", f"-env:UserInstallation=file://{path.parent}/profile"]
    command += [f"--infilter={import_filter}"] if import_filter else []
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(target), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    page = load_workbook(target / f"{path.stem}.xlsx").worksheets[0]
    formulas = [cell.value for row in page.iter_rows() for cell in row if cell.data_type == "f"]
    assert not formulas, f"formula in {formulas}"
    return [[cell.value for cell in row] for row in page.iter_rows()]


def test_no_other_code_writes_csv_files_or_workbooks() -> None:
    allowed = {"echo_portal/lib/csv_file.py", "echo_portal/lib/xlsx_file.py"}
    assert {path for path in sources() if writes_tables(path)} == allowed


def sources() -> Iterable[str]:
    folders = [folder for folder in PROJECT.iterdir() if (folder / "__init__.py").exists()]
    return (
        str(path.relative_to(PROJECT))
        for folder in folders
        if folder.name not in ("tests", "tools")
        for path in folder.rglob("*.py")
    )


def writes_tables(path: str) -> bool:
    return re.search(r"csv\.(writer|DictWriter)|\bWorkbook\(", (PROJECT / path).read_text(encoding="utf-8")) is not None
