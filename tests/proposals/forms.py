"""The values that a browser sends with the three public forms, and helpers to read the results."""

import uuid
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import FormReceipt, Person
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from hubs.models import Hub
from proposals.actions import Application, send_inquiry
from proposals.links import token_of
from proposals.models import Inquiry

SENDER = {"name": "Zoé Tremblay", "email": "zoe@example.org", "province": "BC", "consent": "on"}


def idea(**changes: Any) -> dict[str, Any]:
    return {
        "form_key": str(uuid.uuid4()),
        "format": "series",
        "title": "Grief in small communities",
        "text": "Nurses near us ask for it.",
        "spoken_in": ["en", "fr"],
        "audience": "Home care nurses",
        "hub": "bc",
        **SENDER,
        **changes,
    }


def partnership(**changes: Any) -> dict[str, Any]:
    own = {"organisation": "Northern Hospice Society", "text": "Host sessions.", "hub": "bc"}
    return {"form_key": str(uuid.uuid4()), **own, **SENDER, **changes}


def interest(**changes: Any) -> dict[str, Any]:
    own = {"topics": ["GRIEF", "PAIN"], "profession": "RN"}
    return {"form_key": str(uuid.uuid4()), **own, **SENDER, **changes}


def sent_idea(hub: Hub, *, email: str = "zoe@example.org", **fields: Any) -> FormReceipt:
    """Send an idea as a guest, without a page, and return the receipt of the form."""
    inquiry = Inquiry(
        hub=hub,
        name="Zoé Tremblay",
        email=email,
        language="en",
        province="BC",
        **{
            "kind": "idea",
            "format": "series",
            "title": "An idea",
            "text": "A gap",
            "audience": "Nurses",
            "spoken_in": ["en"],
        }
        | fields,
    )
    application = Application(form_key=uuid.uuid4(), inquiry=inquiry, network="192.0.2.1")
    return send_inquiry(application=application, signed_in=None)


def send(client: Client, form: dict[str, Any], view: str = "propose") -> Inquiry:
    """Send a form, assert that it was processed, and return its inquiry."""
    answer = client.post(reverse(view), form)
    assert answer.status_code == 302, answer.content.decode()
    return Inquiry.objects.select_related("hub", "person").latest("pk")


def link_of(inquiry: Inquiry, person: Person | None = None) -> str:
    """Return the path of the link for the sender or, if given, for a co-author."""
    return reverse("inquiry", kwargs={"token": token_of(inquiry, person or inquiry.person)})


def confirm(client: Client, inquiry: Inquiry) -> Inquiry:
    """Press the button to which the link in the email leads, and return the reloaded inquiry."""
    client.post(link_of(inquiry), {"act": "confirm"})
    return Inquiry.objects.select_related("hub", "person").get(pk=inquiry.pk)


def email_of(kind: str, **values: str) -> str:
    """Return the subject and text of the only message of this kind (with these values), in English."""
    rendered = preview(Message.objects.get(kind=kind, **values), "en", scope_ids=None)
    return f"{rendered.subject}\n{rendered.text}"
