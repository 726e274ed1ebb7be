"""A letter's HTML inside a page: in a frame of its own that can show and do nothing else: no script, form or link."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.csp import CSP

# The policy of a page that holds such frames; give it to `csp_override`.
WITH_FRAMES: dict[str, Any] = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
IN_FRAME: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "form-action": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": True,
}


def framed(html: str) -> HttpResponse:
    """The answer of the frame’s address. The frame carries `sandbox`, too: a link pressed opens nothing."""
    response = HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
    response._csp_config = IN_FRAME  # type: ignore[attr-defined]
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "no-store, private"
    return response
