"""The exception for a file that cannot be used, and the type of its rows."""

from typing import Any

Row = tuple[int, list[str]]  # the number of the row in the file, and its cells


class RefusedTableError(Exception):
    """Raised if a file cannot be used. The calling app has the sentence for `code` and `facts`.

    `found` contains the cells of the probable header, so that a person can map its columns by hand.
    """

    def __init__(self, code: str, *, found: list[str] | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.found = found or []
        self.facts = facts
