"""Render the sheet as a PDF that conforms to PDF/A-2a and PDF/UA-1 (ECOSYSTEM.md 3.5), without network access.

Import this module only in workers and commands, because WeasyPrint uses much memory.
"""

import functools
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from credits.certificates.characters import ASSETS
from credits.certificates.metadata import descriptions, signed_message, with_signature
from echo_portal.lib.signing_keys import SigningKey

BASE = "asset:/"
TYPES = {".ttf": "font/ttf", ".svg": "image/svg+xml", ".css": "text/css"}


class AssetFetcher(URLFetcher):  # type: ignore[misc]
    """Return only the files in `assets/` and the QR code of this certificate, and refuse all other URLs."""

    def __init__(self, square_code: bytes = b"") -> None:
        super().__init__(allowed_protocols=["asset"])
        self.square_code = square_code

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        name = url.removeprefix(BASE)
        if name == "square-code.svg":
            return URLFetcherResponse(url, self.square_code, {"Content-Type": TYPES[".svg"]})
        if name not in _assets():
            raise ValueError(f"not an asset of certificates: {url[:80]}")
        return URLFetcherResponse(url, _assets()[name], {"Content-Type": TYPES[Path(name).suffix]})


def signed_pdf(html: str, *, square_code: bytes, values: str, key: SigningKey) -> bytes:
    """Render the sheet, add its values to the metadata, and sign the file."""
    fonts, style = _style()
    document = HTML(string=html, base_url=BASE, url_fetcher=AssetFetcher(square_code))
    file = document.write_pdf(
        stylesheets=[style],
        font_config=fonts,
        pdf_variant="pdf/a-2a",
        finisher=lambda _document, pdf: _add_metadata(pdf, descriptions(values, key.id)),
    )
    return with_signature(file, key.sign(signed_message(file)))


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
def _style() -> tuple[FontConfiguration, CSS]:
    """Return the style sheet and its fonts, which are parsed once in each process."""
    fonts = FontConfiguration()
    style = CSS(
        string=_assets()["certificate.css"].decode(), base_url=BASE, url_fetcher=AssetFetcher(), font_config=fonts
    )
    return fonts, style
