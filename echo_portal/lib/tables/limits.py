"""Limits for the size of a file, checked before it is parsed (SAFETY.md F26)."""

import io
import zipfile

from echo_portal.lib.tables.refused import RefusedTableError

MAX_BYTES = 32 * 1024 * 1024
MAX_ROWS = 150_000
MAX_COLUMNS = 256
MAX_LINE = 64 * 1024  # characters of one line
MAX_CELL = 32 * 1024  # characters, as in Excel
MAX_LINES_OF_RECORD = 50  # a cell with line breaks: an answer to a question of the registration form

MAX_MEMBERS = 500
MAX_UNPACKED = 96 * 1024 * 1024
MAX_SHARED_TEXT = 12 * 1024 * 1024  # openpyxl loads it into memory
MAX_RATIO = 100
SMALL_MEMBER = 256 * 1024  # bytes; smaller members may have any ratio, because repeated words compress well

# The first bytes of files that are not tables, and the names of their formats.
SIGNATURES = (
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"{\\rtf", "RTF"),
)
MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<svg", b"<table", b"{", b"[")


def check_bytes(data: bytes) -> None:
    """Raise RefusedTableError if a file is empty, too large or not a table."""
    if not data.strip(b"\0\r\n\t ,;\xef\xbb\xbf\xff\xfe"):
        raise RefusedTableError("empty")
    if len(data) > MAX_BYTES:
        raise RefusedTableError("too-large", megabytes=MAX_BYTES // 1024**2)
    for signature, name in SIGNATURES:
        if data.startswith(signature):
            raise RefusedTableError("not-a-table", kind=name)
    start = data[:64].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith(MARKUP):
        raise RefusedTableError("not-a-table", kind="JSON" if start[:1] in b"{[" else "HTML/XML")


def is_zip(data: bytes) -> bool:
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def check_archive(data: bytes) -> None:
    """Raise RefusedTableError if an archive is not a workbook, or if its declared sizes are too large.

    The declared sizes can be trusted, because `zipfile` never reads more than the declared size of a file in it.
    """
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise RefusedTableError("damaged-workbook") from None
    names = {member.filename for member in members}
    if len(members) > MAX_MEMBERS:
        raise RefusedTableError("archive-members", count=len(members), most=MAX_MEMBERS)
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise RefusedTableError("not-a-table", kind="ZIP")
    if len(names) < len(members):
        raise RefusedTableError("damaged-workbook")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED:
        raise RefusedTableError("unpacks-too-large", megabytes=unpacked // 1024**2, most=MAX_UNPACKED // 1024**2)
    for member in members:
        if member.file_size > SMALL_MEMBER and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise RefusedTableError("packed-too-tightly", name=member.filename[:80], most=MAX_RATIO)
        if member.filename.endswith("sharedStrings.xml") and member.file_size > MAX_SHARED_TEXT:
            raise RefusedTableError("unpacks-too-large", megabytes=member.file_size // 1024**2, most=12)
