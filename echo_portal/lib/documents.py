"""Uploaded documents: which types are accepted, according to their name and their content (SAFETY.md V5).

A document is sent only as a download, so that browsers never display it as a part of this site. Archives are never
unpacked here. What a PDF may not contain is in uploaded_pdf.py.
"""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import puremagic

from echo_portal.lib.text import has_control_characters
from echo_portal.lib.uploaded_pdf import problem_of_pdf

MAX_BYTES = 20 * 1024 * 1024
MAX_NAME = 150
MAX_MEMBERS = 3000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100
SMALL_MEMBER = 256 * 1024  # bytes; smaller members may have any ratio, because repeated words compress well


@dataclass(frozen=True)
class DocumentType:
    """A type of document. `part` is the name of a file that an Office document of this type must contain."""

    extension: str
    content_type: str
    part: str = ""


_OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES: Mapping[str, DocumentType] = {
    one.extension: one
    for one in (
        DocumentType("pdf", "application/pdf"),
        DocumentType("pptx", f"{_OFFICE}presentationml.presentation", "ppt/presentation.xml"),
        DocumentType("docx", f"{_OFFICE}wordprocessingml.document", "word/document.xml"),
        DocumentType("txt", "text/plain; charset=utf-8"),
        DocumentType("vtt", "text/vtt; charset=utf-8"),
    )
}
# Names of archive members that can run code or that contain another file.
_ACTIVE = (
    "vbaproject.bin",
    "vbadata.xml",
    "/activex/",
    "/embeddings/",
    "/externallinks/",
    ".exe",
    ".js",
    ".vbs",
    ".html",
)
# What begins a page, a drawing or a script, whatever the name of the file says.
_MARKUP = ("<!doctype", "<html", "<svg", "<?xml", "<?php", "<script", "#!", "{\\rtf")


class RefusedDocumentError(Exception):
    """Raised if a document is not accepted. `code` is the reason, and `facts` are the values for its sentence."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def check_document(name: str, data: bytes) -> DocumentType:
    """Return the type of the document. Raises RefusedDocumentError if its name or its content is not accepted."""
    found = _type_of_name(name)
    if not data:
        raise RefusedDocumentError("empty")
    if len(data) > MAX_BYTES:
        raise RefusedDocumentError("too-large", megabytes=MAX_BYTES // 1024**2)
    if found.part:
        _check_office(data, found)
    elif found.extension == "pdf":
        _check_pdf(data)
    else:
        _check_text(data, found)
    return found


def _type_of_name(name: str) -> DocumentType:
    if len(name) > MAX_NAME or has_control_characters(name) or set("/\\") & set(name):
        raise RefusedDocumentError("name")
    stem, _dot, extension = name.rpartition(".")
    found = TYPES.get(extension.casefold())
    if found is None or not stem.strip():
        raise RefusedDocumentError("type", accepted=", ".join(one.upper() for one in TYPES))
    return found


def _identified(data: bytes) -> str:
    try:
        return str(puremagic.from_string(data[:4096])).lstrip(".")
    except puremagic.PureError:
        return ""


def _check_pdf(data: bytes) -> None:
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-2048:] or _identified(data) != "pdf":
        raise RefusedDocumentError("content", extension="PDF")
    if _is_also_an_archive(data) or any(start in data[:1024].lower() for start in (b"<html", b"<script", b"<svg")):
        raise RefusedDocumentError("two-types")
    if problem := problem_of_pdf(data):
        raise RefusedDocumentError(problem, extension="PDF")


def _is_also_an_archive(data: bytes) -> bool:
    return zipfile.is_zipfile(io.BytesIO(data))


def _check_office(data: bytes, found: DocumentType) -> None:
    if not data.startswith(b"PK\x03\x04"):
        raise RefusedDocumentError("content", extension=found.extension.upper())
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise RefusedDocumentError("content", extension=found.extension.upper()) from None
    names = {member.filename for member in members}
    if "[Content_Types].xml" not in names or found.part not in names:
        raise RefusedDocumentError("content", extension=found.extension.upper())
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise RefusedDocumentError("unpacks-too-large")
    for member in members:
        if member.file_size > SMALL_MEMBER and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise RefusedDocumentError("unpacks-too-large")
        if len(names) < len(members) or member.flag_bits & 1 or not _is_inside(member.filename):
            raise RefusedDocumentError("content", extension=found.extension.upper())
        if any(part in f"/{member.filename.lower()}" for part in _ACTIVE):
            raise RefusedDocumentError("active")


def _is_inside(name: str) -> bool:
    """Return whether a file of an archive, with this name, would be unpacked inside the target folder."""
    return not name.startswith(("/", "\\")) and ".." not in name.replace("\\", "/").split("/") and ":" not in name


def _check_text(data: bytes, found: DocumentType) -> None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedDocumentError("encoding") from None
    start = text.lstrip().casefold()
    if has_control_characters(text, lines=True) or start.startswith(_MARKUP) or not start:
        raise RefusedDocumentError("content", extension=found.extension.upper())
    if found.extension == "vtt" and not text.startswith("WEBVTT"):
        raise RefusedDocumentError("content", extension="VTT")
