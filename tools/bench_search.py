"""Measure searches: the sixty queries of the tests, and topics of the sample data with and without typing errors."""

import statistics
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from programme.sample_data import TOPICS
from tools.bench_servers import Server, get, measure

GOAL = 60  # milliseconds, for 95 of 100 queries
REPEATED = 8  # the clock of CPU time has steps of ten milliseconds
QUERIES = Path(__file__).resolve().parent.parent / "tests" / "search" / "queries.txt"


def search(server: Server, *, say: Callable[[str], None]) -> None:
    """Print the CPU time of a search in milliseconds, of web server and database: median and 95th percentile."""
    paths = _paths()
    times = sorted(_cost(server, path) for path in paths)
    middle, slow = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    say(f"\nSearch, {len(paths)} queries, CPU ms: median {middle:.0f}, p95 {slow:.0f}   goal ≤ {GOAL}")


def _cost(server: Server, path: str) -> float:
    def read(client: HTTPConnection, number: int) -> None:
        status, _body, _headers = get(client, path)
        assert status == 200, (path, status)

    return measure(server, read, times=REPEATED).cpu_ms


def _paths() -> list[str]:
    lines = [line.split("|") for line in QUERIES.read_text(encoding="utf-8").splitlines() if line[:2] in ("en", "fr")]
    typed = [(language.strip(), text.strip()) for language, text, _expected in lines]
    for _area, english, french in TOPICS:
        typed += [("en", english), ("fr", french), ("en", english[:3] + english[4:]), ("fr", french[1:])]
    return [f"/{language}/{'recherche' if language == 'fr' else 'search'}/?q={quote(text)}" for language, text in typed]
