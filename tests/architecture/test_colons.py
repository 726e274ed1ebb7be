"""A colon after a value belongs to a translated sentence, because French has a no-break space before it."""

import re
from pathlib import Path

from django.conf import settings

TEMPLATES: Path = settings.BASE_DIR / "templates"
TRANSLATED = re.compile(r"\{% blocktranslate.*?endblocktranslate %\}|\{#.*?#\}|<(style|script)\b.*?</\1>", re.DOTALL)
COLON = re.compile(r"(\}\}|%\})(</\w+>)?\s*:(?=[\s<])")


def test_templates_have_no_colon_after_a_value_outside_a_translation() -> None:
    found = [
        f"{path.relative_to(TEMPLATES)}: {match[0]!r}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for match in COLON.finditer(TRANSLATED.sub("", path.read_text(encoding="utf-8")))
    ]
    assert found == []
