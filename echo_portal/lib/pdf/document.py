"""Render HTML as a PDF that conforms to PDF/A-2a and PDF/UA-1 (ECOSYSTEM.md 3.5), without network access.

Only the child process imports this module, because WeasyPrint uses much memory.
"""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pydyf
from weasyprint import CSS, HTML
from weasyprint.images import SVGImage
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from echo_portal.lib.pdf.characters import ASSETS

BASE = "asset:/"
MOST_ATTEMPTS = 4
CARRIAGE_RETURN = b"\r\nendstream"
TYPES = {".ttf": "font/ttf", ".svg": "image/svg+xml", ".png": "image/png"}


class AssetFetcher(URLFetcher):  # type: ignore[misc]
    """A fetcher that returns only files in `assets/` and images of the document, and refuses all other URLs.

    Each process uses a single fetcher, because creating one reads the system's certificates, which takes a fifth of the
    time of a document.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["asset"])
        self.images: Mapping[str, bytes] = {}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        name = url.removeprefix(BASE)
        if name in self.images:
            return URLFetcherResponse(url, self.images[name], {"Content-Type": TYPES[Path(name).suffix]})
        if name not in _assets():
            raise ValueError(f"not an asset of this document: {url[:80]}")
        return URLFetcherResponse(url, _assets()[name], {"Content-Type": TYPES[Path(name).suffix]})


class TemplateImage(SVGImage):  # type: ignore[misc]
    """An SVG image of `assets/`, whose drawing commands are stored by size and used again in later documents.

    Drawing it takes a sixth of the time of a certificate.
    """

    def __init__(self, name: str) -> None:
        tree = ElementTree.fromstring(_assets()[name])  # noqa: S314 (our own file)
        super().__init__(tree, BASE + name, _fetcher(), None)
        self.drawn: dict[tuple[float, float], tuple[list[Any], dict[str, Any]]] = {}

    def draw(self, stream: Any, concrete_width: float, concrete_height: float, style: Any) -> None:
        """Draw the image. If it was drawn in this size before, use the stored commands."""
        size, states = (concrete_width, concrete_height), stream._resources["ExtGState"]
        if size in self.drawn:
            commands, used = self.drawn[size]
            stream.stream += commands
            states.update({name: type(state)(state) for name, state in used.items()})
            return
        before = len(stream.stream)
        super().draw(stream, concrete_width, concrete_height, style)
        self.drawn[size] = stream.stream[before:], dict(states)


def write_pdf(html: str, *, style: str, images: Mapping[str, bytes], metadata: bytes) -> bytes:
    """Return the PDF. `metadata` is XML that is added to the RDF of the document's XMP metadata.

    The list of objects, which is compressed last, can end like the other streams in a carriage return
    (`_end_without_carriage_return`). Then the document is written again with one more object.
    """
    fonts, css = _style(style)
    fetcher = _fetcher()
    fetcher.images = images

    file = b""
    for padding in range(MOST_ATTEMPTS):
        document = HTML(string=html, base_url=BASE, url_fetcher=fetcher)
        file = document.write_pdf(
            stylesheets=[css],
            font_config=fonts,
            cache=dict(_template_images()),  # a copy, because WeasyPrint adds the images of the document
            pdf_variant="pdf/a-2a",
            finisher=functools.partial(_finish, metadata=metadata, padding=padding),
        )
        if CARRIAGE_RETURN not in file:
            break
    return file


def _finish(_document: Any, pdf: Any, *, metadata: bytes, padding: int) -> None:
    _add_metadata(pdf, metadata)
    _end_without_carriage_return(pdf)
    for number in range(padding):
        pdf.add_object(pydyf.Dictionary({"Padding": number}))


def _end_without_carriage_return(pdf: Any) -> None:
    """Compress the streams, and add a byte to each that would end in a carriage return.

    The line feed before "endstream" and this carriage return would be one end of line, so that the stream would be
    shorter than its length says, which PDF/A-2 does not allow. Bytes after the compressed data are ignored.
    """
    for stream in pdf.objects:
        if getattr(stream, "compress", False):
            body = stream.data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")
            stream.stream = [body + b"\0" if body.endswith(b"\r") else body]
            stream.compress, stream.extra["Filter"] = False, "/FlateDecode"


def _add_metadata(pdf: Any, added: bytes) -> None:
    for stream in pdf.objects:
        if getattr(stream, "extra", {}).get("Type") == "/Metadata":
            stream.compress = False
            head, end, tail = stream.stream[0].partition(b"</rdf:RDF>")
            stream.stream = [head + added + end + tail]


@functools.cache
def _fetcher() -> AssetFetcher:
    return AssetFetcher()


@functools.cache
def _template_images() -> dict[str, TemplateImage]:
    return {BASE + name: TemplateImage(name) for name in _assets() if name.endswith(".svg")}


@functools.cache
def _assets() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in ASSETS.iterdir() if path.suffix in TYPES}


@functools.cache
def _style(style: str) -> tuple[FontConfiguration, CSS]:
    """Return the fonts and the style sheet, which are parsed once per process."""
    fonts = FontConfiguration()
    faces = (ASSETS / "faces.css").read_text()
    return fonts, CSS(string=faces + style, base_url=BASE, url_fetcher=_fetcher(), font_config=fonts)
