"""Pictures that somebody uploads. Only their pixels are kept (SAFETY.md V5)."""

import io

from PIL import Image, UnidentifiedImageError

MOST_PIXELS = 16_000_000
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class NoPictureError(Exception):
    """Raised for data that is no PNG or JPEG picture, or one with too many pixels."""


def small_picture(data: bytes, *, width: int, height: int) -> bytes:
    """Return the picture as a grey PNG file on white, made smaller to fit, without its metadata.

    The size is read before the pixels. Raises NoPictureError.
    """
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NoPictureError
            pixels = picture.convert("RGBA")
    except (*BOMBS, UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise NoPictureError from error
    pixels.thumbnail((width, height))
    white = Image.new("RGBA", pixels.size, "white")
    white.alpha_composite(pixels)
    file = io.BytesIO()
    white.convert("L").save(file, "PNG", optimize=True)
    return file.getvalue()
