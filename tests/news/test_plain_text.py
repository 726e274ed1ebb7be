"""The text part of a newsletter can be read without Markdown's signs."""

import pytest
from django.conf import settings

from news.emails.newsletter import text_for_email

MARKDOWN = """\
## New *series*

**Heart failure** begins in [March](/en/series/heart/), see
https://example.org or [me](mailto:echo@example.ca).

- one & two
- [three](https://example.org/3?a=1&b=2)

1. first
2. second

Goodbye
"""
TEXT = f"""\
New series

Heart failure begins in March <{settings.SITE_URL}/en/series/heart/>, see https://example.org or me <echo@example.ca>.

- one & two
- three <https://example.org/3?a=1&b=2>

1. first
2. second

Goodbye"""


def test_markdown_is_written_as_readable_text() -> None:
    assert text_for_email(MARKDOWN, "en") == TEXT


@pytest.mark.parametrize("text", ["", "- a\n  - b", "> quoted", "<b>x</b>", "a\\\nb"])
def test_text_has_no_tags(text: str) -> None:
    assert "</" not in text_for_email(text, "en").replace("</b>", "")
