"""Browsers that signed in before."""

from django.http import HttpResponse
from django.test import Client, RequestFactory

from accounts import known_browsers


def known_browser(email: str) -> Client:
    """Return a browser that has the cookie of an earlier sign-in with this mailbox."""
    browser, response = Client(), HttpResponse()
    known_browsers.remember(RequestFactory().get("/"), response, email)
    browser.cookies = response.cookies
    return browser
