"""Documents for tests: small ones that are accepted, and hostile ones (SAFETY.md V5)."""

import io
import zipfile
import zlib

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
VTT = b"WEBVTT\n\n00:01.000 --> 00:04.000\nWelcome, everyone.\n"
TXT = "Bienvenue à tous.\n".encode()
TYPES = "[Content_Types].xml"


def pdf_with_stream(unpacked: bytes) -> bytes:
    """Return a PDF that contains a compressed stream."""
    stream = b"2 0 obj\n<< /Filter /FlateDecode >>\nstream\r\n%b\nendstream\nendobj\n" % zlib.compress(unpacked)
    return PDF.replace(b"trailer", stream + b"trailer")


def office(part: str, **others: bytes) -> bytes:
    """Return an Office document that contains this part.

    In the names of the other members, write two underscores for a slash.
    """
    return archive(
        {TYPES: b"<Types/>", part: b"<p/>", **{name.replace("__", "/"): data for name, data in others.items()}}
    )


def archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return out.getvalue()


PPTX, DOCX = office("ppt/presentation.xml"), office("word/document.xml")


def _with_macro() -> bytes:
    return office("ppt/presentation.xml", **{"ppt__vbaProject.bin": b"\xd0\xcf\x11\xe0"})


def _bomb() -> bytes:
    """Return a document that declares a file in it to have 1 GiB when unpacked, which is not true."""
    data = bytearray(archive({TYPES: b"<Types/>", "word/document.xml": b"<p/>", "word/media/a.bin": b"\0" * 2**20}))
    size, huge = (2**20).to_bytes(4, "little"), (2**30).to_bytes(4, "little")
    return bytes(data).replace(size, huge)


def _squeezed() -> bytes:
    return office("word/document.xml", **{"word__media__a.bin": b"\0" * (40 * 2**20)})


def _twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(TYPES, b"<Types/>")
        for name in ("word/document.xml", "word/document.xm!"):
            file.writestr(name, b"<p/>")
    return out.getvalue().replace(b"document.xm!", b"document.xml")


def _encrypted() -> bytes:
    data = bytearray(DOCX)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(mark, place + 4)
    return bytes(data)


HOSTILE: dict[str, tuple[str, bytes, str]] = {
    "program named PDF": ("slides.pdf", b"MZ\x90\0" + b"\0" * 200, "content"),
    "page named PDF": ("slides.pdf", b"<html><script>alert(1)</script></html>", "content"),
    "page": ("slides.html", b"<html></html>", "type"),
    "page after PDF in the name": ("slides.pdf.html", PDF, "type"),
    "drawing": ("slides.svg", b"<svg onload='alert(1)'/>", "type"),
    "drawing named picture": ("slides.png", b"<svg onload='alert(1)'/>", "type"),
    "script": ("slides.js", b"alert(1)", "type"),
    "page before a PDF": ("slides.pdf", b"<html><script>alert(1)</script>" + PDF, "content"),
    "page inside the head of a PDF": (
        "slides.pdf",
        PDF.replace(b"1 0 obj", b"%<script>alert(1)</script>\n1 0 obj"),
        "two-types",
    ),
    "PDF that is an archive": ("slides.pdf", PDF + archive({"a.exe": b"MZ"}) + b"%%EOF", "two-types"),
    "PDF with a script": (
        "slides.pdf",
        PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript >>"),
        "active",
    ),
    "PDF that starts a program": ("slides.pdf", PDF.replace(b"/Catalog", b"/Catalog /A << /S /Launch >>"), "active"),
    "PDF with a file inside": ("slides.pdf", PDF.replace(b"/Catalog", b"/Catalog /EmbeddedFile"), "active"),
    "PDF with an escaped name": (
        "slides.pdf",
        PDF.replace(b"/Catalog", b"/Catalog /A << /S /J#61vaScript >>"),
        "active",
    ),
    "PDF with a script in compressed objects": (
        "slides.pdf",
        pdf_with_stream(b"1 0\n<< /S /JavaScript /JS (a) >>"),
        "active",
    ),
    "PDF with compressed objects of 100 MB": (
        "slides.pdf",
        pdf_with_stream(b"1 0\n" + b" " * 10**8),
        "unpacks-too-large",
    ),
    "PDF of very many streams": (
        "slides.pdf",
        PDF.replace(b"endobj", b"stream\nx\x9c" * 10**6 + b"endobj"),
        "unpacks-too-large",
    ),
    "half a PDF": ("slides.pdf", PDF[:40], "content"),
    "compressed file named PDF": ("slides.pdf", zlib.compress(b"\0" * 10**6), "content"),
    "name that leaves the folder": ("../../etc/cron.d/slides.pdf", PDF, "name"),
    "name that leaves a Windows folder": ("..\\slides.pdf", PDF, "name"),
    "name that reads backwards": ("slides\u202efdp.exe.pdf", PDF, "name"),
    "name with NUL": ("slides.html\0.pdf", PDF, "name"),
    "name of the type only": (".pdf", PDF, "type"),
    "long name": (f"{'a' * 200}.pdf", PDF, "name"),
    "document that unpacks to 1 GiB": ("a.docx", _bomb(), "unpacks-too-large"),
    "document that is packed too tightly": ("a.docx", _squeezed(), "unpacks-too-large"),
    "document of many members": (
        "a.docx",
        archive({TYPES: b"", "word/document.xml": b""} | {f"m{number}": b"" for number in range(3100)}),
        "unpacks-too-large",
    ),
    "macros": ("a.pptx", _with_macro(), "active"),
    "program in a document": ("a.docx", office("word/document.xml", word__embeddings__a=b"MZ"), "active"),
    "archive named document": ("a.docx", archive({"a.txt": b"a"}), "content"),
    "slides named document": ("a.docx", PPTX, "content"),
    "member that leaves the folder": ("a.docx", office("word/document.xml", **{"..__..__evil.xml": b""}), "content"),
    "two members of one name": ("a.docx", _twice(), "content"),
    "encrypted document": ("a.docx", _encrypted(), "content"),
    "program before an archive": ("a.pptx", b"MZ" + PPTX, "content"),
    "old Office document": ("a.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "content"),
    "page named text": ("a.txt", b" <!DOCTYPE html><script>alert(1)</script>", "content"),
    "script named text": ("a.txt", b"#!/bin/sh\nrm -rf /\n", "content"),
    "captions that are a page": ("a.vtt", b"<svg/>WEBVTT", "content"),
    "text in UTF-16": ("a.txt", "text".encode("utf-16"), "encoding"),
    "text with control characters": ("a.txt", b"a\x1b[2Jb", "content"),
    "nothing": ("a.pdf", b"", "empty"),
    "too much": ("a.pdf", PDF + b"\0" * (20 * 2**20), "too-large"),
}
