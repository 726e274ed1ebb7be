"""Whose clock: the person's own zone, or the visitor's (PRODUCT.md 4)."""

from django.http import HttpRequest

from accounts.models import Person
from echo_portal.lib.zones import PROVINCE_ZONES, canonical

CHOSEN_COOKIE = "zone"  # set by the select on the page (a POST)
BROWSER_COOKIE = "browser_zone"  # set by a ten-line script; never trusted for more than this


def zone_of(person: Person) -> str | None:
    """Profile, else the province's; None means Eastern time alone."""
    return canonical(person.time_zone) or PROVINCE_ZONES.get(person.province)


def viewer_zone(request: HttpRequest) -> str | None:
    """Profile, else the picker, else the browser's, else the province's, else None (Eastern time alone)."""
    user = request.user
    person = user if isinstance(user, Person) else None
    if person and (zone := canonical(person.time_zone)):
        return zone
    for cookie in (CHOSEN_COOKIE, BROWSER_COOKIE):
        if zone := canonical(request.COOKIES.get(cookie, "")):
            return zone
    return PROVINCE_ZONES.get(person.province) if person else None


def zone_shown_to(person: Person, request: HttpRequest) -> str | None:
    """On pages behind a person's link: the picker of this browser, else as for `viewer_zone` with her profile.

    Signed in, the picker writes the profile; through a link it can only write its cookie, and must still be obeyed.
    """
    if request.user == person:
        return viewer_zone(request)
    zones = [request.COOKIES.get(CHOSEN_COOKIE, ""), person.time_zone, request.COOKIES.get(BROWSER_COOKIE, "")]
    return next(filter(None, map(canonical, zones)), None) or PROVINCE_ZONES.get(person.province)


def chosen_zone(request: HttpRequest) -> str | None:
    """What this browser says about its zone: picker, else its own; for a profile that has none."""
    for cookie in (CHOSEN_COOKIE, BROWSER_COOKIE):
        if zone := canonical(request.COOKIES.get(cookie, "")):
            return zone
    return None
