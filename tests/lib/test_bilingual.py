"""Bilingual content: a missing text is replaced with the other language's, and French text has no-break spaces."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echo_portal.lib.bilingual import french_spaces, in_language, typographic

NBSP = "\u00a0"


@dataclasses.dataclass
class Titled:
    title_en: str = ""
    title_fr: str = ""


@pytest.mark.parametrize(
    ("titled", "language", "read"),
    [
        (Titled("Grief", "Deuil"), "en", ("Grief", "en")),
        (Titled("Grief", "Deuil"), "fr", ("Deuil", "fr")),
        (Titled("Grief", ""), "fr", ("Grief", "en")),
        (Titled("", "Deuil : soutien"), "en", (f"Deuil{NBSP}: soutien", "fr")),
        (Titled("Grief : a title", ""), "fr", ("Grief : a title", "en")),
    ],
)
def test_missing_text_is_replaced_with_the_text_of_the_other_language(
    titled: Titled, language: str, read: tuple[str, str]
) -> None:
    assert in_language(titled, "title", language) == read


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Deuil : soutien", f"Deuil{NBSP}: soutien"),
        ("La douleur, « totale » ?", f"La douleur, «{NBSP}totale{NBSP}»{NBSP}?"),
        ("80 % des soins", f"80{NBSP}% des soins"),
        ("https://exemple.org/a:b", "https://exemple.org/a:b"),
        ("Douleur: bases", "Douleur: bases"),
    ],
)
def test_spaces_before_french_punctuation_become_no_break_spaces(typed: str, shown: str) -> None:
    assert french_spaces(typed) == shown


@pytest.mark.parametrize(
    ("typed", "language", "shown"),
    [
        ("Queen's University", "en", "Queen’s University"),
        ("Nurses' week: 80 % of us", "en", "Nurses’ week: 80 % of us"),
        ("L'équité : 80 % d'accès", "fr", f"L’équité{NBSP}: 80{NBSP}% d’accès"),
        ("'quoted' and 5' 3", "en", "'quoted' and 5' 3"),
    ],
)
def test_typed_apostrophes_and_french_spaces_become_typographic(typed: str, language: str, shown: str) -> None:
    assert typographic(typed, language) == shown


@given(st.text())
def test_only_spaces_become_no_break_spaces_and_a_second_pass_changes_nothing(text: str) -> None:
    once = french_spaces(text)
    assert once.replace(NBSP, " ") == text.replace(NBSP, " ")
    assert french_spaces(once) == once
