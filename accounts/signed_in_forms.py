"""Require that the sender of a form is signed in, and say so if they were signed out while the form was open."""

import functools
from collections.abc import Callable
from typing import Concatenate

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _


def signed_in_form[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Redirect people who are not signed in to the sign-in page, with a sentence if they sent a form."""
    checked = login_required(view)

    @functools.wraps(view)
    def told(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST" and not request.user.is_authenticated:
            messages.info(request, _("You were signed out, so nothing was saved. Sign in again."))
        return checked(request, *args, **kwargs)

    return told
