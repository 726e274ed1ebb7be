"""What may be done with an inquiry, and until when."""

import datetime as dt

from django.utils.translation import gettext as _

from echo_portal.lib.refusals import Refusal
from hubs.models import Hub
from proposals.models import Inquiry

# What the page and the email promise to the sender.
ANSWER_WITHIN = dt.timedelta(days=14)
# How long an inquiry that nobody has confirmed is kept. Its link works as long.
UNPROVED_KEPT = dt.timedelta(days=14)
# How long a closed inquiry is kept.
CLOSED_KEPT = dt.timedelta(days=2 * 365)


def hubs_for(kind: str) -> list[Hub]:
    """Return the hubs that a person can choose in the form of this kind, the national hub last."""
    accepting = {
        Inquiry.Kind.IDEA: Hub.objects.filter(accepts_proposals=True),
        Inquiry.Kind.PARTNER: Hub.objects.filter(accepts_partners=True),
    }[Inquiry.Kind(kind)]
    found = list(accepting.exclude(scope=Hub.Scope.NATIONAL))
    return [*sorted(found, key=lambda hub: hub.name), *national_hub()]


def national_hub() -> list[Hub]:
    """Return a list with the national hub, to which inquiries without a hub of their own go; empty if there is none."""
    return list(Hub.objects.filter(scope=Hub.Scope.NATIONAL))


def hub_of_province(province: str) -> Hub:
    """Return the hub of the province, else the national hub. Raises Refusal if there is neither."""
    scopes = [Hub.Scope.PROVINCIAL, Hub.Scope.REGIONAL]
    own = list(Hub.objects.filter(province=province, scope__in=scopes).order_by("pk")) if province else []
    if found := own or national_hub():
        return found[0]
    raise Refusal(_("No hub can take this form yet. Write to us instead."), code="no-hub")


def check_open(inquiry: Inquiry) -> None:
    if not inquiry.is_open:
        raise Refusal(_("This is closed. Open it again first."), code="closed")


def check_closed(inquiry: Inquiry) -> None:
    if inquiry.state != Inquiry.State.CLOSED:
        raise Refusal(_("This is open already."), code="open")
