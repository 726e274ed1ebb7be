"""Render HTML as a PDF that conforms to PDF/A-2a and PDF/UA-1 (ECOSYSTEM.md 3.5), without network access.

Only the child process imports this module, because WeasyPrint uses much memory.
"""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from echo_portal.lib.pdf.characters import ASSETS

BASE = "asset:/"
TYPES = {".ttf": "font/ttf", ".svg": "image/svg+xml"}


class AssetFetcher(URLFetcher):  # type: ignore[misc]
    """Return only the files in `assets/` and the SVG images of this document, and refuse all other URLs."""

    def __init__(self, images: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=["asset"])
        self.images = images

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        name = url.removeprefix(BASE)
        if name in self.images:
            return URLFetcherResponse(url, self.images[name], {"Content-Type": TYPES[".svg"]})
        if name not in _assets():
            raise ValueError(f"not an asset of this document: {url[:80]}")
        return URLFetcherResponse(url, _assets()[name], {"Content-Type": TYPES[Path(name).suffix]})


def write_pdf(html: str, *, style: str, images: Mapping[str, bytes], metadata: bytes) -> bytes:
    """Return the PDF. `metadata` is XML that is added to the RDF of the document's XMP metadata."""
    fonts, css = _style(style)
    document = HTML(string=html, base_url=BASE, url_fetcher=AssetFetcher(images))
    file: bytes = document.write_pdf(
        stylesheets=[css],
        font_config=fonts,
        pdf_variant="pdf/a-2a",
        finisher=lambda _document, pdf: _add_metadata(pdf, metadata),
    )
    return file


def _add_metadata(pdf: Any, added: bytes) -> None:
    for stream in pdf.objects:
        if getattr(stream, "extra", {}).get("Type") == "/Metadata":
            stream.compress = False
            head, end, tail = stream.stream[0].partition(b"</rdf:RDF>")
            stream.stream = [head + added + end + tail]


@functools.cache
def _assets() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in ASSETS.iterdir() if path.suffix in TYPES}


@functools.cache
def _style(style: str) -> tuple[FontConfiguration, CSS]:
    """Return the style sheet and its fonts, which are parsed once in each process."""
    fonts = FontConfiguration()
    faces = (ASSETS / "faces.css").read_text()
    return fonts, CSS(string=faces + style, base_url=BASE, url_fetcher=AssetFetcher({}), font_config=fonts)
