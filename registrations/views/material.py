"""Open a material of a past session: its file, or the page to which it links."""

import uuid

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.models import Person
from echo_portal.lib.http import document_to_save, private
from echo_portal.lib.methods import require_safe
from registrations.links import person_of_material_link
from registrations.queries.materials import material_of_held_session, may_open
from sessions.actions import count_view
from sessions.models import Material
from sessions.presenters import document_name, who_opens_materials


@require_safe
def material(request: HttpRequest, material: uuid.UUID, token: str = "") -> HttpResponse:
    """Send the file, or redirect to the material's address. A GET counts a view.

    Each time, it is checked whether the person may open it. A withdrawn or replaced material has a page with status
    410. `token` is that of a link that expires.
    """
    row = material_of_held_session(material)
    if row is None:
        raise Http404
    if not row.is_shown:
        return private(render(request, "registrations/material_gone.html", {"material": row}, status=410))
    person = request.user if isinstance(request.user, Person) else None
    if token:
        person = person_of_material_link(token, material)
    if not may_open(row, person):
        return _refused(request, row, has_link=bool(token))
    file = getattr(row, "file", None)
    if file is None and not row.url:
        raise Http404
    if request.method == "GET":
        count_view(row.pk)
    response: HttpResponse = HttpResponseRedirect(row.url)
    if file is not None:
        response = document_to_save(bytes(file.content), document_name(row, file.extension), file.extension)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response if row.open_to == Material.OpenTo.PUBLIC else private(response)


def _refused(request: HttpRequest, row: Material, *, has_link: bool) -> HttpResponse:
    if not has_link and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), reverse("sign_in"))
    context = {"material": row, "has_link": has_link, "who_opens": who_opens_materials(row.session.series)}
    return private(render(request, "registrations/material_refused.html", context, status=403))
