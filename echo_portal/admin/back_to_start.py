"""Redirect to the start page after an action that a person began there."""

from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse

from echo_portal.lib.kept_posts import SHOWN

FROM, START = "from", "start"
# Names of pages that are a further step of an action: a redirect to one of them does not end the action.
STEPS = frozenset(
    {
        "attendance_attendanceimport_change",
        "attendance_upload",
        "echo_sessions_session_publish",
        "proposals_inquiry_plan",
    }
)
# Names of the submit buttons of Django's forms that stay on the page or open another form.
STAYING = ("_continue", "_addanother", "_saveasnew")


def with_way_back(url: str) -> str:
    """Return the URL of a form with a mark, because of which its action redirects to the start page when it is done."""
    parts = urlsplit(url)
    query = "&".join(text for text in (parts.query, urlencode({FROM: START})) if text)
    return urlunsplit(parts._replace(query=query))


def came_from_start(request: HttpRequest) -> bool:
    return request.GET.get(FROM) == START


def lead_back(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return a redirect to the start page if this response ends an action that was begun there.

    A redirect to a further step of the action gets the mark again. Other responses are returned unchanged, including
    redirects out of the administration, such as to the sign-in page.
    """
    if request.method != "POST" or response.status_code not in (302, 303) or not came_from_start(request):
        return response
    if any(name in request.POST for name in STAYING) or SHOWN in parse_qs(urlsplit(response["Location"]).query):
        return response
    try:
        found = resolve(urlsplit(response["Location"]).path)
    except Resolver404:
        return response
    if found.app_name != "admin":
        return response
    if found.url_name in STEPS:
        return HttpResponseRedirect(with_way_back(response["Location"]))
    return HttpResponseRedirect(reverse("admin:index"))
