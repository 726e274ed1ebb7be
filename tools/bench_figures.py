"""Measure the page of figures, exports of rows, and all lists of the administration, with ten years of sample data."""

import csv
import io
import resource
import statistics
import time
from collections.abc import Callable, Iterable
from http.client import HTTPConnection
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from echo_portal.reports.row_copy import copied_lines
from echo_portal.reports.row_exports import KINDS, Column
from echo_portal.reports.selection import Selection, periods
from hubs.models import Hub, Membership
from sessions.models import Series
from tests.admin.two_hubs import signed_in_client
from tools.bench_held import write_what_was_held
from tools.bench_servers import Server, get, measure

FIGURES_GOAL, LIST_GOAL = 500, 300  # milliseconds of CPU time, web and database
EXPORT_GOAL, MEMORY_GOAL = 5, 10  # times faster than the baseline; megabytes
TIMES = 6
SESSIONS_AT_ONCE = 100
Say = Callable[[str], None]


def figures(server: Server, say: Say) -> None:
    """Print the cost of each page, and of exporting all registrations as CSV."""
    write_what_was_held(say)
    staff, reader = _cookie(staff_of_bench()), _cookie(_evaluator())
    say("\nPages on ten years of rows, CPU ms: web + database")
    pages = [
        ("figures, this half-year", "/en/evaluation/", staff),
        ("figures, all", "/en/evaluation/?period=all", staff),
    ]
    pages += [("figures, all, one hub", "/en/evaluation/?period=all", reader)]
    _pages(server, pages, FIGURES_GOAL, say)
    lists = [("start page", reverse("admin:index"), staff)]
    lists += [
        (model._meta.label_lower, reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"), staff)
        for model in admin.site._registry
    ]
    longest = Series.objects.filter(slug__startswith="s1-").order_by("-sessions__number", "pk")[0]
    lists.append(("series desk", reverse("admin:echo_sessions_series_change", args=(longest.pk,)), staff))
    _pages(server, lists, LIST_GOAL, say)
    _exports(say)


def _pages(server: Server, pages: Iterable[tuple[str, str, str]], goal: int, say: Say) -> None:
    for name, path, cookie in pages:

        def read(client: HTTPConnection, number: int, path: str = path, cookie: str = cookie) -> None:
            status, _body, _headers = get(client, path, {"Cookie": cookie})
            assert status == 200, (path, status)

        measure(server, read, times=2)  # warm
        cost = measure(server, read, times=TIMES)
        late = "" if cost.cpu_ms <= goal else "   slow"
        say(f"  {name:44} {cost.cpu_ms:5.0f} = {cost.web_ms:4.0f} + {cost.database_ms:4.0f}   goal ≤ {goal}{late}")


def _cookie(person: Person) -> str:
    Authenticator.objects.filter(user=person).delete()
    cookie = signed_in_client(person).cookies[settings.SESSION_COOKIE_NAME]
    return f"{cookie.key}={cookie.value}"


def staff_of_bench() -> Person:
    """Return a member of Pallium staff whose second factor is removed, so that the benchmark can set one up."""
    known = Person.objects.filter(email="bench-staff@bench.example.org").first()
    Authenticator.objects.filter(user__email="bench-staff@bench.example.org").delete()
    return known or Person.objects.create_user(
        "bench-staff@bench.example.org",
        name="Bench Staff",
        is_staff=True,
        is_programme_staff=True,
        mailbox_proved_at=timezone.now(),
    )


def _evaluator() -> Person:
    known = Person.objects.filter(email="bench-evaluator@bench.example.org").first()
    if known is not None:
        return known
    person = Person.objects.create_user(
        "bench-evaluator@bench.example.org", name="Bench Evaluator", mailbox_proved_at=timezone.now()
    )
    hub = Hub.objects.exclude(scope=Hub.Scope.NATIONAL).order_by("pk")[0]
    Membership.objects.create(person=person, hub=hub, role=Membership.Role.EVALUATOR)
    return person


# ---------------------------------------------------------------- exports


def _exports(say: Say) -> None:
    """Print the time of an export with COPY and with a loop over model objects.

    Also print how much memory the export with COPY needs for few and for many rows.
    """
    kind = "registrations"
    selection = Selection(periods(timezone.localdate())[-1])
    sessions = list(selection.sessions().order_by("on_date", "pk").values_list("pk", flat=True))
    few = sessions[: len(sessions) // 20]
    plain, plain_rows = _seconds(lambda: _objects(kind, selection, few))
    _rows = _copied(kind, selection, few)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ours, rows = _seconds(lambda: _copied(kind, selection, sessions))
    growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    ratio = (plain / plain_rows) / (ours / rows)
    say(f"\nCSV export of {rows} registrations, wall time (COPY runs in PostgreSQL)")
    say(f"  objects and csv.writer     {plain / plain_rows * 1e6:7.1f} µs a row")
    say(f"  COPY                       {ours / rows * 1e6:7.1f} µs a row   {ratio:5.1f} ×   goal ≥ {EXPORT_GOAL}")
    say(f"  memory growth, {_rows} to {rows} rows: {growth:.0f} MB   goal ≤ {MEMORY_GOAL}")


def _seconds(work: Callable[[], int]) -> tuple[float, int]:
    """Return the wall time of `work` in seconds, as the median of three runs, and the number of rows."""
    seconds = []
    for _round in range(3):
        started = time.perf_counter()
        rows = work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), rows


def _copied(kind: str, selection: Selection, sessions: list[int]) -> int:
    rows = 0
    for first in range(0, len(sessions), SESSIONS_AT_ONCE):
        for _piece, lines in copied_lines(kind, selection, sessions[first : first + SESSIONS_AT_ONCE], "en"):
            rows += lines
    return rows


def _objects(kind: str, selection: Selection, sessions: list[int]) -> int:
    columns, rows_of = KINDS[kind]
    rows = rows_of(selection).filter(session__in=sessions).select_related("person", "session__series__hub")
    target = io.StringIO()
    writer = csv.writer(target)
    written = 0
    for row in rows.order_by("session__on_date", "session", "pk").iterator():
        writer.writerow([_value(row, column) for column in columns])
        written += 1
    return written


def _value(row: Any, column: Column) -> object:
    for name in column.path.split("__"):
        row = getattr(row, name)
    return column.written(row)
