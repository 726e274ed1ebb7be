"""The child process that parses a report.

Standard input contains the question and the file. The result is written to standard output.
"""

import gc
import json
import resource
import sys

from attendance.reading.report import read_here, to_plain
from attendance.reading.values import Question, RefusedReportError


def main() -> None:
    memory, cpu_seconds = (int(text) for text in sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    gc.disable()  # many small values without cycles, in a process that ends soon
    question = Question(**json.loads(sys.stdin.buffer.readline()))
    try:
        answer = to_plain(read_here(sys.stdin.buffer.read(), question))
    except RefusedReportError as refused:
        answer = {"refused": refused.code, "found": refused.found, "facts": refused.facts}
    json.dump(answer, sys.stdout, separators=(",", ":"))


if __name__ == "__main__":
    main()
