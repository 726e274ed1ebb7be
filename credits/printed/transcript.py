"""The PDF file of a person's transcript."""

import datetime as dt
import functools
from pathlib import Path

from django.template.loader import render_to_string

from credits.transcript import Transcript
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import instant
from echo_portal.lib.pdf.rendering import Renderer


def transcript_pdf(found: Transcript, *, name: str, now: dt.datetime, renderer: Renderer) -> bytes:
    """Return the transcript in the active language as a PDF/UA-1 and PDF/A-2a file. Raises NotRenderedError."""
    language = active_language()
    html = render_to_string(
        "credits/transcript_print.html",
        {
            "transcript": found,
            "name": name,
            "language": language,
            "made": instant(now, None, language, year=True),
            "made_on": now.date().isoformat(),
        },
    )
    return renderer.render(html, style=_style(), images={})


@functools.cache
def _style() -> str:
    return Path(__file__).with_name("transcript.css").read_text()
