"""The list of public calendar feeds, with the URLs to which calendar applications subscribe."""

import dataclasses
import datetime as dt

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.vocabularies import Language, Profession
from echo_portal.lib.bilingual import in_language
from echo_portal.lib.forms import sorted_choices
from hubs.models import Hub
from sessions.queries import series_to_come


@dataclasses.dataclass(frozen=True)
class Feed:
    """A public feed. `anchor` is the id of its HTML element.

    `language` is the language of `name`, if it is not the language of the page.
    """

    anchor: str
    name: str
    url: str
    webcal_url: str
    language: str = ""


@dataclasses.dataclass(frozen=True)
class Group:
    anchor: str
    heading: str
    feeds: list[Feed]


def language_feed_name(code: str) -> str:
    return _("ECHO sessions in French") if code == "fr" else _("ECHO sessions in English")


def professions() -> list[tuple[str, str]]:
    """Return the professions that have a feed: all except "other" and "prefer not to say"."""
    return sorted_choices(Profession, "")[1:-2]


def feed(request: HttpRequest, kind: str, key: str, name: str, language: str = "") -> Feed:
    """Return a feed. `kind` is "language", "profession", "hub" or "series". `key` is the code or slug in its URL."""
    argument = "slug" if kind in ("hub", "series") else "code"
    url = request.build_absolute_uri(reverse(f"{kind}_feed", kwargs={argument: key}))
    return Feed(f"{kind}-{key}", name, url, f"webcal:{url.partition(':')[2]}", language)


def public_feeds(request: HttpRequest, now: dt.datetime, language: str) -> list[Group]:
    """Return the public feeds in groups: by language, hub, series and profession.

    Series without sessions open for registration are omitted, unless they are open-ended.
    """
    groups = [
        Group(
            "languages",
            _("By language"),
            [feed(request, "language", code, language_feed_name(code)) for code in Language.values],
        ),
        Group("hubs", _("By hub"), [feed(request, "hub", hub.slug, hub.name) for hub in Hub.objects.all()]),
        Group(
            "all-series",
            _("By series"),
            [
                feed(request, "series", row.slug, title, "" if written_in == language else written_in)
                for row in series_to_come(now)
                for title, written_in in [in_language(row, "title", language)]
            ],
        ),
        Group(
            "professions",
            _("By profession"),
            [feed(request, "profession", code, label) for code, label in professions()],
        ),
    ]
    return [group for group in groups if group.feeds]
