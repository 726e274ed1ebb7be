"""Measure sixteen clients that register for a session with few places, compared with plain SQL.

The plain SQL is a lock and thirteen inserts. Both versions run in two processes of eight threads, because one Python
process uses one core. Each registration is for thirteen sessions, of which the first has a limit. tools.bench runs this
module.
"""

import argparse
import dataclasses
import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

PROCESSES, THREADS = 2, 8


@dataclasses.dataclass(frozen=True)
class Contention:
    """The result. `cpu_ms` is the clients' CPU time per registration; `p99_ms` is the time from call to commit."""

    per_second: float
    cpu_ms: float
    p99_ms: float


def contend(kind: str, session_ids: list[int], *, times: int, environment: dict[str, str]) -> Contention:
    """Run `times` registrations of new people and return the result. `kind` is "portal" or "baseline"."""
    each = times // PROCESSES
    command = [sys.executable, "-m", "tools.bench_places", kind, "--times", str(each)]
    command += ["--sessions", *(str(pk) for pk in session_ids)]
    folder = Path(__file__).resolve().parent.parent
    running = [
        subprocess.Popen(command, cwd=folder, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _process in range(PROCESSES)
    ]
    for process in running:  # wait until each is ready, then start all together
        assert process.stdout is not None
        process.stdout.readline()
    started = time.perf_counter()
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = []
    for process in running:
        assert process.stdout is not None
        answers.append(json.loads(process.stdout.readline()))
        seconds = time.perf_counter() - started
        process.wait(60)
    waits = sorted(wait for answer in answers for wait in answer["waits"])
    return Contention(
        per_second=each * PROCESSES / seconds,
        cpu_ms=sum(answer["cpu"] for answer in answers) * 1000 / (each * PROCESSES),
        p99_ms=waits[int(len(waits) * 0.99)] * 1000,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["portal", "baseline"])
    parser.add_argument("--times", type=int, required=True)
    parser.add_argument("--sessions", type=int, nargs="+", required=True)
    options = parser.parse_args()
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echo_portal.settings")
    django.setup()
    from django.db import connection

    from tools.bench_servers import run_in_threads

    make = Portal if options.kind == "portal" else Baseline
    waits: list[float] = []

    def register(number: int, client: Portal | Baseline) -> None:
        before = time.perf_counter()
        client.register()
        waits.append(time.perf_counter() - before)

    warm = make(options.sessions)
    warm.register()
    connection.close()
    print("ready", flush=True)
    sys.stdin.readline()
    cpu = time.process_time()
    run_in_threads(register, lambda: make(options.sessions), times=options.times, threads=THREADS)
    print(json.dumps({"cpu": time.process_time() - cpu, "waits": waits}), flush=True)


class Portal:
    """A client that registers with the portal's action, in the same way as the registration page."""

    def __init__(self, session_ids: list[int]) -> None:
        from sessions.models import Session

        self.session_ids = session_ids
        self.series = Session.objects.select_related("series__hub").get(pk=session_ids[0]).series

    def register(self) -> None:
        from accounts.actions import Details
        from registrations.actions import Application, enroll

        name = uuid.uuid4().hex
        enroll(
            application=Application(
                form_key=uuid.uuid4(),
                details=Details(name=f"Bench {name}", email=f"{name}@bench.example.org", language="en"),
                series=self.series,
                session_ids=tuple(self.session_ids),
                whole_series=False,
                typed_key="",
                news=False,
                page_language="en",
            ),
            key=None,
            signed_in=None,
        )

    def close(self) -> None:
        from django.db import connection

        connection.close()


class Baseline:
    """A client that registers with plain SQL.

    It inserts a person, executes `SELECT … FOR UPDATE` and a count, and commits thirteen single inserts.
    """

    def __init__(self, session_ids: list[int]) -> None:
        import psycopg
        from django.db import connection

        from accounts.models import Person

        self.session_ids = session_ids
        Person.objects.exists()  # opens Django's connection, whose parameters are reused
        self.connection = psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None})
        connection.close()

    def register(self) -> None:
        name = uuid.uuid4().hex
        with self.connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_person (public_id, password, email, email_key, name, sort_key, certificate_name, "
                "profession, practice_settings, province, community, time_zone, forward_sortation_area, language, "
                "link_version, is_active, is_staff, is_superuser, is_programme_staff) VALUES (%s, '!', %s, %s, 'B', "
                "'b', '', '', '{}', '', '', '', '', 'en', 1, true, false, false, false) RETURNING id",
                [uuid.uuid4(), f"{name}@bench.example.org", f"{name}@bench.example.org"],
            )
            row = cursor.fetchone()
            assert row is not None
            person = row[0]
            cursor.execute("SELECT capacity FROM echo_sessions_session WHERE id = %s FOR UPDATE", self.session_ids[:1])
            cursor.execute(
                "SELECT count(*) FROM registrations_registration WHERE session_id = %s AND state = 'registered'",
                self.session_ids[:1],
            )
            for session in self.session_ids:
                cursor.execute(
                    "INSERT INTO registrations_registration (public_id, person_id, session_id, state, revision, "
                    "registered_at, changed_at) VALUES (%s, %s, %s, 'registered', 0, now(), now())",
                    [uuid.uuid4(), person, session],
                )
        self.connection.commit()

    def close(self) -> None:
        self.connection.close()


if __name__ == "__main__":
    main()
