"""Fixtures for the tests of the administration: a coordinator's browser, and states of the own hub's rows."""

import pytest
from django.test import Client
from django.utils import timezone

from echo_portal.outbox.models import Suppression
from registrations.models import Registration
from sessions.models import Session
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People


@pytest.fixture
def coordinator_client(own: HubRows) -> Client:
    """Return a browser in which the coordinator of the own hub is signed in."""
    return signed_in_client(own.coordinator)


@pytest.fixture
def no_suppression(own: HubRows) -> None:
    """Delete the suppression of the own hub, so that its emails are sent."""
    Suppression.objects.filter(scope_id=own.hub.pk).delete()


@pytest.fixture
def luc_registered(own: HubRows, people: People) -> None:
    """Register Luc, who reads French, as the second registrant in the own hub's session."""
    now = timezone.now()
    Registration.objects.create(
        person=people.luc, session=own[Session], state="registered", registered_at=now, changed_at=now
    )
