"""The hubs that offer a series, and its organisations with their roles."""

from collections.abc import Iterable, Mapping
from typing import Any

from echo_portal.lib.addresses import slug_address
from echo_portal.lib.bilingual import in_language, lang_of_name
from echo_portal.views.page_values import Link, OfferedBy, OfferingOrganisation
from hubs.models import Hub
from sessions.models import SeriesOrganisation


def offered_by(
    hub: Hub, partners: Iterable[Mapping[str, Any]], organisations: Iterable[Mapping[str, Any]], language: str
) -> OfferedBy:
    """Return who offers a series. Partners and organisations are dictionaries of echo_portal.views.queries."""
    name = f"name_{language}"
    return OfferedBy(
        hubs=(
            Link(in_language(hub, "name", language)[0], slug_address("hub", hub.slug)),
            *(Link(row[name], slug_address("hub", row["slug"])) for row in partners),
        ),
        organisations=tuple(
            OfferingOrganisation(
                row[name],
                SeriesOrganisation.Role(row["role"]).label.lower(),
                lang_of_name(row["name_en"], row["name_fr"], language),
            )
            for row in organisations
        ),
    )
