"""The time zone of a person or a visitor (PRODUCT.md 4). None means that pages show Eastern time only."""

from django.http import HttpRequest

from accounts.models import Person
from echo_portal.lib.zones import PROVINCE_ZONES, canonical

CHOSEN_COOKIE = "zone"  # set by the time zone select on the page (a POST)
BROWSER_COOKIE = "browser_zone"  # set by static/js/timezone.js; used for displayed times only


def zone_of(person: Person) -> str | None:
    """Return the time zone of the profile, else the province's, else None."""
    return canonical(person.time_zone) or PROVINCE_ZONES.get(person.province)


def viewer_zone(request: HttpRequest) -> str | None:
    """Return the time zone of the profile, else the chosen one, the browser's, the province's, or None."""
    user = request.user
    person = user if isinstance(user, Person) else None
    if person and (zone := canonical(person.time_zone)):
        return zone
    for cookie in (CHOSEN_COOKIE, BROWSER_COOKIE):
        if zone := canonical(request.COOKIES.get(cookie, "")):
            return zone
    return PROVINCE_ZONES.get(person.province) if person else None


def zone_shown_to(person: Person, request: HttpRequest) -> str | None:
    """Return the time zone for a page behind a person's link: the one chosen in this browser, else as `viewer_zone`.

    The select writes the profile only if the person is signed in. On a page behind a link it writes a cookie, so the
    cookie comes before the profile.
    """
    if request.user == person:
        return viewer_zone(request)
    zones = [request.COOKIES.get(CHOSEN_COOKIE, ""), person.time_zone, request.COOKIES.get(BROWSER_COOKIE, "")]
    return next(filter(None, map(canonical, zones)), None) or PROVINCE_ZONES.get(person.province)


def chosen_zone(request: HttpRequest) -> str | None:
    """Return the time zone chosen in this browser, else the browser's own; used to fill an empty profile."""
    for cookie in (CHOSEN_COOKIE, BROWSER_COOKIE):
        if zone := canonical(request.COOKIES.get(cookie, "")):
            return zone
    return None
