"""The links and posters with which people register for a series: for each enrollment key, if the series needs one."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from echo_portal.lib.bilingual import LANGUAGES, active_language
from echo_portal.lib.dates import eastern_time
from registrations.links import form_url
from registrations.queries.keys import keys_with_a_use
from sessions.models import EnrollmentKey, Series

KEYS_SHOWN = 10


@dataclasses.dataclass(frozen=True)
class Way:
    """The form's absolute URL by language, and the URL of the poster. `key` and `note` are "" without a key."""

    urls: Sequence[tuple[str, str]]
    poster_url: str
    key: str = ""
    note: str = ""


@dataclasses.dataclass(frozen=True)
class RegistrationLinks:
    """The ways to register. `poster_url` is the poster of the series, or "" if a key has to be chosen for it."""

    ways: Sequence[Way]
    poster_url: str
    needs_key: bool
    keys_url: str


def registration_links(series: Series, now: dt.datetime) -> RegistrationLinks:
    """Return the links and posters of a published series, using one query if it needs a key, and otherwise none.

    Keys that public pages may print come first, then those of campaigns, which only hubs see.
    """
    keys_url = f"{reverse('admin:echo_sessions_enrollmentkey_changelist')}?series__id__exact={series.pk}"
    if not series.needs_key:
        way = _way(series, None, now)
        return RegistrationLinks([way], way.poster_url, needs_key=False, keys_url=keys_url)
    keys = keys_to_offer(series, now)
    ways = [_way(series, key, now) for key in keys]
    poster_url = _poster_url(series) if _without_choice(keys, now) else ""
    return RegistrationLinks(ways, poster_url, needs_key=True, keys_url=keys_url)


def keys_to_offer(series: Series, now: dt.datetime) -> list[EnrollmentKey]:
    """Return the first keys with which people can register, now or later. Those valid now and printed come first."""
    keys = list(keys_with_a_use(now, [series.pk]).order_by("campaign", "pk")[:KEYS_SHOWN])
    return sorted(keys, key=lambda key: not _is_printed(key, now))


def key_of_poster(series: Series, now: dt.datetime) -> EnrollmentKey | None:
    """Return the key for a poster without a choice: a key that may be printed, or the only key that there is."""
    return _without_choice(keys_to_offer(series, now), now)


def _without_choice(keys: Sequence[EnrollmentKey], now: dt.datetime) -> EnrollmentKey | None:
    return keys[0] if keys and (len(keys) == 1 or _is_printed(keys[0], now)) else None


def _way(series: Series, key: EnrollmentKey | None, now: dt.datetime) -> Way:
    urls = [(language, form_url(series, key, language)) for language in LANGUAGES]
    if key is None:
        return Way(urls, _poster_url(series))
    notes = []
    if key.campaign:
        notes.append(_("campaign: %(name)s") % {"name": key.campaign})
    if key.opens_at and key.opens_at > now:
        notes.append(_("valid from %(moment)s") % {"moment": eastern_time(key.opens_at, active_language(), named=True)})
    return Way(urls, f"{_poster_url(series)}?key={key.pk}", key.text, ", ".join(notes))


def _is_printed(key: EnrollmentKey, now: dt.datetime) -> bool:
    return not key.campaign and (key.opens_at is None or key.opens_at <= now)


def _poster_url(series: Series) -> str:
    return reverse("admin:echo_sessions_series_poster", args=(series.pk,))
