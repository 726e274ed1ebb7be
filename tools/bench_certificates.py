"""Measure making the files of certificates, compared with a plain `HTML(…).write_pdf()` for each of them.

The files are made in the same way as by a worker: values, sheet, square code, PDF, signature, the row of the file and
the email, in a transaction that is rolled back. The plain version renders the same sheet with the same fonts in a warm
process, without tags, metadata and signature.
"""

import base64
import datetime as dt
import os
import re
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from weasyprint import HTML

from accounts.models import Person
from attendance.models import Attendance
from credits.actions import issue_certificates
from credits.actions.rendering import render_certificates
from credits.certificates.sheet import sheet_html
from credits.links import verify_url
from credits.models import Certificate
from echo_portal.lib.pdf.characters import ASSETS
from echo_portal.lib.pdf.rendering import renderer_of_this_process
from echo_portal.lib.pdf.square_code import square_code
from sessions.models import Session
from tools.bench_rows import registrations_for
from tools.bench_servers import cpu_seconds, postmaster

GOAL = "≥ 1.7"
PLAIN = 40  # plain certificates in each of the rounds, which are before and after those of the portal
STYLE = Path(__file__).resolve().parent.parent / "credits" / "certificates" / "certificate.css"


def certificates(session: Session, *, say: Callable[[str], None], number: int) -> None:
    """Print how many certificates are made per second of CPU time, and the memory of the process that renders them."""
    with transaction.atomic():
        _issue(session, number)
        issued = list(Certificate.objects.filter(session=session).select_related("person").defer("pdf")[:PLAIN])
        _plain(issued[:5])  # warm
        plain = [_plain(issued)]
        render_certificates(at_most=5)  # warm
        memory, spent, made = [], 0.0, 5
        while made < number:
            before = cpu_seconds(os.getpid()) + cpu_seconds(postmaster())
            done = render_certificates(at_most=min(100, number - made))
            spent += cpu_seconds(os.getpid()) + cpu_seconds(postmaster()) - before
            made += done
            assert done, "a certificate could not be made"
            memory.append((made, _resident_mb()))
        plain.append(_plain(issued))
        sizes = [len(bytes(row.pdf or b"")) for row in Certificate.objects.filter(session=session)[:PLAIN]]
        transaction.set_rollback(True)
    ours, baseline = (number - 5) / spent, statistics.median(plain)
    say(f"\nCertificates, {number} in a batch, of one session; a second of CPU time, with the database")
    say(f"  plain HTML(…).write_pdf()  {baseline:6.1f} a second")
    say(f"  the portal                 {ours:6.1f} a second   {ours / baseline:.1f} ×   {GOAL}")
    shown = ", ".join(f"{mb:.0f} MB at {count}" for count, mb in memory if mb)
    say(f"  memory of the renderer: {shown}; {statistics.median(sizes) / 1000:.0f} kB a file")


def _issue(session: Session, number: int) -> None:
    """Record that `number` people attended the whole session, and issue their certificates."""
    now = timezone.now()
    on = timezone.localdate() - dt.timedelta(days=1)
    session.on_date, session.start_time, session.end_time = on, dt.time(12), dt.time(13)
    session.save()
    places = registrations_for(session, number)[:number]
    Person.objects.bulk_update(
        [_named(place.person, index) for index, place in enumerate(places)], ["certificate_name"], batch_size=1000
    )
    Attendance.objects.bulk_create(
        Attendance(
            person=place.person,
            session=session,
            registration=place,
            window_seconds=3600,
            corrected_seconds=3600,
            seconds=3600,
            source="roll-call",
            confirmed_at=now,
        )
        for place in places
    )
    plan = issue_certificates(series=session.series, session=session, by=None)
    assert plan.count == number, plan


def _named(person: Person, index: int) -> Person:
    person.certificate_name = f"Élodie Tremblay-Désilets {index}"
    return person


def _plain(rows: list[Certificate]) -> float:
    """Return how many certificates the plain version renders per second of CPU time."""
    style = f"<style>{(ASSETS / 'faces.css').read_text()}{STYLE.read_text()}</style>".replace("asset:/", "")
    before = cpu_seconds(os.getpid())
    for row in rows:
        address = verify_url(row)
        code = base64.b64encode(square_code(address)).decode()
        html = sheet_html(row.values, verify_url=address).replace("</head>", f"{style}</head>")
        html = html.replace("asset:/square-code.svg", f"data:image/svg+xml;base64,{code}")
        HTML(string=html, base_url=f"{ASSETS}/").write_pdf()
    return len(rows) / (cpu_seconds(os.getpid()) - before)


def _resident_mb() -> float:
    child: Any = renderer_of_this_process().child
    if child is None:
        return 0.0  # it has ended, after its last document
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{child.pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0
