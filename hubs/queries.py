"""Questions about hubs and the programme as a whole."""

from hubs.models import Hub, Programme


def funding_note() -> str:
    """The funder's wording in the active language (DOMAIN.md L-8); empty before the programme is loaded."""
    programme = Programme.objects.first()
    return programme.funding_note if programme else ""


def contact_of(hub: Hub) -> str:
    """The address a person of this hub reads; empty when none is known."""
    return hub.contact_email
