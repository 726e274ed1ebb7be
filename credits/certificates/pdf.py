"""The file of a certificate: its sheet as a PDF, with the signed values in its metadata."""

import functools
from collections.abc import Mapping
from pathlib import Path

from credits.certificates.metadata import signed_message, signed_values, with_signature
from echo_portal.lib.pdf.rendering import Renderer
from echo_portal.lib.signing_keys import SigningKey


def signed_pdf(html: str, *, images: Mapping[str, bytes], values: str, key: SigningKey, renderer: Renderer) -> bytes:
    """Render the sheet as a PDF with its values in the metadata, and return the signed file.

    `images` are the square code and the images of signatures, by name. Raises NotRenderedError.
    """
    file = renderer.render(
        html,
        style=_style(),
        images=images,
        metadata=signed_values(values, key.id),
    )
    return with_signature(file, key.sign(signed_message(file)))


@functools.cache
def _style() -> str:
    return Path(__file__).with_name("certificate.css").read_text()
