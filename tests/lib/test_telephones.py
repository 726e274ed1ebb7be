"""Telephone numbers in the text of the joining page become links."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echo_portal.lib.templatetags.telephones import telephone_links

LINK = re.compile(r'<a href="tel:(\+\d+)">([^<]*)</a>')


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("+1 647 374 4685, meeting ID 987 6543 2109, code 123456#", ["+16473744685"]),
        ("1-855-703-8985 (free)\r\n(438) 809-7799", ["+18557038985", "+14388097799"]),
        ("438.809.7799", ["+14388097799"]),
        ("438\u00a0809\u20117799", ["+14388097799"]),
        ("+33 1 70 37 22 46", ["+33170372246"]),
        ("Meeting ID: 987 654 3210", []),
        ("No de réunion 987 654 3210", []),
        ("98765432109876543210", []),
        ("At 12:00, room 4", []),
    ],
)
def test_telephone_numbers_become_links(text: str, numbers: list[str]) -> None:
    assert [address for address, _words in LINK.findall(telephone_links(text))] == numbers


@given(st.text())
def test_text_is_escaped_and_otherwise_unchanged(text: str) -> None:
    shown = telephone_links(text)
    plain = LINK.sub(r"\2", shown).replace("<br>", "\n")
    assert "<" not in plain
    assert '"' not in plain
