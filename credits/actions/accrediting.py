"""Update the ledger and the certificates of a series in the transaction in which its accreditation is saved."""

import dataclasses
import hashlib
from collections.abc import Iterable

from django.db import transaction

from accounts.models import Person
from credits.actions.ledger import update_ledger
from credits.models import Certificate
from credits.presenters import earned_words
from echo_portal.lib.text import sort_key_of
from registrations.queries.people import shown_names
from sessions.models import Series


@dataclasses.dataclass(frozen=True)
class Corrected:
    """A certificate that was valid before. `before` and `after` are its credits in words, `after` is "" if revoked.

    `certificate` is its ID.
    """

    certificate: int
    name: str
    before: str
    after: str


def digest_of(corrected: Iterable[Corrected]) -> str:
    """Return a hash of the corrected certificates and their credits, whose order does not matter."""
    facts = sorted((one.certificate, one.before, one.after) for one in corrected)
    return hashlib.sha256(repr(facts).encode()).hexdigest()


@transaction.atomic
def follow_accreditation(*, series: Series, by: Person) -> list[Corrected]:
    """Update the ledger of a series whose accreditation was saved. Return the corrected certificates, sorted by name.

    Without this, a worker would update them within seconds, and the history would not say who did it. Locks the ledger
    of the series.
    """
    valid = {row.pk: row for row in Certificate.objects.valid().filter(series=series).defer("pdf")}
    update_ledger(series_id=series.pk, by=by)
    ended = Certificate.objects.filter(pk__in=valid).exclude(state=Certificate.State.VALID)
    changed = [valid[pk] for pk in ended.values_list("pk", flat=True)]
    successors = Certificate.objects.filter(replaces__in=[row.pk for row in changed]).defer("pdf")
    after = {row.replaces_id: earned_words(row.values) for row in successors}
    people = Person.objects.filter(pk__in={row.person_id for row in changed})
    names = shown_names(series.pk, list(people))
    corrected = [
        Corrected(row.pk, names[row.person_id], earned_words(row.values), after.get(row.pk, "")) for row in changed
    ]
    return sorted(corrected, key=lambda one: (bool(one.after), sort_key_of(one.name)))
