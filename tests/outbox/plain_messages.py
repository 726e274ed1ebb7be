"""Write messages of two kinds that exist only in tests and have a plain text."""

from echo_portal.outbox import kinds
from echo_portal.outbox.actions import write_message
from echo_portal.outbox.email_content import Rendered
from echo_portal.outbox.models import Message


def plain(message: Message) -> Rendered:
    if "broken" in message.payload:
        raise ValueError("broken")
    if "gone" in message.payload:
        raise kinds.NoLongerTrue("the fact is gone")
    return Rendered(
        subject=message.payload.get("subject", "Hello"),
        text="Text",
        html="<p>Text</p>",
        from_name="ECHO",
        reply_to="hub@example.org",
    )


TRUE = {"now": True}
kinds.register(kinds.Kind("test", plain, lambda message: TRUE["now"], must_arrive=True))
kinds.register(kinds.Kind("test-bulk", plain, lambda message: True, must_arrive=False))


def write(key: str, *, kind: str = "test", address: str = "ama@example.org", **fields: object) -> Message:
    write_message(
        kind=kind,
        dedupe_key=key,
        address=address,
        language="en",
        about="test:1",
        why=lambda: "Because.",
        **fields,
    )
    return Message.objects.get(dedupe_key=key)
