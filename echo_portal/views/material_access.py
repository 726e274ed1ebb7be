"""Say who can open the materials for registrants of a session or of a series, and how."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from echo_portal.views.page_values import Link, MaterialAccess, Resource
from echo_portal.views.presenters import Viewer
from registrations.links import registration_address
from registrations.queries.materials import open_to_registrant
from sessions.models import Material, Series, Session
from sessions.presenters import who_opens_materials


def opened_by(viewer: Viewer, sessions: Iterable[Session]) -> set[int]:
    """Return the IDs of the held sessions whose materials for registrants this visitor may open.

    This uses one query, or none if nobody is signed in or no session has such materials.
    """
    closed = [
        row
        for row in sessions
        if row.is_over(viewer.now) and any(one["open_to"] != Material.OpenTo.PUBLIC for one in row.material_rows)  # type: ignore[attr-defined]
    ]
    return open_to_registrant(viewer.person, closed)


def access_to(resources: Iterable[Resource], series: Series, viewer: Viewer, *, here: str) -> MaterialAccess | None:
    """Return who can open the materials that this visitor cannot open, and the next steps; None if they can open all.

    `here` is the path of the page, to which signing in leads back.
    """
    if not any(resource.is_for_registrants for resource in resources):
        return None
    links = []
    if series.shares_with_everyone_registered and _takes_registrations(series, viewer):
        key = viewer.key if series.needs_key else ""
        links.append(Link(_("Register for this series"), registration_address(series.slug, key=key)))
    if viewer.person is None:
        links.append(Link(_("I am registered: sign in"), f"{reverse('sign_in')}?{urlencode({'next': here})}"))
    elif not links:
        links.append(Link(_("Ask the hub"), reverse("contact")))
    return MaterialAccess(who_opens_materials(series), tuple(links))


def _takes_registrations(series: Series, viewer: Viewer) -> bool:
    return series.ongoing or Session.objects.filter(series=series).open_for_registration(viewer.now).exists()
