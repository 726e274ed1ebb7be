"""Store what was typed in a form of the administration, until its page is displayed again.

This is after signing in, if the session had ended, or after a redirect, so that Back and reload work.
The values are stored encrypted, for an hour, for one person. Unlike those of refused public forms (`refused_forms.py`),
they are not in a cookie, because announcements and tables of sessions are larger than a cookie.
"""

import json
import re
import uuid
from typing import NamedTuple
from urllib.parse import urlsplit

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404, resolve

from echo_portal.lib.sealed import seal_short, unseal_short

KEPT_SECONDS = 3600
LONGEST = 500_000  # characters
PURPOSE = "kept-post"
# The name and value of the field with which a page displays a posted form again and saves nothing.
STEP, EDIT = "step", "edit"
# Suffixes of the URL names of the pages that understand this field.
UNDERSTOOD_BY = ("_change", "_add", "_move", "_write", "_table", "_add_person", "_drop_person", "_promote")
# The parameter with the key of a stored form, in the address of a page that displays it.
SHOWN = "shown"
NO_FORMS = ("login", "logout", "stay")


class KeptPost(NamedTuple):
    path: str
    values: QueryDict


def keep_post(request: HttpRequest, *, person_id: int) -> str:
    """Store the posted form for this person and return its key, or "" if the form cannot be displayed again."""
    if request.method != "POST" or not _is_understood(request) or _has_file(request):
        return ""
    return _store(request, person_id)


def kept_post(key: str, *, person_id: int) -> KeptPost | None:
    """Return the form that is stored for this person under the key, or None if there is none or it is an hour old."""
    kept = _stored(key, person_id)
    if kept is not None:
        kept.values[STEP] = EDIT
    return kept


def see_again(request: HttpRequest, *, person_id: int) -> HttpResponse | None:
    """Store the posted form, and return a redirect (303) to its page, or None if the form is too long.

    The page gets the values from `posted_values`, and must save nothing then.
    """
    key = _store(request, person_id)
    if not key:
        return None
    query = request.GET.copy()
    query[SHOWN] = key
    return HttpResponseRedirect(f"{request.path}?{query.urlencode()}", status=303)


def posted_values(request: HttpRequest, *, person_id: int) -> QueryDict | None:
    """Return the posted values, else those that `see_again` stored for this page and person, else None."""
    if request.method == "POST":
        return request.POST
    kept = _stored(request.GET.get(SHOWN, ""), person_id)
    return kept.values if kept is not None and urlsplit(kept.path).path == request.path else None


def _store(request: HttpRequest, person_id: int) -> str:
    values = request.POST.copy()
    values.pop("csrfmiddlewaretoken", None)
    text = json.dumps([request.get_full_path(), values.urlencode()])
    if not values or len(text) > LONGEST:
        return ""
    key = uuid.uuid4().hex
    caches["samples"].set(_cache_key(key, person_id), seal_short(text, purpose=PURPOSE), KEPT_SECONDS)
    return key


def _stored(key: str, person_id: int) -> KeptPost | None:
    if re.fullmatch("[0-9a-f]{32}", key) is None:
        return None
    text = unseal_short(caches["samples"].get(_cache_key(key, person_id)) or "", purpose=PURPOSE)
    if not text:
        return None
    path, values = json.loads(text)
    return KeptPost(path, QueryDict(values, mutable=True))


def is_form_of_administration(request: HttpRequest) -> bool:
    """Return whether the request posts a form of the administration, other than those that sign in and out."""
    return request.method == "POST" and _page_name(request) not in ("", *NO_FORMS)


def _has_file(request: HttpRequest) -> bool:
    try:
        return bool(request.FILES)
    except MultiPartParserError:  # raised by NoFileExpected
        return True


def _is_understood(request: HttpRequest) -> bool:
    return _page_name(request).endswith(UNDERSTOOD_BY)


def _page_name(request: HttpRequest) -> str:
    """Return the URL name of a page of the administration, or ""."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return ""
    return (match.url_name or "") if match.app_name == "admin" else ""


def _cache_key(key: str, person_id: int) -> str:
    return f"kept-post:{person_id}:{key}"
