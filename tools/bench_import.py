"""Measure the pages for importing a list of 5,000 people: checking the list, and the import itself."""

import re
import time
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from registrations.models import RegistrantList, Registration
from tests.admin.two_hubs import signed_in_client
from tools.bench_figures import staff_of_bench
from tools.bench_programme import BenchProgramme

SEEN = re.compile(rb'name="seen"[^>]*? value="([^"]*)"')
ROWS = 5000
GOAL = 30  # seconds for each page, after which a browser's user or a proxy gives up


def import_list(programme: BenchProgramme, say: Callable[[str], None]) -> None:
    """Print the wall time of each page. All changes are rolled back."""
    lines = ["Name,Email", *(f"Person {number},imported-{number}@bench.example.org" for number in range(ROWS))]
    with transaction.atomic():
        client = signed_in_client(staff_of_bench())
        values = {
            "file": SimpleUploadedFile("list.csv", "\n".join(lines).encode()),
            "default_language": "en",
            "sessions": [programme.sessions[0].pk],
            "note_en": "You asked your hub.",
        }
        started = time.perf_counter()
        page = client.post(
            reverse("admin:echo_sessions_series_import", args=(programme.thirteen.pk,)), values, follow=True
        )
        checked = time.perf_counter() - started
        row = RegistrantList.objects.latest("pk")
        (seen,) = SEEN.findall(page.content)
        fields = {"step": "import", "seen": seen.decode(), "sha256": row.sha256}
        started = time.perf_counter()
        client.post(
            reverse("admin:echo_sessions_series_check_list", args=(programme.thirteen.pk, row.pk)), fields, follow=True
        )
        imported = time.perf_counter() - started
        written = Registration.objects.filter(person__email__startswith="imported-").count()
        transaction.set_rollback(True)
    assert written == ROWS, written
    say(f"\nImport of {ROWS} people by the pages of the desk, wall time")
    say(f"  upload, check and preview  {checked:5.1f} s   goal ≤ {GOAL} s")
    say(f"  import                     {imported:5.1f} s   goal ≤ {GOAL} s")
