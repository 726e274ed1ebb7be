"""Register people over HTTP and measure the response times."""

import http.client
import itertools
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode

from sessions.models import Session
from tests.faults.running import OPEN, Campaign, share

CSRF = "a" * 32
PATH = f"/en/series/{OPEN}/register/"
CLIENTS = 2
_number = itertools.count()


@dataclass(frozen=True)
class Answers:
    statuses: tuple[int, ...]
    seconds: tuple[float, ...]

    @property
    def p95(self) -> float:
        return share(self.seconds, 0.95)

    @property
    def all_registered(self) -> bool:
        return set(self.statuses) == {302}


def register(faults: Campaign, port: int, number: int) -> Answers:
    """Register `number` new people, two at a time."""
    session = faults.within(lambda: Session.objects.get(series__slug=OPEN).pk)
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(lambda _one: _post(port, session), range(number)))
    return Answers(tuple(status for status, _seconds in answers), tuple(seconds for _status, seconds in answers))


def _post(port: int, session: int) -> tuple[int, float]:
    form = {
        "csrfmiddlewaretoken": CSRF,
        "form_key": str(uuid.uuid4()),
        "which": "some",
        "sessions": session,
        "name": "Ama Okpik",
        "email": f"visitor-{next(_number)}@example.org",
        "profession": "RN",
        "province": "NU",
        "zone_nu": "America/Iqaluit",
        "language": "en",
        "consent": "on",
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrf={CSRF}"}
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.monotonic()
    try:
        client.request("POST", PATH, urlencode(form), headers)
        answer = client.getresponse()
        answer.read()
        return answer.status, time.monotonic() - began
    finally:
        client.close()
