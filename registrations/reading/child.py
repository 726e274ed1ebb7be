"""The program of the child process that parses a list of people."""

from typing import Any

from echo_portal.lib.tables.child import answer_parent
from registrations.reading.registrant_list import read_here


def parse(data: bytes, question: dict[str, Any]) -> dict[str, Any]:
    return read_here(data)


if __name__ == "__main__":
    answer_parent(parse)
