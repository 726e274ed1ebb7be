"""Redirect (303) after a refused form to a page that displays it again, so that Back and reload work.

The typed values and the errors are in an encrypted cookie for an hour, under an id that the URL contains. The server
stores nothing, the URL contains no personal data, and the form is empty if the URL is opened later or in another
browser.
"""

import json
import secrets
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import private
from echo_portal.lib.sealed import seal, unseal

COOKIE = f"{settings.COOKIE_PREFIX}refused_form"
PARAMETER = "again"
PURPOSE = "refused-form"
KEPT_SECONDS = 3600
LONGEST_COOKIE = 3500  # browsers keep 4096 bytes, with the name and the attributes


def sent_values(request: HttpRequest) -> QueryDict | None:
    """Return the values of the form: those posted, else those of the refused form in the cookie, else None."""
    if request.method == "POST":
        return request.POST
    kept = _kept(request)
    return QueryDict(kept["values"]) if kept else None


def answer(request: HttpRequest, form: forms.BaseForm, page: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the page of a form, or the redirect to it if the form was posted and has errors.

    `page` is called after the form has all its errors. If the form is too large for the cookie, return the page with
    status 422.
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
    """Return the redirect, with posted values and errors in its cookie; None if they are too large for a cookie."""
    identifier = secrets.token_urlsafe(9)
    values = request.POST.copy()
    values.pop("csrfmiddlewaretoken", None)
    kept = {
        "id": identifier,
        "values": values.urlencode(),
        "language": active_language(),
        "errors": form.errors.get_json_data() if form else {},
    }
    sealed = seal(json.dumps(kept, ensure_ascii=False), purpose=PURPOSE)
    if len(sealed) > LONGEST_COOKIE:
        return None
    query = request.GET.copy()
    query[PARAMETER] = identifier
    response = HttpResponseRedirect(f"{request.path}?{query.urlencode()}", status=303)
    response.set_cookie(COOKIE, sealed, max_age=KEPT_SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response


def forget(response: HttpResponse) -> HttpResponse:
    """Delete the cookies with typed values from the browser."""
    response.delete_cookie(COOKIE)
    return response


def _kept(request: HttpRequest) -> dict[str, Any] | None:
    identifier, sealed = request.GET.get(PARAMETER, ""), request.COOKIES.get(COOKIE, "")
    text = unseal(sealed, purpose=PURPOSE) if identifier and sealed else None
    kept: dict[str, Any] = json.loads(text) if text else {}
    return kept if kept.get("id") == identifier else None


def _add_errors(form: forms.BaseForm, kept: dict[str, Any]) -> None:
    """Add the errors from processing the form, which validating the form again does not find.

    They are in the language of the page that sent the form, so they are not added on a page in the other language.
    """
    if kept["language"] != active_language():
        return
    found = form.errors.get_json_data()
    for field, errors in kept["errors"].items():
        for error in errors:
            if error not in found.get(field, []):
                name = field if field in form.fields else None
                form.add_error(name, ValidationError(error["message"], code=error["code"] or None))
