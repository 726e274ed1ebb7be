"""QR codes of URLs as SVG images."""

import io

import segno


def square_code(address: str) -> bytes:
    """Return the QR code of a URL as an SVG image."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", scale=4, border=0, dark="#1e1826")
    return drawn.getvalue()
