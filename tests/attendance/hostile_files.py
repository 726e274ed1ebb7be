"""Files that would require too much time or memory if they were not refused (SAFETY.md F26)."""

from echo_portal.lib.tables import limits
from tests.attendance.workbooks import archive, with_member, workbook, workbook_of

HEADER = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"
ROW = "Aya,aya@example.org,02/10/2026 12:00:00 PM,02/10/2026 01:00:00 PM,60\n"
REPORT = HEADER + ROW
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]><worksheet><sheetData><row><c t='inlineStr'><is><t>&j;</t></is></c></row></sheetData></worksheet>"
)
MEBIBYTE = 1024 * 1024


def hostile() -> dict[str, tuple[bytes, str]]:
    """Return files with the code for which they must be refused, by a name that describes them."""
    book = workbook_of(REPORT)
    return {
        "100 MB in one line": (b"x" * (100 * MEBIBYTE), "too-large"),
        "30 MB in one line": (b"x" * (30 * MEBIBYTE), "line-too-long"),
        "a million columns": (HEADER.encode() + b"," * 1_000_000, "line-too-long"),
        "sixty thousand columns": (HEADER.encode() + b"," * 60_000, "too-many-columns"),
        "too many rows": (HEADER.encode() + b"a,b\n" * (limits.MAX_ROWS + 5), "too-many-rows"),
        "a quotation mark that is never closed": ((HEADER + '"' + ROW * 1000).encode(), "quote-open"),
        "a record over many lines": ((HEADER + '"\n",' * 2000).encode(), "quote-open"),
        "nothing but NUL": (b"\0" * MEBIBYTE, "empty"),
        "UTF-32": (REPORT.encode("utf-32"), "encoding"),
        "half of UTF-16": (REPORT.encode("utf-16")[:-1], "encoding"),
        "PDF": (b"%PDF-1.7\n" + REPORT.encode(), "not-a-table"),
        "old Excel": (b"\xd0\xcf\x11\xe0" + b"\0" * 512, "not-a-table"),
        "HTML": (b"<html><table><tr><td>x", "not-a-table"),
        "ZIP": (archive({"report.csv": REPORT.encode()}), "not-a-table"),
        "a cut workbook": (book[:-200], "damaged-workbook"),
        "a workbook of 1 GiB": (claiming(book, 1024 * MEBIBYTE), "unpacks-too-large"),
        "a workbook packed 1,000 times": (with_member(book, SHEET, b" " * (50 * MEBIBYTE)), "packed-too-tightly"),
        "a workbook with too many parts": (archive_of(600), "archive-members"),
        "a workbook of two sheets": (workbook([["a"]], [["b"]]), "several-sheets"),
        "a billion laughs": (with_member(book, SHEET, LAUGHS), "damaged-workbook"),
        "a sheet that is no XML": (with_member(book, SHEET, b"<worksheet><sheetData><row"), "damaged-workbook"),
    }


def claiming(book: bytes, size: int) -> bytes:
    """Return the workbook with a directory which falsely declares that the sheet has `size` bytes."""
    packed = with_member(book, SHEET, b" " * 1000)
    at = packed.rindex(SHEET.encode()) - 46  # the sheet's entry in the directory, which is at the end
    return packed[: at + 24] + size.to_bytes(4, "little") + packed[at + 28 :]


def archive_of(count: int) -> bytes:
    return archive(dict.fromkeys((f"xl/extra{number}.xml" for number in range(count)), b"<x/>"))
