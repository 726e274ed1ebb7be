"""The program of the child process that parses a report."""

from typing import Any

from attendance.reading.report import read_here, to_plain
from attendance.reading.values import Question
from echo_portal.lib.tables.child import answer_parent


def parse(data: bytes, question: dict[str, Any]) -> dict[str, Any]:
    return to_plain(read_here(data, Question(**question)))


if __name__ == "__main__":
    answer_parent(parse)
