"""Build workbooks and archives for tests."""

import csv
import io
import zipfile
from typing import Any

import openpyxl


def workbook(*sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook_of(text: str) -> bytes:
    return workbook(list(csv.reader(io.StringIO(text))))


def archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


def with_member(book: bytes, name: str, content: bytes) -> bytes:
    """Return the workbook with a file inside it replaced or added."""
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        members = {member: packed.read(member) for member in packed.namelist()}
    return archive(members | {name: content})
