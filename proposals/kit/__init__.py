"""The kit of templates for co-creation, by stage: Markdown files in both languages, which anybody may use."""

import dataclasses
import functools
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from echo_portal.lib.bilingual import LANGUAGES

FOLDER = Path(__file__).parent
# In the order of the stages of an idea, and within a stage in the order in which they are used.
NAMES = (
    "idea-one-page",
    "shaping-objectives",
    "shaping-roles",
    "planned-planning-sheet",
    "planned-session-plan",
    "planned-declaration",
    "running-case",
    "learned-review",
)
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclasses.dataclass(frozen=True)
class Template:
    """A document in one language. `text` is its Markdown, whose first line is the title."""

    name: str
    language: str
    text: str

    @property
    def stage(self) -> str:
        return self.name.partition("-")[0]

    @property
    def title(self) -> str:
        return self.text.partition("\n")[0].removeprefix("# ")

    @property
    def html(self) -> SafeString:
        """Return the text without its title as HTML.

        Boxes to tick are replaced by characters, and wide tables can be scrolled.
        """
        body = self.text.partition("\n")[2].replace("- [ ] ", "- ☐ ")
        region = format_html('<div class="table-region" role="region" tabindex="0" aria-label="{}">', self.title)
        html = _MARKDOWN.render(body).replace("<table>", f"{region}<table>").replace("</table>", "</table></div>")
        return mark_safe(str(html))  # noqa: S308 (a file of the portal, rendered without HTML)


@functools.cache
def templates(language: str) -> tuple[Template, ...]:
    """Return all templates in a language."""
    return tuple(
        Template(name, language, (FOLDER / f"{name}.{language}.md").read_text(encoding="utf-8")) for name in NAMES
    )


def template_named(name: str, language: str) -> Template | None:
    return next((one for one in templates(language) if one.name == name), None)


def templates_of_stage(stage: str, language: str) -> list[Template]:
    return [one for one in templates(language) if one.stage == stage]


def missing() -> list[str]:
    """Return the names of files that exist in one language only or are not in NAMES. Only a test uses this."""
    found = {path.name for path in FOLDER.glob("*.md")}
    return sorted(found ^ {f"{name}.{language}.md" for name in NAMES for language in LANGUAGES})
