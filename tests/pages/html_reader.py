"""Parse a page and find texts by the attributes of the elements that contain them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})


class TextReader(HTMLParser):
    """A parser that collects, in `found`, the texts for which `is_found` returns True.

    `value_of` computes the value of an element from its attributes and the value of its parent. `is_found` gets the
    value of the element that contains the text.
    """

    outermost: Any = ""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, Any]] = [("", self.outermost)]
        self.found: list[str] = []

    def value_of(self, attributes: dict[str, str | None], around: Any) -> Any:
        raise NotImplementedError

    def is_found(self, text: str, tag: str, value: Any) -> bool:
        raise NotImplementedError

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self._open.append((tag, self.value_of(dict(attrs), self._open[-1][1])))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Ignore self-closing elements, such as those of SVG icons."""

    def handle_endtag(self, tag: str) -> None:
        while self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.is_found(data, *self._open[-1]):
            self.found.append(" ".join(data.split()))
