"""A condition of certificates that Pallium staff removed is announced neither on the page nor in the email."""

import pytest
from django.test import Client

from credits.models import Accreditation
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from evaluations.models import Evaluation
from tests.credits.gated import Gated
from tests.evaluations.asked import path_of

pytestmark = pytest.mark.django_db

PAGE = "Credits for this session are on your certificate once you have answered."
EMAIL = "Credits that depend on an evaluation are on your certificate once you answer it."


@pytest.fixture(scope="module")
def adds() -> type[Gated]:
    return Gated


@pytest.fixture
def gated(added: Gated) -> Gated:
    return added


def announced(gated: Gated, client: Client) -> tuple[bool, bool]:
    """Return whether the page and the email announce the condition."""
    message = Message.objects.filter(kind="evaluation", person_id=gated.ama.pk).latest("pk")
    page = client.get(path_of(gated.ama, gated.session)).content.decode()
    return PAGE in page, EMAIL in " ".join(preview(message, "en", scope_ids=None).text.split())


def test_condition_is_announced_until_staff_remove_it(gated: Gated, client: Client) -> None:
    gated.ask()
    assert announced(gated, client) == (True, True)
    Accreditation.objects.update(evaluation_required=False)
    gated.ask()
    assert announced(gated, client) == (False, False)
    Accreditation.objects.update(evaluation_required=True)
    gated.ask()
    assert announced(gated, client) == (True, True)


def test_condition_stays_if_another_accreditation_asks_for_it(gated: Gated, client: Client) -> None:
    gated.ask()
    other = Accreditation.objects.get()
    other.pk, other.scheme, other.programme, other.evaluation_required = None, "moc", "MOC", False
    other.save()
    gated.ask()
    assert announced(gated, client) == (True, True)
    assert not Evaluation.objects.filter(condition_ended=True).exists()
