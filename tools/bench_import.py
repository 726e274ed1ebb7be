"""Measure the import of a list of 5,000 people: the pages of the desk, and the worker that checks and imports it."""

import time
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from echo_portal.admin.desk.list_worker import work_on_list
from registrations.models import RegistrantList, Registration
from tests.admin.two_hubs import signed_in_client
from tools.bench_figures import staff_of_bench
from tools.bench_programme import BenchProgramme

ROWS = 5000
PAGE_GOAL, WORKER_GOAL = 2, 60  # seconds


def import_list(programme: BenchProgramme, say: Callable[[str], None]) -> None:
    """Print the wall time of each page and of the worker. All changes are rolled back."""
    lines = ["Name,Email", *(f"Person {number},imported-{number}@bench.example.org" for number in range(ROWS))]
    page = "admin:echo_sessions_series_{}"
    with transaction.atomic():
        client = signed_in_client(staff_of_bench())
        values = {
            "file": SimpleUploadedFile("list.csv", "\n".join(lines).encode()),
            "default_language": "en",
            "sessions": [programme.sessions[0].pk],
            "note_en": "You asked your hub.",
        }
        upload = reverse(page.format("import"), args=(programme.thirteen.pk,))
        times = [timed(lambda: client.post(upload, values))]
        row = RegistrantList.objects.latest("pk")
        here = reverse(page.format("check_list"), args=(row.series_id, row.pk))
        times.append(timed(work_on_list))
        times.append(timed(lambda: client.get(here)))
        row.refresh_from_db()
        fields = {"step": "import", "seen": row.dry_run["seen"], "sha256": row.sha256}
        times.append(timed(lambda: client.post(here, fields)))
        times.append(timed(work_on_list))
        written = Registration.objects.filter(person__email__startswith="imported-").count()
        transaction.set_rollback(True)
    assert written == ROWS, written
    say(f"\nImport of {ROWS} people by the pages of the desk and a worker, wall time")
    steps = ("upload", "worker: check", "preview", "import", "worker: import")
    for step, seconds in zip(steps, times, strict=True):
        say(f"  {step:<14}  {seconds:5.1f} s   goal ≤ {WORKER_GOAL if ':' in step else PAGE_GOAL} s")


def timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
