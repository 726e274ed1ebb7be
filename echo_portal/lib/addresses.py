"""Fast URLs for long lists: `reverse()` is called once per view and language, and arguments are inserted as text."""

import functools
import uuid
from collections.abc import Callable

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse, translate_url
from django.utils import translation
from django.utils.translation import get_language

_SLUG = "the-slug-that-no-row-has"
_UUID = uuid.UUID("00000000-0000-4000-8000-000000000000")


def slug_address(view_name: str, slug: str) -> str:
    """Return the URL of a view with one argument `slug`, in the active language. Slugs must come from the database."""
    before, after = _split_url(view_name, "slug", _SLUG, get_language(), get_script_prefix())
    return f"{before}{slug}{after}"


def uuid_address(view_name: str, argument: str, value: uuid.UUID) -> str:
    """Return the URL of a view with one argument, a UUID, in the active language."""
    before, after = _split_url(view_name, argument, _UUID, get_language(), get_script_prefix())
    return f"{before}{value}{after}"


def uuid_addresses(view_name: str, argument: str, **others: object) -> Callable[[uuid.UUID], str]:
    """Return a function that returns the URL for a UUID. The other arguments are the same for all rows of a page."""
    before, _found, after = reverse(view_name, kwargs={argument: _UUID, **others}).partition(str(_UUID))
    return lambda value: f"{before}{value}{after}"


def plain_address(view_name: str) -> str:
    """Return the URL of a view without arguments, in the active language."""
    return _plain(view_name, get_language(), get_script_prefix())


def path_in_its_language(request: HttpRequest) -> str:
    """Return the correct path if this one mixes languages, such as /en/seances/…; otherwise return ""."""
    for language, other in (("en", "fr"), ("fr", "en")):
        path = request.get_full_path()
        if path.startswith(f"/{language}/"):
            with translation.override(other):
                wanted = f"/{other}/{path.removeprefix(f'/{language}/')}"
                found = translate_url(wanted, language)
            return found if found not in (wanted, path) else ""
    return ""


@functools.cache
def _split_url(
    view_name: str, argument: str, placeholder: str | uuid.UUID, language: str | None, prefix: str
) -> tuple[str, str]:
    before, _found, after = reverse(view_name, kwargs={argument: placeholder}).partition(str(placeholder))
    return before, after


@functools.cache
def _plain(view_name: str, language: str | None, prefix: str) -> str:
    return reverse(view_name)
