"""A path for each view of the portal, for tests that send requests to every view."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

OF_LIBRARIES = {"admin", "account", "mfa", "usersessions"}
ARGUMENTS = {
    "slug": "no-such-series",
    "session": uuid.uuid4(),
    "receipt": uuid.uuid4(),
    "registration": uuid.uuid4(),
    "addition": uuid.uuid4(),
    "message": uuid.uuid4(),
    "certificate": uuid.uuid4(),
    "token": "x",
    "link": "x",
    "code": "RN",
    "material": uuid.uuid4(),
    "export": uuid.uuid4(),
    "review": 0,
    "part": 0,
    "pk": 0,
    "period": "2020-01-01--2020-06-30",
    "version": "2026-11-22",
}


def patterns(of: Any) -> Iterator[URLPattern]:
    for one in of.url_patterns:
        if isinstance(one, URLResolver):
            if one.namespace not in OF_LIBRARIES:
                yield from patterns(one)
        elif isinstance(one, URLPattern):
            yield one


def own_paths() -> dict[str, str]:
    """Return a path for each view of the portal. The IDs and slugs in the paths belong to no row."""
    found = {}
    for pattern in patterns(get_resolver()):
        if pattern.name and not pattern.callback.__module__.startswith(("allauth.", "django.contrib.")):
            arguments = {name: ARGUMENTS[name] for name in pattern.pattern.converters}
            found[pattern.name] = reverse(pattern.name, kwargs=arguments or None)
    return found
