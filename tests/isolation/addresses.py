"""Generate the URLs of the administration from its URL patterns, with rows of two hubs as arguments."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Person
from attendance.models import AttendanceRequest
from hubs.models import Organisation, Programme
from registrations.models import Addition, Announcement, RegistrantList, Registration, SessionChange
from sessions.models import Material, Series, Session
from tests.admin.two_hubs import HubRows

ARGUMENT = re.compile(r"<\w+:(\w+)>")

# The row that an argument of a URL pattern refers to. `pk` and `object_id` refer to a row of the model whose pages the
# pattern belongs to, except under the addresses in `PAGES_OF`.
ROW_OF_ARGUMENT: dict[str, type[Model]] = {
    "person": Person,
    "series": Series,
    "session": Session,
    "change": SessionChange,
    "announcement": Announcement,
    "addition": Addition,
    "registration": Registration,
    "upload": RegistrantList,
    "asked": AttendanceRequest,
    "material": Material,
}
# Models whose rows belong to no hub.
SHARED = (Organisation, Programme)
PAGES_OF: dict[str, type[Model]] = {"attendance/attendance/session/": Session}
NO_ROW = "999999999"
TEXT_OF_ARGUMENT = {"language": "fr", "key": "x", "act": "cancel"}

# Patterns that are regular expressions, with the values of their group.
REGULAR_EXPRESSIONS = {"app_label": ("echo_sessions", "accounts"), "url": ("nowhere",)}


@dataclass(frozen=True)
class Page:
    """A URL of the administration. `rows` says to which hub its arguments belong: "own", "foreign", "mixed" or "".

    `missing` is the same URL with primary keys that do not exist.
    """

    path: str
    rows: str
    model: type[Model] | None
    missing: str = ""


def pages(own: HubRows, foreign: HubRows) -> list[Page]:
    """Return all pages of the administration, with own rows, foreign rows and all mixtures of them as arguments."""
    return [page for route, model in routes() for page in pages_of_route(route, model, own, foreign)]


def routes() -> Iterator[tuple[str, type[Model] | None]]:
    """Yield each URL pattern under /admin/ as text, with the model to whose pages it belongs."""
    models = {f"{model._meta.app_label}/{model._meta.model_name}/": model for model in admin.site._registry}
    for route in _patterns(get_resolver().url_patterns, ""):
        if not route.startswith("admin/"):
            continue
        rest = route.removeprefix("admin/")
        yield route, next((model for prefix, model in models.items() if rest.startswith(prefix)), None)


def pages_of_admin(page: "ModelAdmin[Any]", own: HubRows, foreign: HubRows) -> list[Page]:
    """Return the pages of an admin class, which does not have to be registered."""
    prefix = f"admin/{page.opts.app_label}/{page.opts.model_name}/"
    found = (prefix + str(pattern.pattern) for pattern in page.get_urls())
    return [one for route in found for one in pages_of_route(route, page.model, own, foreign)]


def _patterns(patterns: list[Any], before: str) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def pages_of_route(route: str, model: type[Model] | None, own: HubRows, foreign: HubRows) -> Iterator[Page]:
    if group := re.search(r"\(\?P<(\w+)>", route):
        for value in REGULAR_EXPRESSIONS[group[1]]:
            yield Page("/" + re.sub(r"\^?\(\?P<.*$", value, route) + "/", "", None)
        return
    names = ARGUMENT.findall(route)
    values = [_values(name, route, model, own, foreign) for name in names]
    for chosen in itertools.product(*values):
        path = missing = route
        for owner, text in chosen:
            path = ARGUMENT.sub(text, path, count=1)
            missing = ARGUMENT.sub(NO_ROW if owner else text, missing, count=1)
        owners = {owner for owner, _text in chosen if owner}
        yield Page("/" + path, "mixed" if len(owners) == 2 else "".join(owners), model, f"/{missing}")


def _values(name: str, route: str, model: type[Model] | None, own: HubRows, foreign: HubRows) -> list[tuple[str, str]]:
    """Return the values of an argument, each with the hub to which it belongs.

    Raises KeyError for an unknown argument, and AssertionError for a model without a row.
    """
    if name in TEXT_OF_ARGUMENT:
        return [("", TEXT_OF_ARGUMENT[name])]
    if name in {"pk", "object_id"}:
        under = (of for prefix, of in PAGES_OF.items() if route.startswith(f"admin/{prefix}"))
        of = next(under, model)
    else:
        of = ROW_OF_ARGUMENT[name]
    assert of is not None, route
    if of in SHARED:
        return [("", str(of._default_manager.order_by("pk").values_list("pk", flat=True)[0]))]
    assert of in own.rows, f"{route}: tests/admin/two_hubs.py and tests/isolation create no row of {of.__name__}"
    return [("own", str(own.rows[of].pk)), ("foreign", str(foreign.rows[of].pk))]
