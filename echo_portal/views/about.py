"""The page about the programme."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from echo_portal.lib.methods import require_safe


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about.html")
