"""Build messages about an inquiry, and lock its row."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person
from echo_portal.outbox.actions import NewMessage
from proposals.message_kinds import ANSWER, COMMENTED, CONFIRM, FOR_HUB, INVITED, RECEIVED
from proposals.models import Inquiry

_WHY: dict[str, Callable[[], str]] = {
    CONFIRM: lambda: _("Somebody gave this address in a form on the portal."),
    RECEIVED: lambda: _("You sent a form on the portal."),
    ANSWER: lambda: _("You sent a form on the portal, or work with somebody who did."),
    INVITED: lambda: _("Somebody who works on an idea for an ECHO gave this address."),
    FOR_HUB: lambda: _("This address is the contact of the hub."),
    COMMENTED: lambda: _("This address is the contact of the hub."),
}


def about_inquiry(kind: str, row: Inquiry, person: Person | None = None, *, key: str = "", **fields: Any) -> NewMessage:
    """Return a message to the sender of the inquiry, or to `person`.

    It is sent to the address as the person's profile spells it if that is proved. `key` distinguishes messages of the
    same kind about the same inquiry.
    """
    person = person or row.person
    is_sender = person.pk == row.person_id
    values: dict[str, Any] = {
        "kind": kind,
        "dedupe_key": f"{kind}:{row.pk}:{key}",
        "address": row.email if is_sender and not person.is_proved else person.email,
        "language": row.language if is_sender else person.language,
        "about": row.about,
        "why": _WHY[kind],
        "person_id": person.pk,
        "scope_id": row.hub_id,
        "payload": {"inquiry": row.pk, "person": person.pk},
    }
    values["payload"] |= fields.pop("payload", {})
    return NewMessage(**(values | fields))


def to_hub(row: Inquiry, kind: str = FOR_HUB, *, key: str = "") -> NewMessage:
    """Return a message to the hub's address, in the hub's first language. `key` is that of `about_inquiry`."""
    return NewMessage(
        kind=kind,
        dedupe_key=f"{kind}:{row.pk}:{row.hub_id}:{key}",
        address=row.hub.reply_address,
        language=row.hub.languages[0] if row.hub.languages else "en",
        about=row.about,
        why=_WHY[kind],
        scope_id=row.hub_id,
        payload={"inquiry": row.pk},
    )


def locked(inquiry: Inquiry) -> Inquiry:
    """Lock the inquiry's row and return it, reloaded, with its hub and its sender."""
    rows = Inquiry.objects.select_for_update(of=("self",), no_key=True).select_related("hub", "person")
    return rows.get(pk=inquiry.pk)
