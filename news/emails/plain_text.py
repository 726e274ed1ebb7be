"""Write sanitised HTML as plain text, so that the text part of an email can be read without Markdown's signs."""

from html.parser import HTMLParser

BLOCKS = ("p", "h2", "h3", "h4", "ul", "ol")


def plain_text(html: str) -> str:
    """Return the text of the HTML.

    An empty line is between blocks, - or a number before each item of a list, and the address of a link in <> after it.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (line.rstrip() for line in "".join(reader.parts).splitlines())
    return "\n".join(lines).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.numbers: list[int | None] = []  # of each open list: the number of its last item; None without numbers
        self.href, self.linked = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS and not self._is_inside_item():
            self._end_block()
        if tag in ("ul", "ol"):
            self.numbers.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._start_item()
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "a":
            self.href, self.linked = dict(attrs).get("href") or "", ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self.numbers:
            self.numbers.pop()
        elif tag == "a":
            address = self.href.removeprefix("mailto:")
            if address and address != self.linked:
                self.parts.append(f" <{address}>")
            self.href = ""

    def handle_data(self, data: str) -> None:
        text = data if data.strip() else " " if self.parts and not self.parts[-1].endswith(("\n", " ")) else ""
        text = text.replace("\n", " ")
        if self.href:
            self.linked += text
        self.parts.append(text)

    def _is_inside_item(self) -> bool:
        return bool(self.numbers)

    def _end_block(self) -> None:
        written = "".join(self.parts).rstrip()
        self.parts = [f"{written}\n\n"] if written else []

    def _start_item(self) -> None:
        depth = len(self.numbers) - 1
        sign = "-"
        if self.numbers and self.numbers[-1] is not None:
            self.numbers[-1] += 1
            sign = f"{self.numbers[-1]}."
        written = "".join(self.parts).rstrip(" ")
        gap = "" if not written or written.endswith("\n") else "\n"
        self.parts = [f"{written}{gap}{'  ' * max(depth, 0)}{sign} "]
