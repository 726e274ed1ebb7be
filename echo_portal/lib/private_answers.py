"""Answers that are one person's: kept by no cache, found by no search."""

from django.http import HttpResponse


def private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    return response
