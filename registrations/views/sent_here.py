"""A cookie with the forms that this browser sent, because only this browser displays the whole address.

The URL of the page that confirms a form is in browser histories and may be passed on. In other browsers, the page masks
the address.
"""

import uuid

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.models import FormReceipt
from echo_portal.lib.personal_cookies import SENT_HERE
from sessions.models import Series

SALT = "registrations.sent-here"
KEPT_SECONDS = 3600
MOST = 5


def remember(request: HttpRequest, response: HttpResponse, receipt: uuid.UUID) -> None:
    """Add a form to the cookie. It contains few forms, for one hour only, because browsers in a ward are shared."""
    others = [known for known in _known(request) if known != str(receipt)]
    response.set_cookie(
        SENT_HERE,
        signing.dumps([str(receipt), *others][:MOST], salt=SALT),
        max_age=KEPT_SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def was_sent_here(request: HttpRequest, receipt: uuid.UUID) -> bool:
    return str(receipt) in _known(request)


def key_sent_here(request: HttpRequest, series: Series) -> str:
    """Return the enrollment key of the last form that this browser sent for a series, or ""."""
    known = _known(request)
    if not known:
        return ""
    answers = FormReceipt.objects.filter(public_id__in=known, answer__series=series.pk).order_by("-pk")
    return str(next((answer.get("key", "") for answer in answers.values_list("answer", flat=True)), ""))


def _known(request: HttpRequest) -> list[str]:
    try:
        return list(signing.loads(request.COOKIES.get(SENT_HERE, ""), salt=SALT, max_age=KEPT_SECONDS))
    except signing.BadSignature:
        return []
