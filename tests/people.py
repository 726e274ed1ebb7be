"""The people of the tests: participants, staff, coordinators of each hub, and a stranger."""

from functools import cached_property
from typing import Any

from django.utils import timezone

from accounts.models import Person
from hubs.models import Hub, Membership


class People:
    """The people of the tests. Each of them is created when it is first accessed."""

    @staticmethod
    def make(email: str, name: str, **fields: Any) -> Person:
        proved = fields.pop("proved", True)
        return Person.objects.create_user(
            email, name=name, mailbox_proved_at=timezone.now() if proved else None, **fields
        )

    @cached_property
    def ama(self) -> Person:
        """A nurse in Nunavut who has signed in before and reads English."""
        return self.make("ama@example.org", "Ama Okpik", province="NU", time_zone="America/Iqaluit", profession="RN")

    @cached_property
    def luc(self) -> Person:
        """A personal support worker in Quebec who reads French."""
        return self.make("luc@example.org", "Luc Bélanger", province="QC", profession="PSW", language="fr")

    @cached_property
    def stranger(self) -> Person:
        """A person with an account and without registrations or memberships."""
        return self.make("stranger@example.org", "Sam Stranger", province="ON")

    @cached_property
    def staff(self) -> Person:
        return self.make("staff@example.org", "Paula Staff", is_staff=True, is_programme_staff=True)

    def coordinator(self, hub: Hub) -> Person:
        person = self.make(f"{hub.slug}@example.org", f"Coordinator of {hub.slug}", is_staff=True)
        Membership.objects.create(person=person, hub=hub, role=Membership.Role.COORDINATOR)
        return person
