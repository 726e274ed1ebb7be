"""The root URL, which redirects to the visitor's language: the chosen one, else that of the browser."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.vary import vary_on_headers

from echo_portal.lib.methods import require_safe


@vary_on_headers("Accept-Language", "Cookie")
@require_safe
def language_root(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("catalogue"))
