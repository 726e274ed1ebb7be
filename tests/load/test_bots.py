"""When bots send the public forms at the same time, nothing is stored twice, limits hold, and people get through."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from echo_portal.outbox.models import Message
from hubs.models import Hub
from proposals.models import Inquiry
from proposals.throttles import INQUIRIES_PER_NETWORK
from tests.builders import Programme
from tests.load.conftest import FULL, LiveWeb
from tests.people import People
from tests.proposals.forms import idea, interest, partnership

BOTS = 100 if FULL else 26
REPEATS = 5 if FULL else 2
FORMS = [("propose", idea), ("partner", partnership), ("interest", interest)]


@pytest.mark.parametrize(("view", "form"), FORMS if FULL else FORMS[:1])
def test_bots_store_nothing_twice_and_people_get_through(
    live_web: LiveWeb, programme: Programme, people: People, view: str, form: Callable[..., dict[str, Any]]
) -> None:
    Hub.objects.filter(pk=programme.bc.pk).update(accepts_proposals=True, accepts_partners=True)
    path, most = reverse(view), INQUIRIES_PER_NETWORK.tries
    forms = [form(email=f"bot-{number}@example.org") for number in range(BOTS)]
    answers = live_web.post_at_once(path, forms * REPEATS)
    statuses = [answer.status for answer in answers]
    assert set(statuses) == {302, 303}
    accepted = {answer.location for answer in answers if answer.status == 302}
    assert (len(accepted), Inquiry.objects.count(), Message.objects.count()) == (most, most, most)
    assert Inquiry.objects.values("email").distinct().count() == most
    elsewhere = Client(REMOTE_ADDR="192.0.2.7").post(path, form(email="person@example.org"))
    signed_in = Client()
    signed_in.force_login(people.ama)
    assert (elsewhere.status_code, signed_in.post(path, form(email=people.ama.email)).status_code) == (302, 302)
    assert Inquiry.objects.count() == most + 2
