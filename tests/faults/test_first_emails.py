"""F31: several workers deliver reminders while the confirmations of the same people are held."""

import pytest

from tests.faults.conftest import Line
from tests.faults.messages import write_messages
from tests.faults.running import Campaign

pytestmark = pytest.mark.faults

PEOPLE = 40
OF_PEOPLE = "SELECT public_id FROM outbox_message WHERE kind = %s ORDER BY person_id"


def test_workers_send_no_reminder_before_its_confirmation(faults: Campaign, line: Line) -> None:
    write_messages(faults, PEOPLE, kind=lambda index: "confirmation")
    write_messages(faults, PEOPLE, kind=lambda index: "reminder-day")
    held = "UPDATE outbox_message SET state = %s WHERE kind = 'confirmation' AND state = %s AND person_id %% 2 = 0"
    faults.sql(held, "held", "queued")
    waiting = "SELECT count(*) FROM outbox_message WHERE reason = 'first-not-sent' AND state = 'queued'"
    faults.start_worker("first", concurrency=2)
    faults.start_worker("second", concurrency=2)
    faults.start_beat()

    def have_looked() -> bool:
        # Those whose confirmation was about to be sent are looked at again, as after five minutes.
        faults.sql(
            "UPDATE outbox_message SET due_at = now() WHERE state = 'queued' AND due_at > now() AND person_id % 2 = 1"
        )
        return faults.states().get("sent", 0) == PEOPLE and faults.sql(waiting)[0][0] == PEOPLE // 2

    faults.wait_until(have_looked, 60, "the workers send the other half, and put the rest back")
    assert _overtaken(faults) == []

    faults.sql(held, "queued", "held")
    faults.wait_until(lambda: faults.states().get("sent", 0) == PEOPLE * 3 // 2, 60, "the confirmations are sent")
    faults.sql("UPDATE outbox_message SET due_at = now() WHERE state = 'queued'")
    faults.wait_until(lambda: faults.live() == 0, 60, "the reminders follow")
    faults.assert_each_once(PEOPLE * 2)
    assert _overtaken(faults) == []
    line.says("F31", f"{PEOPLE // 2} of {PEOPLE} confirmations are held, 4 processes", "0 reminders before theirs")


def _overtaken(faults: Campaign) -> list[str]:
    """Return the reminders that were accepted before the confirmation of the same person."""
    at = {identifier.strip("<>").split("@")[0]: place for place, identifier in enumerate(faults.ledger())}
    pairs = zip(faults.sql(OF_PEOPLE, "confirmation"), faults.sql(OF_PEOPLE, "reminder-day"), strict=True)
    names = [(str(first), str(reminder)) for (first,), (reminder,) in pairs]
    return [reminder for first, reminder in names if reminder in at and at[reminder] < at.get(first, len(at))]
