"""F04 to F07: the broker is unreachable, silent, emptied, full or read-only. It transports only the tick."""

import http.client
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.test import Client

from accounts.models import Person
from accounts.throttles import KEY_FAILURES_PER_NETWORK
from echo_portal.local_servers import servers
from tests.faults.conftest import Line
from tests.faults.forms import Answers, register
from tests.faults.messages import write_messages
from tests.faults.running import FULL, PROJECT, Campaign, Process
from tests.faults.tcp_proxy import Fault

pytestmark = pytest.mark.faults

FORMS = 200 if FULL else 20
FLUSHES, MESSAGES = (20, 5_000) if FULL else (5, 150)
MAIL_LEAVES_WITHIN_SECONDS = 60


@dataclass
class Portal:
    """gunicorn, a worker and beat for all tests in this file. `usual` is the response time of forms without a fault."""

    faults: Campaign
    port: int
    worker: Process
    beat: Process
    usual: Answers

    def check_answers(self, answers: Answers) -> None:
        """Assert that all forms succeed as fast as without a fault.

        Requests do not use the broker (ARCHITECTURE P2).
        """
        assert answers.all_registered, answers.statuses
        # A generous limit, because other tests run at the same time; waiting for a broker takes at least five seconds.
        assert answers.p95 < (0.5 if FULL else 1.5), (answers.p95, self.usual.p95)

    def wait_for_emails(self) -> float:
        """Wait until all due messages are sent, and return how many seconds this took."""
        return self.faults.wait_until(self.nothing_due, MAIL_LEAVES_WITHIN_SECONDS, "all emails have left")

    def nothing_due(self) -> bool:
        assert self.worker.poll() is None, self.faults.log_of("worker")
        assert self.beat.poll() is None, self.faults.log_of("beat")
        due = (
            "SELECT 1 FROM outbox_message WHERE state IN ('queued', 'claimed', 'transmitting', 'deferred', 'in-doubt')"
        )
        return not self.faults.sql(f"{due} AND due_at <= now() LIMIT 1")


@pytest.fixture(scope="module")
def standing(servers_of_its_own: Campaign) -> Iterator[Portal]:
    faults = servers_of_its_own
    faults.clear()
    worker, beat = faults.start_worker(), faults.start_beat()
    port = faults.start_web()
    register(faults, port, 4)
    yield Portal(faults, port, worker, beat, register(faults, port, 20))
    for process in list(faults.processes):
        faults.end(process)


@pytest.fixture
def portal(standing: Portal) -> Portal:
    standing.faults.clear(keep_processes=True)
    return standing


def said(answers: Answers, back: float) -> str:
    return (
        f"{len(answers.statuses)} of {len(answers.statuses)} registered, p95 {answers.p95 * 1000:.0f} ms; "
        f"all emails {back:.0f} s after its return"
    )


def test_registration_works_without_a_broker_and_emails_are_sent_later(portal: Portal, line: Line) -> None:
    faults = portal.faults
    faults.say_to_valkey("SHUTDOWN", "NOSAVE")
    faults.broker.refuse()
    answers = register(faults, portal.port, FORMS)
    portal.check_answers(answers)
    time.sleep(3)
    assert faults.accepted() == 0
    faults.drain()
    drained = faults.accepted()
    assert drained == FORMS, "drain needs no broker either"
    write_messages(faults, 20)
    servers.start_valkey(PROJECT, name=faults.instance, fsync=False)
    faults.broker.listen()
    back = portal.wait_for_emails()
    line.says("F04", "broker stopped and refused; drain without it", f"{said(answers, back)}; {drained} drained")
    assert len(faults.ledger()) == len(set(faults.ledger())) == FORMS + 20


def test_silent_broker_does_not_slow_requests(portal: Portal, line: Line) -> None:
    """Connections that were opened during the fault remain silent. Only new ones work afterwards."""
    faults = portal.faults
    faults.broker.set(Fault(silent=True))
    answers = register(faults, portal.port, FORMS)
    portal.check_answers(answers)
    assert max(answers.seconds) < max(portal.usual.seconds) + (1 if FULL else 2)
    time.sleep(2)
    faults.broker.set(Fault())
    back = portal.wait_for_emails()
    line.says("F05", "broker accepts and stays silent", said(answers, back))
    assert len(faults.ledger()) == len(set(faults.ledger())) == FORMS


def test_emptying_the_broker_loses_no_message_rate_limit_or_browser_session(portal: Portal, line: Line) -> None:
    faults = portal.faults
    cookie = faults.within(sign_in)
    faults.within(use_up_the_limit)
    write_messages(faults, MESSAGES)
    for number in range(1, FLUSHES + 1):
        goal = MESSAGES * number // (FLUSHES + 1)
        faults.wait_until(lambda goal=goal: faults.accepted() >= goal, 300, f"{goal} messages")  # type: ignore[misc]
        faults.say_to_valkey("FLUSHALL")
    portal.faults.wait_until(portal.nothing_due, 600, "all emails have left")
    line.says(
        "F06",
        f"FLUSHALL {FLUSHES} times while {MESSAGES} messages leave",
        f"{MESSAGES} once, 0 lost; limits and sessions stand",
    )
    faults.assert_each_once(MESSAGES)
    assert signed_in(portal.port, cookie) == 200
    assert signed_in(portal.port, "somebody-else") == 302
    assert not faults.within(lambda: KEY_FAILURES_PER_NETWORK.reserve("192.0.2.1"))


def sign_in() -> str:
    client = Client()
    person, _new = Person.objects.get_or_create(
        email_key="signed-in@example.org", defaults={"email": "signed-in@example.org"}
    )
    client.force_login(person)
    return client.cookies["session"].value


def use_up_the_limit() -> None:
    while KEY_FAILURES_PER_NETWORK.reserve("192.0.2.1"):
        pass


def signed_in(port: int, cookie: str) -> int:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        client.request("GET", "/en/my-sessions/", headers={"Cookie": f"session={cookie}"})
        return client.getresponse().status
    finally:
        client.close()


def full(faults: Campaign) -> Callable[[], None]:
    faults.say_to_valkey("CONFIG", "SET", "maxmemory-policy", "noeviction")
    faults.say_to_valkey("CONFIG", "SET", "maxmemory", "1mb")
    return lambda: faults.say_to_valkey("CONFIG", "SET", "maxmemory", "0")


def read_only(faults: Campaign) -> Callable[[], None]:
    faults.say_to_valkey("REPLICAOF", "127.0.0.1", "9")
    return lambda: faults.say_to_valkey("REPLICAOF", "NO", "ONE")


@pytest.mark.parametrize("fault", [full, read_only])
def test_full_or_read_only_broker_logs_an_alarm_and_loses_no_message(
    portal: Portal, line: Line, fault: Callable[[Campaign], Callable[[], None]]
) -> None:
    faults = portal.faults
    mend = fault(faults)
    answers = register(faults, portal.port, FORMS)
    portal.check_answers(answers)
    time.sleep(4)  # beat has tried to tick at least once
    alarms = [text for text in faults.log_of("beat").splitlines() if '"level": "error"' in text or "CRITICAL" in text]
    mend()
    back = portal.wait_for_emails()
    line.says(
        "F07", f"broker {fault.__name__.replace('_', ' ')}", f"{said(answers, back)}; {len(alarms)} alarms of beat"
    )
    assert alarms
    assert len(faults.ledger()) == len(set(faults.ledger())) == FORMS
