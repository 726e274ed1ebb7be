"""Display an email's HTML inside a page, in a sandboxed frame without scripts, forms or links."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.csp import CSP

# The policy of a page with such frames; pass it to `csp_override`.
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
    """Return the response for the frame. The iframe element also needs `sandbox`, which disables links."""
    response = HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
    response._csp_config = IN_FRAME  # type: ignore[attr-defined]
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "no-store, private"
    return response
