"""Documents are rendered in a child process that makes no requests and can be killed (SAFETY.md F23)."""

import contextlib
import io
import os
import signal
from pathlib import Path
from typing import Any

import page
import pypdf
import pytest

from echo_portal.lib.pdf import rendering
from echo_portal.lib.pdf.document import AssetFetcher, write_pdf
from echo_portal.lib.pdf.rendering import NotRenderedError, Renderer, renderer_of_a_request

SHEET = (
    '<!doctype html><html lang="en-CA"><head><title>A sheet</title><meta name="dcterms.created" content="2026-11-27">'
    "</head><body><h1>{0}</h1></body></html>"
)
LARGE = SHEET.format("word " * 12_000_000)
SLOW = SHEET.format("<table>" * 400 + "<tr><td>" + "word " * 200_000)


def rendered(renderer: Renderer, text: str = "Hello") -> bytes:
    return renderer.render(SHEET.format(text), style="h1 { font-family: 'Hanken Grotesk' }", images={})


def words_of(file: bytes) -> str:
    return " ".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(file)).pages)


def test_document_is_accessible_and_archivable() -> None:
    with Renderer() as renderer:
        file = rendered(renderer, "Café ᐊᒪ")
        again = rendered(renderer, "Second")
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        assert page.validate_pdf_bytes(file, profile=profile).is_compliant, profile
    assert (words_of(file), words_of(again)) == ("Café ᐊᒪ", "Second")


def test_no_stream_ends_in_a_carriage_return() -> None:
    """PDF/A-2 counts a carriage return before the last line feed to the end of line, and not to the stream."""
    for number in (60, 348, 384):  # the compressed streams of these documents ended so
        html = f"<html lang=en><head><title>t</title></head><body><p>Row {number}</p></body></html>"
        file = write_pdf(html, style="", images={}, metadata=b"")
        assert b"\r\nendstream" not in file
        assert page.validate_pdf_bytes(file, profile=page.ValidationProfile.PDF_A_2A).is_compliant
        assert words_of(file) == f"Row {number}"


def test_document_is_the_same_whatever_was_rendered_before_it() -> None:
    """The image of the template is drawn once for all documents. Images of other documents are not stored."""
    sheet = SHEET.format('A <img src="asset:/code.svg" alt="B">')
    style = 'body { width: 6in; height: 6in; background: url("asset:/rings.svg") no-repeat 0 0 / 5in 5in; }'
    square = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h{0}v{0}z"/></svg>'
    codes = [square.format(size).encode() for size in (4, 7)]

    def made(renderer: Renderer, code: bytes) -> bytes:
        return renderer.render(sheet, style=style, images={"code.svg": code})

    with Renderer() as one, Renderer() as other:
        files = [made(one, code) for code in (*codes, *codes)]
        assert files == [files[0], made(other, codes[1]), files[0], files[1]]
    assert files[0] != files[1]


@pytest.mark.parametrize(
    ("limits", "html"),
    [({"wall_seconds": 1.5}, SLOW), ({"cpu_seconds": 1}, SLOW), ({"memory": 200 * 1024 * 1024}, LARGE)],
    ids=["late", "cpu", "memory"],
)
def test_document_beyond_a_limit_is_refused_and_the_next_is_rendered(limits: dict[str, Any], html: str) -> None:
    with Renderer(**limits) as renderer:
        with pytest.raises(NotRenderedError):
            renderer.render(html, style="", images={})
        renderer.limits, renderer.wall_seconds = Renderer().limits, 60
        assert words_of(rendered(renderer, "Next")) == "Next"


def test_document_is_rendered_by_a_new_child_after_the_child_was_killed() -> None:
    with Renderer() as renderer:
        rendered(renderer)
        first = renderer.child
        assert first is not None
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        assert words_of(rendered(renderer, "Again")) == "Again"
        assert renderer.child is not first
        assert renderer.child is not None
        last = renderer.child
        folder = Path(renderer.folder)
        assert folder.is_dir()
    assert last.poll() is not None
    assert not folder.exists()


def test_secrets_of_the_environment_do_not_reach_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "a-secret-of-the-portal")
    with Renderer() as renderer:
        rendered(renderer)
        assert renderer.child is not None
        with open(f"/proc/{renderer.child.pid}/environ", "rb") as environment:  # noqa: PTH123
            assert b"a-secret-of-the-portal" not in environment.read()


def test_document_beyond_the_number_at_once_is_refused_until_another_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "WAIT_SECONDS", 0.05)
    with contextlib.ExitStack() as others:
        for _number in range(rendering.IN_REQUESTS_AT_ONCE):
            others.enter_context(renderer_of_a_request())
        with pytest.raises(NotRenderedError, match="busy"), renderer_of_a_request():
            pass
    with pytest.raises(NotRenderedError, match="failed"), renderer_of_a_request():
        raise NotRenderedError("failed")
    with renderer_of_a_request() as renderer:
        assert words_of(rendered(renderer)) == "Hello"


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://127.0.0.1/", "https://example.org/a.svg", "asset:/../pdf.py", "data:,x"]
)
def test_rendering_uses_no_network(address: str) -> None:
    with pytest.raises(ValueError, match="not an asset"):
        AssetFetcher().fetch(address)
