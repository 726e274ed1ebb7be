"""Run the parser of an uploaded file in a child process with limits of time and memory.

The child's standard input contains the arguments of the parser and the file. It writes the result to its standard
output as JSON.
"""

import gc
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from echo_portal.lib.tables.refused import RefusedTableError

PROJECT = Path(__file__).resolve().parents[3]
WALL_SECONDS = 60  # high enough for a busy machine; a thread of the web server waits meanwhile
CPU_SECONDS = 15
MEMORY = 512 * 1024 * 1024


def parse_in_child(module: str, question: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Run this module, which must call `answer_parent`, and return its result. Raises RefusedTableError."""
    asked = json.dumps(question).encode() + b"\n"
    # The child gets no environment variables, because they contain the portal's secrets.
    with subprocess.Popen(
        [sys.executable, "-m", module, str(MEMORY), str(CPU_SECONDS)],
        cwd=PROJECT,
        env={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        try:
            written, _errors = child.communicate(asked + data, timeout=WALL_SECONDS)
        except subprocess.TimeoutExpired:
            written = b""
            child.kill()
    if child.returncode != 0 or not written:
        raise RefusedTableError("stopped")
    answer: dict[str, Any] = json.loads(written)
    if "refused" in answer:
        raise RefusedTableError(answer["refused"], found=answer["found"], **answer["facts"])
    return answer


def answer_parent(parse: Callable[[bytes, dict[str, Any]], dict[str, Any]]) -> None:
    """Parse the file on standard input within limits of memory and CPU time. Write the result or refusal as JSON."""
    memory, cpu_seconds = (int(text) for text in sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    gc.disable()  # many small values without cycles, in a process that ends soon
    question = json.loads(sys.stdin.buffer.readline())
    try:
        answer = parse(sys.stdin.buffer.read(), question)
    except RefusedTableError as refused:
        answer = {"refused": refused.code, "found": refused.found, "facts": refused.facts}
    json.dump(answer, sys.stdout, separators=(",", ":"))
