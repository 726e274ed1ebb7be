"""An erased person stays in the lists of held sessions, but nobody writes to them or gives them an address."""

import pytest
from django.utils import timezone

from accounts.models import Person
from echo_portal.admin.audiences import OfSeries, OfSession
from echo_portal.erasure.actions import erase_person
from echo_portal.erasure.reasons import Reason
from echo_portal.lib.refusals import Refusal
from registrations.actions import AnnouncementTexts, propose_address, write_to_registrants
from registrations.models import AddressCorrection, Registration
from tests.erasure.canary import Canary
from tests.people import People

pytestmark = pytest.mark.django_db
TEXTS = AnnouncementTexts(subject_en="Slides", subject_fr="Diapos", text_en="Here.", text_fr="Voici.")


@pytest.fixture
def held(found: Canary, people: People) -> Registration:
    """Return the registration of the erased person for a held session."""
    erase_person(person=found.person, by=people.staff, reason=Reason.ASKED)
    return Registration.objects.active().get(person=found.person)


def test_erased_person_is_in_no_audience(held: Registration, people: People) -> None:
    now = timezone.now()
    audiences = (OfSession(now, held.session), OfSeries(now, held.session.series))
    shown = [row.person_id for audience in audiences for row in audience.rows("")]
    assert (held.person_id in shown, people.luc.pk in shown) == (False, True)
    with pytest.raises(Refusal, match="Choose who gets it"):
        write_to_registrants(session=held.session, registration_ids=[held.pk], texts=TEXTS, counted=1, by=people.staff)


def test_no_address_is_proposed_for_an_erased_person(held: Registration, people: People) -> None:
    person = Person.objects.get(pk=held.person_id)
    with pytest.raises(Refusal, match="This profile is closed"):
        propose_address(
            person=person,
            series=held.session.series,
            new_address="new@example.org",
            reason="Told us.",
            by=people.staff,
        )
    assert not AddressCorrection.objects.filter(person=person).exists()
