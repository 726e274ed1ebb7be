"""The picture of a series that other sites display with a link to it (Open Graph)."""

import functools
import io
import textwrap

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 630)
DUSK, LAMP, LINE, WHITE, SOFT = "#291838", "#f0b03f", "#4c2f69", "#ffffff", "#ded3ea"
DISPLAY = settings.BASE_DIR / "static" / "fonts" / "newsreader-display-latin-wght.woff2"
TEXT = settings.BASE_DIR / "static" / "fonts" / "hanken-grotesk-latin-wght-normal.woff2"
MOST_LINES = 4


@functools.lru_cache(maxsize=64)
def picture(title: str, project: str) -> bytes:
    """Return a PNG with the title, the name of the project, and the rings of the hub."""
    image = Image.new("RGB", SIZE, DUSK)
    draw = ImageDraw.Draw(image)
    middle = (1010, 315)
    for radius in (90, 170, 250, 330, 410):
        draw.circle(middle, radius, outline=LINE, width=3)
    draw.circle(middle, 44, fill=LAMP)
    size = 72 if len(title) < 60 else 58 if len(title) < 110 else 46
    lines = textwrap.wrap(title, width=int(1500 / size))
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1]} …"]
    font = ImageFont.truetype(DISPLAY, size)
    draw.multiline_text((72, 250), "\n".join(lines), font=font, fill=WHITE, spacing=size // 3, anchor="lm")
    draw.text((72, 540), project, font=ImageFont.truetype(TEXT, 32), fill=SOFT, anchor="ls")
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
