"""The way back to the start page after an act that was begun there."""

from urllib.parse import urlencode, urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse

FROM, START = "from", "start"
# The pages that are steps of an act, and not its end.
STEPS = frozenset(
    {
        "attendance_attendanceimport_change",
        "attendance_upload",
        "echo_sessions_session_publish",
        "proposals_inquiry_plan",
    }
)
# The buttons of Django's forms that stay on the page, or open another form.
STAYING = ("_continue", "_addanother", "_saveasnew")


def with_way_back(url: str) -> str:
    """Return the URL of a form, marked so that the start page is displayed when its act is done."""
    parts = urlsplit(url)
    query = "&".join(text for text in (parts.query, urlencode({FROM: START})) if text)
    return urlunsplit(parts._replace(query=query))


def came_from_start(request: HttpRequest) -> bool:
    return request.GET.get(FROM) == START


def lead_back(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the redirect to the start page if this response ends an act that was begun there.

    A redirect to another step keeps the mark. A redirect out of the administration, such as to signing in, and every
    other response is returned unchanged.
    """
    if request.method != "POST" or response.status_code not in (302, 303) or not came_from_start(request):
        return response
    if any(name in request.POST for name in STAYING):
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
