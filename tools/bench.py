"""`make bench`: measure pages, registrations and messages against a minimal baseline (docs/performance.md).

It fills a separate database with ten years of sample data if it is empty, starts one gunicorn with the portal in
production settings and another with a minimal Django, and prints the figures of both and their ratio. They are CPU
times, because other programs may run on the machine.
"""

import argparse
import os
import re
import secrets
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

PROJECT = Path(__file__).resolve().parent.parent
PORT = 8471

ENVIRONMENT = {
    "DEBUG": "0",
    "DEMO": "0",
    "HTTPS": "0",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "127.0.0.1,testserver",
    "SITE_URL": "https://echo.example.org",
    "CALENDAR_DOMAIN": "calendar.example.org",
    "CERTIFICATE_KEYS": "2026:dGhlLXRlc3RzLW93bi1rZXktb2YtMzItYnl0ZXMtISE=",
    "OPERATOR_EMAIL": "echo@example.org",
    "DEFAULT_FROM_EMAIL": "Palliative Care ECHO <echo@example.org>",
    "EMAIL_URL": "smtp://127.0.0.1:9",
    "STATIC_ROOT": str(PROJECT / "var" / "bench-static"),
    "LOG_LEVEL": "WARNING",
    "DJANGO_SETTINGS_MODULE": "echo_portal.settings",
}
os.environ["EMBEDDED_NAME"] = os.environ.get("EMBEDDED_NAME", "bench")
os.environ.update(ENVIRONMENT)

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.links import MANAGE, token_for  # noqa: E402
from accounts.models import Person  # noqa: E402
from echo_portal.outbox.delivery import deliver_due  # noqa: E402
from echo_portal.outbox.models import Message  # noqa: E402
from echo_portal.outbox.transports import SmtpTransport  # noqa: E402
from registrations.models import Registration  # noqa: E402
from sessions.models import Session  # noqa: E402
from tools.bench_attendance import attendance  # noqa: E402
from tools.bench_certificates import certificates  # noqa: E402
from tools.bench_figures import figures as bench_figures  # noqa: E402
from tools.bench_import import import_list  # noqa: E402
from tools.bench_messages import messages  # noqa: E402
from tools.bench_places import contend  # noqa: E402
from tools.bench_programme import BenchProgramme, prepare  # noqa: E402
from tools.bench_search import search  # noqa: E402
from tools.bench_servers import Cost, Server, get, gunicorn, measure, post  # noqa: E402

HIDDEN_FIELDS = re.compile(rb'name="(csrfmiddlewaretoken|form_key)"[^>]*? value="([^"]+)"')
GOALS = {"page": "≤ 5", "register": "≤ 18", "places": "≥ 3"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; each figure is their median")
    parser.add_argument("--pages", type=int, default=200, help="pages per round")
    parser.add_argument("--messages", type=int, default=400, help="messages per round")
    parser.add_argument("--certificates", type=int, default=1000, help="certificates in the batch")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the attendance report")
    parts = ["pages", "figures", "search", "messages", "places", "attendance", "certificates", "import"]
    parser.add_argument("--only", choices=parts, help="run one part only")
    parser.add_argument("--visits", type=int, default=80, help="registrations per round")
    options = parser.parse_args()
    programme = _prepare_database()
    _print(
        f"\n{Person.objects.count()} people, {Session.objects.count()} sessions, "
        f"{Registration.objects.count()} registrations; CPU times are medians of {options.rounds} rounds.\n"
    )
    if options.only in (None, "pages"):
        _web(programme, options)
    if options.only == "figures":
        with gunicorn("portal", "echo_portal.wsgi:application", PORT, dict(os.environ)) as ours:
            bench_figures(ours, say=_print)
    if options.only == "search":
        with gunicorn("portal", "echo_portal.wsgi:application", PORT, dict(os.environ)) as ours:
            search(ours, say=_print)
    if options.only in (None, "messages"):
        messages(programme.sessions[0], say=_print, port=PORT + 2, rounds=options.rounds, number=options.messages)
    if options.only in (None, "places"):
        _places(programme)
    if options.only in (None, "attendance"):
        attendance(programme.sessions[1], say=_print, number=options.rows)
    if options.only in (None, "import"):
        import_list(programme, say=_print)
    if options.only in (None, "certificates"):
        certificates(programme.sessions[1], say=_print, number=options.certificates)
    return 0


def _web(programme: BenchProgramme, options: argparse.Namespace) -> None:
    bare_environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    with (
        gunicorn("portal", "echo_portal.wsgi:application", PORT, dict(os.environ)) as ours,
        gunicorn("bare", "tools.bench_bare:application", PORT + 1, bare_environment) as bare,
    ):
        _pages(programme, ours, bare, options.rounds, options.pages)
        _registering(programme, ours, bare, options.rounds, options.visits)
        search(ours, say=_print)
        bench_figures(ours, say=_print)


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _prepare_database() -> BenchProgramme:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if Person.objects.count() < 10_000:
        started = time.perf_counter()
        call_command("seed_load", add=Person.objects.exists(), seed=Person.objects.count() + 1)
        _print(f"Ten years of sample data written in {time.perf_counter() - started:.0f} s.")
    return prepare()


# ---------------------------------------------------------------- pages


def _pages(programme: BenchProgramme, ours: Server, bare: Server, rounds: int, times: int) -> None:
    token = token_for(programme.person, MANAGE)
    pages = {
        "catalogue": "/en/",
        "catalogue (fr)": "/fr/",
        "series": f"/en/series/{programme.running.slug}/",
        "session": f"/en/sessions/{programme.session.public_id}/",
        "my sessions": f"/en/my-sessions/{token}/",
        "library": "/en/library/",
        "registration form": f"/en/series/{programme.thirteen.slug}/register/",
    }
    _print("Pages                      SQL   CPU ms: web + database    a second       × bare   goal")
    baseline = _median([_page(bare, f"/page/{programme.running.slug}/", times) for _round in range(rounds)])
    _row("bare page, one query", 1, baseline, None, "")
    for name, path in pages.items():
        cost = _median([_page(ours, path, times) for _round in range(rounds)])
        again = _page(bare, f"/page/{programme.running.slug}/", times)  # follow changes of the machine's load
        baseline = _median([baseline, again])
        _row(name, _statements("get", path), cost, baseline, GOALS["page"])


def _page(server: Server, path: str, times: int) -> Cost:
    def read(client: Any, number: int) -> None:
        status, _body, _headers = get(client, path)
        assert status == 200, (path, status)

    measure(server, read, times=max(times // 10, 8))  # warm
    return measure(server, read, times=times)


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        *(statistics.median(getattr(cost, name) for cost in costs) for name in ("web_ms", "database_ms", "per_second"))
    )


def _row(name: str, statements: int, cost: Cost, baseline: Cost | None, goal: str) -> None:
    ratio = f"{cost.cpu_ms / baseline.cpu_ms:7.1f} ×" if baseline else "         "
    _print(
        f"  {name:24} {statements:3}   {cost.cpu_ms:6.1f} = {cost.web_ms:5.1f} + {cost.database_ms:4.1f}"
        f"    {cost.per_second:7.0f}      {ratio}   {goal}"
    )


def _statements(method: str, path: str, form: dict[str, Any] | None = None) -> int:
    """Return how many SQL statements a request executes, including savepoints but not the connection's health check."""
    seen: list[str] = []

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    client = Client()
    getattr(client, method)(path, form)  # warm
    if form is not None:
        form = form | {"form_key": str(uuid.uuid4()), "email": f"{uuid.uuid4().hex}@bench.example.org"}
    with connection.execute_wrapper(count):
        answer = getattr(client, method)(path, form)
    assert answer.status_code in (200, 302), (path, answer.status_code)
    return len(seen)


# ---------------------------------------------------------------- registering


def _registering(programme: BenchProgramme, ours: Server, bare: Server, rounds: int, times: int) -> None:
    chosen = [row.pk for row in programme.sessions[:3]]
    path = f"/en/series/{programme.thirteen.slug}/register/"
    _print("\nRegistering as a guest for 3 of 13 sessions")
    token = "a" * 32

    def bare_post(client: Any, number: int) -> None:
        body = urlencode(
            {
                "email": f"{uuid.uuid4().hex}@bench.example.org",
                "name": "Bench",
                "sessions": chosen,
                "csrfmiddlewaretoken": token,
            },
            doseq=True,
        )
        status, _body, _headers = post(client, "/register/", body, {"Cookie": f"csrftoken={token}"})
        assert status == 302, status

    def visit(client: Any, number: int) -> None:
        answer = _register(client, path, chosen)
        status, _body, _headers = get(client, answer)
        assert status == 200, status

    def form_and_post(client: Any, number: int) -> None:
        _register(client, path, chosen)

    for operation, server in ((bare_post, bare), (visit, ours)):
        measure(server, operation, times=10)
    baseline = _median([measure(bare, bare_post, times=times) for _round in range(rounds)])
    posted = _median([measure(ours, form_and_post, times=times) for _round in range(rounds)])
    visits = _median([measure(ours, visit, times=times) for _round in range(rounds)])
    baseline = _median([baseline, *(measure(bare, bare_post, times=times) for _round in range(2))])
    _row("bare POST, same inserts", 8, baseline, None, "")
    _row("form + POST", _post_statements(programme, path, chosen), posted, baseline, "")
    _row("form + POST + done page", 0, visits, baseline, "")
    message = _message(times)
    _row("one message delivered", 0, message, baseline, "")
    together = Cost(posted.web_ms + message.web_ms, posted.database_ms + message.database_ms, 0)
    _row("form + POST + message", 0, together, baseline, GOALS["register"])


def _post_statements(programme: BenchProgramme, path: str, chosen: list[int]) -> int:
    for count in (3, 13):
        form = _fields(chosen if count == 3 else [row.pk for row in programme.sessions])
        statements = _statements("post", path, form)
        _print(f"  SQL statements of the POST for {count} sessions: {statements} (goal ≤ 20)")
    return statements


def _fields(chosen: list[int]) -> dict[str, Any]:
    return {
        "form_key": str(uuid.uuid4()),
        "which": "some",
        "sessions": chosen,
        "name": "Élodie Tremblay",
        "email": f"{uuid.uuid4().hex}@bench.example.org",
        "profession": "RN",
        "province": "ON",
        "zone_on": "America/Toronto",
        "language": "en",
        "consent": "on",
    }


def _register(client: Any, path: str, chosen: list[int]) -> str:
    """Load the form, submit it, and return the URL to which the response redirects."""
    status, page, headers = get(client, path)
    assert status == 200, status
    hidden = {name.decode(): value.decode() for name, value in HIDDEN_FIELDS.findall(_decompressed(page, headers))}
    cookie = headers["Set-Cookie"].partition(";")[0]
    status, body, headers = post(client, path, urlencode(_fields(chosen) | hidden, doseq=True), {"Cookie": cookie})
    assert status == 302, (status, _decompressed(body, headers)[-600:])
    return str(headers["Location"])


def _decompressed(body: bytes, headers: Any) -> bytes:
    import gzip

    return gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body


def _message(times: int) -> Cost:
    """Return the cost of delivering one message over SMTP: CPU time of the delivering thread and of PostgreSQL."""
    from tests.smtp_server import smtp_sink
    from tools.bench_servers import cpu_seconds, postmaster

    database = postmaster()
    with smtp_sink() as (sink, url):
        transport = SmtpTransport(url, 20)
        deliver_due(at_most=10, transport=transport)
        before, started, in_database = time.thread_time(), time.perf_counter(), cpu_seconds(database)
        outcome = deliver_due(at_most=times, transport=SmtpTransport(url, 20))
        cpu, seconds = time.thread_time() - before, time.perf_counter() - started
        in_database = cpu_seconds(database) - in_database
        assert outcome == {"sent": times}, outcome
        assert len(sink.accepted) == times + 10
    Message.objects.filter(state="queued").update(state="cancelled")
    return Cost(cpu * 1000 / times, in_database * 1000 / times, times / seconds)


# ---------------------------------------------------------------- the last place


def _places(programme: BenchProgramme, *, times: int = 320) -> None:
    _print("\nSixteen clients registering for 13 sessions, one of them with 100 places")
    environment = dict(os.environ)
    limited = programme.limited
    baseline = contend("baseline", [row.pk for row in limited], times=times, environment=environment)
    Registration.objects.filter(session__in=limited).delete()
    ours = contend("portal", [row.pk for row in limited], times=times, environment=environment)
    states = list(Registration.objects.filter(session=limited[0]).values_list("state", flat=True))
    for name, figures in (("FOR UPDATE + 13 inserts", baseline), ("the portal's transaction", ours)):
        ratio = "" if figures is baseline else f"   {ours.per_second / baseline.per_second:.1f} ×   {GOALS['places']}"
        speed = f"{figures.per_second:6.0f} a second, {figures.cpu_ms:5.1f} ms CPU, p99 {figures.p99_ms:5.0f} ms"
        _print(f"  {name:24} {speed}{ratio}")
    _print(
        f"  places taken {states.count('registered')} of {limited[0].capacity}, waiting {states.count('waiting')}"
        f" ({timezone.now():%Y-%m-%d})"
    )
    assert states.count("registered") == limited[0].capacity


if __name__ == "__main__":
    sys.exit(main())
