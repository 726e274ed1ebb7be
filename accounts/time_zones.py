"""The time zone of a person or a visitor (PRODUCT.md 4). If it is None, pages display Eastern time only."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from echo_portal.lib.zones import PROVINCE_ZONES, canonical, is_uncertain, zone_within, zones_of_province

ASK_FOR_ZONE = _("Choose your community’s time zone.")

CHOSEN_COOKIE = f"{settings.COOKIE_PREFIX}zone"  # set by the time zone select on the page (a POST)
BROWSER_COOKIE = f"{settings.COOKIE_PREFIX}browser_zone"  # set by static/js/timezone.js; used for displayed times only


def zone_of(person: Person) -> str | None:
    """Return the time zone of the profile, else the province's, else None."""
    return canonical(person.time_zone) or PROVINCE_ZONES.get(person.province)


def viewer_zone(request: HttpRequest) -> str | None:
    """Return the time zone of the profile, else the chosen one, the browser's, the province's, or None."""
    person = _signed_in(request)
    return zone_known_of(request) or (PROVINCE_ZONES.get(person.province) if person else None)


def zone_known_of(request: HttpRequest) -> str | None:
    """Do the same as `viewer_zone`, but return None instead of the zone that is assumed for the province."""
    person = _signed_in(request)
    chosen = (canonical(person.time_zone) if person else None) or chosen_zone(request)
    return chosen or _browser_within_province(request, person)


def _signed_in(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def zone_shown_to(person: Person, request: HttpRequest) -> str | None:
    """Return the time zone for a page that this person opened with a link of an email.

    If the person is signed in, it is that of `viewer_zone`, where the profile comes before the zone chosen in this
    browser. Otherwise the chosen zone comes first.
    """
    if request.user == person:
        return viewer_zone(request)
    known = chosen_zone(request) or canonical(person.time_zone) or _browser_within_province(request, person)
    return known or PROVINCE_ZONES.get(person.province)


def _browser_within_province(request: HttpRequest, person: Person | None) -> str | None:
    """Return the browser's zone, unless the person has a province that lacks it: emails do not use that zone either."""
    return zone_within(browser_zone(request) or "", person.province if person else "") or None


def chosen_zone(request: HttpRequest) -> str | None:
    """Return the time zone chosen in this browser."""
    return canonical(request.COOKIES.get(CHOSEN_COOKIE, ""))


def browser_zone(request: HttpRequest) -> str | None:
    return canonical(request.COOKIES.get(BROWSER_COOKIE, ""))


def zone_for_profile(request: HttpRequest, province: str) -> str:
    """Return the time zone to save in a new profile: the chosen one, or the browser's, if the province has it.

    If the result is empty, the province of the profile determines the zone.
    """
    browser = browser_zone(request)
    chosen = zone_within(chosen_zone(request) or "", province)
    return chosen or (browser if browser in zones_of_province(province) else None) or ""


def missing_zone(request: HttpRequest, person: Person) -> str | None:
    """Return the time zone that the profile lacks, from this browser; "" if it lacks none, None if it must be asked."""
    if not is_uncertain(person.time_zone, person.province):
        return ""
    return zone_for_profile(request, person.province) or None
