"""Who can be erased."""

from collections.abc import Collection

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from credits.models import Reviewer
from echo_portal.lib.refusals import Refusal
from hubs.models import Hub


def check_can_erase(person: Person, *, by: Person) -> None:
    """Raise Refusal unless `by` is Pallium staff and erases somebody else, who has no role any more."""
    if not by.is_pallium_staff:
        raise Refusal(_("Only Pallium staff erase people."), code="not-staff")
    if person.pk == by.pk:
        raise Refusal(_("Ask a colleague to erase your own data."), code="oneself")
    if person.is_erased:
        raise Refusal(_("The data of this person was erased before."), code="erased")
    if person.merged_into_id is not None:
        said = _("This profile was merged into another one. Erase that one: this one goes with it.")
        raise Refusal(said, code="merged")
    reviews = Reviewer.objects.open(timezone.localdate()).filter(person=person)
    if person.is_superuser or person.is_programme_staff or person.memberships.exists() or reviews.exists():
        raise Refusal(_("This person has a role in the programme. End it first."), code="has-role")


def check_is_no_contact(keys: Collection[str]) -> None:
    """Raise Refusal if one of the addresses, given as results of `email_key`, is published as that of a hub."""
    hub = next((hub for hub in Hub.objects.exclude(contact_email="") if hub.contact_email.casefold() in keys), None)
    if hub is not None:
        said = _("Their address is the contact address of %(hub)s. Change it first.") % {"hub": hub.name}
        raise Refusal(said, code="contact")
