"""After a refused form, redirect (303) to a page that displays it again, so that Back and reload work.

The typed values and the errors are in an encrypted cookie for an hour, identified by an ID in the URL. The cookie
contains the last few forms, so that two tabs can each display their own. The server stores nothing, the URL contains no
personal data, and the form is empty if the URL is opened later or in another browser.
"""

import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import private
from echo_portal.lib.personal_cookies import REFUSED_FORM
from echo_portal.lib.sealed import seal_short, unseal_short

PARAMETER = "again"
PURPOSE = "refused-form"
KEPT_SECONDS = 3600
MOST = 5
LONGEST_FORM = 20_000  # characters, because repeated ones are compressed to almost nothing
LONGEST_COOKIE = 3500  # browsers keep 4096 bytes, with the name and the attributes


def sent_values(request: HttpRequest) -> QueryDict | None:
    """Return the values of the form: the posted ones, else those of the refused form in the cookie, else None."""
    if request.method == "POST":
        return request.POST
    kept = _kept(request)
    return QueryDict(kept["values"]) if kept else None


def answer(request: HttpRequest, form: forms.BaseForm, page: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the page of a form, or a redirect to it if the form was posted and has errors.

    `page` is called after all errors have been added to the form. If the form is too large for the cookie, the page is
    returned with status 422.
    """
    if request.method == "POST":
        if not form.errors:
            return page()
        response = see_again(request, form)
        if response is None:
            response = page()
            response.status_code = 422
        return response
    if kept := _kept(request):
        _add_errors(form, kept)
        return private(page())
    return page()


def see_again(request: HttpRequest, form: forms.BaseForm | None = None) -> HttpResponse | None:
    """Return a redirect that sets the cookie with posted values and errors, or None if they are too large for a cookie.

    If the cookie would become too large, the oldest forms are removed from it.
    """
    identifier = secrets.token_urlsafe(9)
    values = request.POST.copy()
    values.pop("csrfmiddlewaretoken", None)
    kept = {
        "id": identifier,
        "at": int(time.time()),
        "values": values.urlencode(),
        "language": active_language(),
        "errors": form.errors.get_json_data() if form else {},
    }
    is_short = len(json.dumps(kept)) <= LONGEST_FORM
    sealed = _sealed([kept, *_all_kept(request)]) if is_short else ""
    if not sealed:
        return None
    query = request.GET.copy()
    query[PARAMETER] = identifier
    response = HttpResponseRedirect(f"{request.path}?{query.urlencode()}", status=303)
    response.set_cookie(
        REFUSED_FORM, sealed, max_age=KEPT_SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    return response


def forget(response: HttpResponse) -> HttpResponse:
    """Delete the cookie with typed values from the browser."""
    response.delete_cookie(REFUSED_FORM)
    return response


def _sealed(forms_kept: list[dict[str, Any]]) -> str:
    """Return the cookie's value with as many of the forms as it can contain, beginning with the first one.

    Return "" if it can contain none.
    """
    for count in range(min(len(forms_kept), MOST), 0, -1):
        sealed = seal_short(json.dumps(forms_kept[:count], ensure_ascii=False), purpose=PURPOSE)
        if len(sealed) <= LONGEST_COOKIE:
            return sealed
    return ""


def _kept(request: HttpRequest) -> dict[str, Any] | None:
    identifier = request.GET.get(PARAMETER, "")
    return next((kept for kept in _all_kept(request) if kept["id"] == identifier), None) if identifier else None


def _all_kept(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the refused forms of the last hour, the newest first."""
    text = unseal_short(request.COOKIES.get(REFUSED_FORM, ""), purpose=PURPOSE)
    found: list[dict[str, Any]] = json.loads(text) if text else []
    return [kept for kept in found if kept["at"] > time.time() - KEPT_SECONDS]


def _add_errors(form: forms.BaseForm, kept: dict[str, Any]) -> None:
    """Add the errors that were found while processing the form, because validating it again does not find them.

    They are in the language of the page that sent the form, so they are not added to a page in the other language.
    """
    if kept["language"] != active_language():
        return
    found = form.errors.get_json_data()
    for field, errors in kept["errors"].items():
        for error in errors:
            if error not in found.get(field, []):
                name = field if field in form.fields else None
                form.add_error(name, ValidationError(error["message"], code=error["code"] or None))
