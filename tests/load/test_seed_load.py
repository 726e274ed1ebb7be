"""The command that creates ten years of sample data, tested with a small amount."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import Person
from echo_portal.outbox.models import Message
from registrations.models import Registration
from sessions.models import Session

pytestmark = pytest.mark.django_db

SMALL = {"people": 200, "sessions": 60, "registrations": 500, "hubs": 4}


def seed(**options: object) -> None:
    call_command("seed_load", stdout=StringIO(), **SMALL, **options)


def rows() -> list[tuple[object, ...]]:
    return list(
        Registration.objects.order_by("public_id").values_list(
            "public_id", "person__email", "session__public_id", "session__starts_at", "state", "waiting_number"
        )
    )


def test_load_data_has_the_requested_rows_and_no_message() -> None:
    seed()
    assert (Person.objects.count(), Session.objects.count(), Registration.objects.count()) == (200, 60, 500)
    days = set(Session.objects.values_list("on_date__year", flat=True))
    assert len(days) > 5
    assert not Message.objects.exists()


def test_same_seed_creates_the_same_rows() -> None:
    with transaction.atomic():
        seed(seed=7)
        first = rows()
        transaction.set_rollback(True)
    assert not Registration.objects.exists()
    seed(seed=7)
    assert rows() == first


def test_database_with_people_is_refused_without_force() -> None:
    seed()
    with pytest.raises(CommandError, match="holds people already"):
        seed(seed=2)
    with pytest.raises(CommandError, match="seed 1 are there"):
        seed(add=True)
    seed(add=True, seed=2)
    assert Person.objects.count() == 400
