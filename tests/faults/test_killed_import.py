"""F32: the worker that imports a long list is killed while it writes, and another worker imports the list."""

from functools import partial

import pytest

from accounts.models import Person
from registrations import actions
from registrations.actions import list_work
from registrations.models import RegistrantList
from sessions.models import Series
from tests.faults.conftest import Line
from tests.faults.running import FULL, OPEN, Campaign
from tests.people import People

pytestmark = pytest.mark.faults

ROWS = 5000 if FULL else 2000
KILLS = 2  # the third worker has the last attempt
TASK = "work-on-lists"
LIST = (
    "SELECT work, attempts, rows_done, claimed_until > now(), left_out FROM registrations_registrantlist WHERE id = %s"
)
WRITTEN = """
SELECT (SELECT count(*) FROM accounts_person WHERE email LIKE 'listed-%'),
       (SELECT count(*) FROM registrations_registration WHERE addition_id IS NOT NULL),
       (SELECT count(*) FROM outbox_message WHERE kind = 'added-by-hub'),
       (SELECT count(*) FROM registrations_addition),
       (SELECT count(*) FROM accounts_auditevent WHERE verb = 'people-list-imported')
"""


def uploaded() -> tuple[RegistrantList, Person]:
    series = Series.objects.get(slug=OPEN)
    by = People().coordinator(series.hub)
    lines = ["Name,Email", *(f"Person {number},listed-{number}@example.org" for number in range(ROWS))]
    row = actions.upload_list(
        series=series, file_name="list.csv", data="\n".join(lines).encode(), language="en",
        session_ids=list(series.sessions.values_list("pk", flat=True)), whole_series=True, note_en="You asked.",
        note_fr="", by=by,
    )  # fmt: skip
    return list_work.ask_for_work(registrant_list=row, work="check", by=by), by


def test_killed_import_registers_nobody_and_is_taken_up_again(faults: Campaign, line: Line) -> None:
    row, by = faults.within(uploaded)
    faults.start_worker("check", concurrency=1)
    faults.tick(name=TASK)
    faults.wait_until(lambda: state(faults, row)[0] == "", 120, "the list is checked")
    for process in list(faults.processes):
        faults.end(process)
    faults.within(lambda: ask_for_import(row, by))

    for attempt in range(1, KILLS + 1):
        worker = faults.start_worker(f"killed-{attempt}", concurrency=1)
        faults.tick(name=TASK)
        faults.wait_until(partial(is_written, faults, row, attempt), 120, "the list is being written")
        faults.end(worker)
        assert written(faults) == (0, 0, 0, 0, 0), "all people or nobody"
        assert state(faults, row)[:2] == ("import", attempt)
        assert state(faults, row)[3], "the lease has not ended"
        faults.sql(
            "UPDATE registrations_registrantlist SET claimed_until = now() - interval '1 s' WHERE id = %s", row.pk
        )

    faults.start_worker("last", concurrency=1)
    faults.start_beat()
    seconds = faults.wait_until(lambda: state(faults, row)[0] == "", 120, "another worker imports the list")
    assert written(faults) == (ROWS, ROWS, ROWS, 1, 1)
    assert state(faults, row)[4] == []
    line.says("F32", f"SIGKILL while {ROWS} people are written, {KILLS} times", f"all once, {seconds:.0f} s")


def ask_for_import(row: RegistrantList, by: Person) -> None:
    seen = RegistrantList.objects.get(pk=row.pk).dry_run["seen"]
    list_work.ask_for_work(registrant_list=row, work="import", by=by, sha256=row.sha256, seen=seen)


def state(faults: Campaign, row: RegistrantList) -> tuple[str, int, int, bool, list[object]]:
    """Return the work, the attempts, the progress, whether the lease runs, and who was left out."""
    return faults.sql(LIST, row.pk)[0]


def is_written(faults: Campaign, row: RegistrantList, attempt: int) -> bool:
    """Return whether the worker of this attempt has saved a progress."""
    _work, attempts, done, _leased, _left_out = state(faults, row)
    return attempts == attempt and 0 < done < ROWS


def written(faults: Campaign) -> tuple[int, ...]:
    """Return the numbers of people, registrations, emails, additions and audit events of imports."""
    return faults.sql(WRITTEN)[0]
