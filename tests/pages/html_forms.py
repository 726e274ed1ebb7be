"""Parse the forms of a page into the fields that a browser would send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class HtmlForm:
    """A form's URL, method and field values. `kinds` maps each field name to the type of its control."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)


class FormReader(HTMLParser):
    """A parser that collects forms, including controls outside the form element with a `form` attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[HtmlForm] = []
        self.by_id: dict[str, HtmlForm] = {}
        self._inside: HtmlForm | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = HtmlForm(at.get("action", ""), at.get("method", "get").lower())
            self.forms.append(self._inside)
            self.by_id[at.get("id", "")] = self._inside
            return
        form = self.by_id.get(at["form"]) if "form" in at else self._inside
        if form is None:
            return
        if tag in ("input", "select", "textarea") and at.get("name"):
            name, kind = at["name"], at.get("type", tag)
            form.kinds[name] = kind
            values = form.values.setdefault(name, [])
            if tag == "input" and (kind not in ("checkbox", "radio") or "checked" in at):
                values.append(at.get("value", "on"))
            self._select = name if tag == "select" else ""
        elif tag == "option" and self._select and "selected" in at:
            form.values[self._select].append(at.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None


def forms_of(page: str) -> list[HtmlForm]:
    reader = FormReader()
    reader.feed(page)
    return reader.forms
