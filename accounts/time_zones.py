"""Choose the time zone for a person or a visitor (PRODUCT.md 4). If there is none, pages display Eastern time only."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from echo_portal.lib.zones import PROVINCE_ZONES, canonical, is_uncertain, zone_within, zones_of_province

ASK_FOR_ZONE = _("Your province or territory has several time zones. Choose that of your community.")

CHOSEN_COOKIE = f"{settings.COOKIE_PREFIX}zone"  # set by the time zone select on the page (a POST)
BROWSER_COOKIE = f"{settings.COOKIE_PREFIX}browser_zone"  # set by static/js/timezone.js; used for displayed times only


def zone_of(person: Person) -> str | None:
    """Return the time zone of the person's profile, else that of their province, else None."""
    return canonical(person.time_zone) or PROVINCE_ZONES.get(person.province)


def viewer_zone(request: HttpRequest) -> str | None:
    """Return the time zone in which to display times to the sender of this request, or None.

    It is the first that exists of: the zone of their profile, the zone chosen in this browser, the browser's own zone,
    and the zone of their province.
    """
    person = _signed_in(request)
    return zone_known_of(request) or (PROVINCE_ZONES.get(person.province) if person else None)


def zone_known_of(request: HttpRequest) -> str | None:
    """Return the same zone as `viewer_zone`, but None instead of a zone that only the province suggests."""
    person = _signed_in(request)
    chosen = (canonical(person.time_zone) if person else None) or chosen_zone(request)
    return chosen or _browser_within_province(request, person)


def _signed_in(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def zone_shown_to(person: Person, request: HttpRequest) -> str | None:
    """Return the time zone for a page that a person opened with a link in an email, or None.

    If that person is signed in, the result is that of `viewer_zone`, which prefers the profile's zone to the one chosen
    in this browser. Otherwise the zone chosen in this browser is preferred.
    """
    if request.user == person:
        return viewer_zone(request)
    known = chosen_zone(request) or canonical(person.time_zone) or _browser_within_province(request, person)
    return known or PROVINCE_ZONES.get(person.province)


def _browser_within_province(request: HttpRequest, person: Person | None) -> str | None:
    """Return the browser's time zone, or None if the person's province does not have that zone.

    Emails do not use a zone outside the province either.
    """
    return zone_within(browser_zone(request) or "", person.province if person else "") or None


def chosen_zone(request: HttpRequest) -> str | None:
    """Return the time zone that was chosen in this browser, or None."""
    return canonical(request.COOKIES.get(CHOSEN_COOKIE, ""))


def browser_zone(request: HttpRequest) -> str | None:
    return canonical(request.COOKIES.get(BROWSER_COOKIE, ""))


def zone_for_profile(request: HttpRequest, province: str) -> str:
    """Return the time zone to save in a new profile: the chosen zone, else the browser's, if the province has it.

    Otherwise return an empty string: the province of the profile then determines the zone.
    """
    browser = browser_zone(request)
    chosen = zone_within(chosen_zone(request) or "", province)
    return chosen or (browser if browser in zones_of_province(province) else None) or ""


def missing_zone(request: HttpRequest, person: Person) -> str | None:
    """Return the time zone from this browser with which to complete a profile whose zone is uncertain.

    Return "" if the profile's zone is certain, and None if the person must be asked for it.
    """
    if not is_uncertain(person.time_zone, person.province):
        return ""
    return zone_for_profile(request, person.province) or None
