"""Pages of another hub's messages return 404."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from echo_portal.admin.messages.pages import MessageAdmin
from echo_portal.outbox.models import Message, Suppression
from tests.admin.message_acts import act, state_of
from tests.admin.pages import address, leaks, request_of, text_of
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.people import People
from tests.tables import checksums


def own_addresses(message: Message) -> list[str]:
    acts = ("hold", "release", "cancel", "resend")
    pages = [reverse("admin:outbox_message_act", args=(name,)) + f"?ids={message.pk}" for name in acts]
    pages += [reverse("admin:outbox_message_edit", args=(message.pk,))]
    pages += [reverse("admin:outbox_message_email", args=(message.pk, language)) for language in ("en", "fr", "xx")]
    return pages


def test_message_of_another_hub_is_not_found(own: HubRows, other: HubRows) -> None:
    client = signed_in_client(own.coordinator)
    before = checksums()
    for page in own_addresses(other[Message]):
        data = {"ids": str(other[Message].pk), "subject": "x", "text": "y"}
        for answer in (client.get(page), client.post(page, data)):
            assert answer.status_code == 404, page
            assert not leaks(answer)
    assert checksums() == before
    assert client.get(address(Message, "change", own[Message].pk)).status_code == 200


def test_message_pages_are_closed_to_staff_without_a_hub_and_strangers(own: HubRows, people: People) -> None:
    nobody = signed_in_client(people.make("nobody@example.org", "No Hub", is_staff=True))
    for client, status in ((nobody, 404), (signed_in_client(people.stranger), 302), (Client(), 302)):
        for page in own_addresses(own[Message]):
            answer = client.get(page)
            assert answer.status_code == status
            assert "OWNHUB" not in text_of(answer)


def test_message_pages_are_open_to_pallium_staff(own: HubRows, other: HubRows, people: People) -> None:
    client = signed_in_client(people.staff)
    for message in (own[Message], other[Message]):
        Suppression.objects.all().delete()
        act(client, "hold", message)
        assert state_of(message) == "held"


class Unscoped(MessageAdmin):
    def get_queryset(self, request: HttpRequest) -> Any:
        return Message.objects.all()


def test_unscoped_message_pages_display_a_message_of_another_hub(own: HubRows, other: HubRows) -> None:
    request = request_of(own.coordinator)
    page = Unscoped(Message, admin.site)
    assert page.own(request, other[Message].pk) == other[Message]
    assert leaks(page.email_view(request, other[Message].pk, "en"))
