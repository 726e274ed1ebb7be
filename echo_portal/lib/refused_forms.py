"""A refused form is answered by a redirect (303) to a GET that shows it again, so that Back and reload work.

What was typed and why it was refused travel in an encrypted cookie for an hour, under an id that is in the address:
nothing is stored for a refused form, the address holds nothing personal, and who opens the address later or elsewhere
gets an empty form.
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
    """Return the values of the form to show or to process: what is posted, else what was refused before, else None."""
    if request.method == "POST":
        return request.POST
    kept = _kept(request)
    return QueryDict(kept["values"]) if kept else None


def answer(request: HttpRequest, form: forms.BaseForm, page: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the page of a form, or for a form with errors that was just posted the redirect to its page.

    `page` is called once the form has all its errors. A form too large for the cookie is answered with its page (422).
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
    """Return the redirect that shows what was posted, with the errors of `form`; None if it is too large to be kept."""
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
    """Remove what was typed from the browser."""
    response.delete_cookie(COOKIE)
    return response


def _kept(request: HttpRequest) -> dict[str, Any] | None:
    identifier, sealed = request.GET.get(PARAMETER, ""), request.COOKIES.get(COOKIE, "")
    text = unseal(sealed, purpose=PURPOSE) if identifier and sealed else None
    kept: dict[str, Any] = json.loads(text) if text else {}
    return kept if kept.get("id") == identifier else None


def _add_errors(form: forms.BaseForm, kept: dict[str, Any]) -> None:
    """Add the errors that only processing the form could find; those of its fields are found again.

    They are sentences in the language of the page they were sent from, so a page in the other language shows its own.
    """
    if kept["language"] != active_language():
        return
    found = form.errors.get_json_data()
    for field, errors in kept["errors"].items():
        for error in errors:
            if error not in found.get(field, []):
                name = field if field in form.fields else None
                form.add_error(name, ValidationError(error["message"], code=error["code"] or None))
