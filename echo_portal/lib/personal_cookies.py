"""The cookies that contain something about a person, and are deleted when the person signs out.

Two cookies with hashes stay: that of known browsers gives the owner of a mailbox their own limits, and `LEFT_LINKS`
contains the personal links that this browser no longer opens.
"""

from django.conf import settings
from django.http import HttpResponse

OWN_LINK = f"{settings.COOKIE_PREFIX}own_link"
REFUSED_FORM = f"{settings.COOKIE_PREFIX}refused_form"
LEFT_LINKS = f"{settings.COOKIE_PREFIX}left_links"
SENT_HERE = f"{settings.COOKIE_PREFIX}sent_here"


def forget_person(response: HttpResponse) -> HttpResponse:
    """Delete the personal cookies from the browser, except those that this response sets."""
    for name in (OWN_LINK, REFUSED_FORM, SENT_HERE):
        if name not in response.cookies:
            response.delete_cookie(name)
    return response
