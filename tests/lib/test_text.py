"""Functions that fold texts for comparison: search, sort keys, email addresses and enrollment keys."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from echo_portal.lib.text import (
    email_key,
    fold,
    fold_key,
    has_control_characters,
    has_visible_character,
    masked,
    with_one_colon,
)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Évaluation", "evaluation"),
        ("Île-du-Prince-Édouard", "ile-du-prince-edouard"),
        ("CŒUR", "coeur"),
        ("  deux   mots\t", "deux mots"),
        ("l’approche", "l'approche"),
        ("Long–Term—Care", "long-term-care"),
        ("Tłı̨chǫ", "tlicho"),
        ("SENĆOŦEN", "sencoten"),
        ("ᐃᓄᒃᑎᑐᑦ", "ᐃᓄᒃᑎᑐᑦ"),
        ("straße", "strasse"),
        ("", ""),
    ],
)
def test_folding_ignores_case_and_accents(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text())
@example("ΐ")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.text())
def test_search_term_is_found_inside_any_folded_text(before: str, after: str) -> None:
    assert "palliatif" in fold(f"{before} PALLIATIF {after}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (" Ana.Li@Example.org ", "ana.li@example.org"),
        ("ÉLISE@exemple.ca", "e\u0301lise@exemple.ca"),
        ("\uff41na@example.org", "ana@example.org"),
        ("STRASSE@example.org", "straße@example.org"),
        ("\u00a0ana@example.org\r\n", "ana@example.org"),
    ],
)
def test_spellings_of_one_address_have_the_same_address_key(one: str, other: str) -> None:
    assert email_key(one) == email_key(other)


def test_addresses_that_differ_by_an_accent_have_different_address_keys() -> None:
    assert email_key("elise@exemple.ca") != email_key("élise@exemple.ca")


@given(st.text())
def test_address_key_of_an_address_key_is_unchanged(text: str) -> None:
    assert email_key(email_key(text)) == email_key(text)


@given(st.emails())
def test_address_key_ignores_case(address: str) -> None:
    assert email_key(address.upper()) == email_key(address.lower()) == email_key(address)


@pytest.mark.parametrize(
    "typed",
    [
        "LTC-2122",
        "ltc 2122",
        "ltc2122",
        " L T C - 2 1 2 2 ",
        "LTC\u20132122",
        "LTC\u20142122",
        "LTC\u20112122",
        "LTC\u22122122",
        "LTC\u00ad2122",
        "LTC\u00a02122",
        "ltc\u200b2122",
        "“LTC2122”",
        "LTC 2122.",
        "1tc-2i22",
        "iTC-2L22",
        "\uff2c\uff34\uff23\uff12\uff11\uff12\uff12",
    ],
)
def test_enrollment_key_is_found_in_each_spelling(typed: str) -> None:
    assert fold_key(typed) == fold_key("LTC-2122")


def test_enrollment_key_treats_zero_and_o_as_equal() -> None:
    assert fold_key("ECHO-2O21") == fold_key("ech0 2021")


def test_different_enrollment_keys_have_different_folded_forms() -> None:
    assert len({fold_key(key) for key in ("LTC-2122", "LTC-2123", "CBPP-2122", "LTC2122A")}) == 4


@pytest.mark.parametrize("typed", ["", "   ", "---", "\u200b\u00ad"])
def test_text_without_letters_and_digits_folds_to_an_empty_key(typed: str) -> None:
    assert fold_key(typed) == ""


@given(st.text())
def test_folding_a_key_twice_changes_nothing(text: str) -> None:
    assert fold_key(fold_key(text)) == fold_key(text)


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1), st.sampled_from("- –\u2011 "))
def test_key_ignores_separators(key: str, separator: str) -> None:
    assert fold_key(separator.join(key).lower()) == fold_key(key) != ""


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Élise Ducharme", False),
        ("ᐃᓄᒃᑎᑐᑦ", False),
        ("می\u200cخواهم", False),
        ("two\nlines", True),
        ("tab\there", True),
        ("nul\x00", True),
        ("\x1b[31m", True),
        ("\x85", True),
        ("a\u2028b", True),
        ("a\u202eb", True),
        ("\ud800", True),
    ],
)
def test_control_characters_are_detected(text: str, refused: bool) -> None:
    assert has_control_characters(text) is refused


FILLERS = "\u115f\u1160\u3164\uffa0"


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("Élise", True),
        ("ᐃᓄᒃᑎᑐᑦ", True),
        ("可", True),
        ("2026", True),
        ("\u200b.A", True),
        ("", False),
        (" \u00a0", False),
        ("\u200b\u200b", False),
        ("\u2060", False),
        ("\u3164", False),
        ("\u115f\u1160\uffa0", False),
        ("\u2800", False),
        ("\u0301", False),
        ("\ufe0f\u200d", False),
        ("\U000e0041", False),
    ],
)
def test_text_without_a_visible_character_is_detected(text: str, visible: bool) -> None:
    assert has_visible_character(text) is visible


@given(st.text(max_size=40))
@example("\u3164a")
@example("\u200b")
def test_text_with_a_visible_character_has_a_printable_character_and_a_sort_key(text: str) -> None:
    if has_visible_character(text):
        assert any(character.isprintable() and not character.isspace() for character in text)
        assert fold(text) != ""


UNSEEN = st.text(st.characters(categories=["Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp", "Co"]) | st.sampled_from(FILLERS))


@given(before=UNSEEN, character=st.characters(categories=["L", "N"], exclude_characters=FILLERS), after=UNSEEN)
def test_invisible_characters_are_not_a_name_unless_one_is_visible(before: str, character: str, after: str) -> None:
    assert not has_visible_character(before + after)
    assert has_visible_character(before + character + after)


def test_line_breaks_are_allowed_in_texts_of_several_lines() -> None:
    assert not has_control_characters("one\r\ntwo\tthree", lines=True)
    assert has_control_characters("one\x00two", lines=True)


@pytest.mark.parametrize(
    ("address", "shown"),
    [("ama.okpik@example.org", "a…@example.org"), ("é@example.org", "é…@example.org"), ("", "")],
)
def test_masked_address_has_the_first_character_and_the_domain(address: str, shown: str) -> None:
    assert masked(address) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Cancelled: Pain", "Cancelled: Pain"),
        ("Cancelled: Heart: Session 2", "Cancelled – Heart: Session 2"),
        ("Annulée\u00a0: Cœur\u00a0: Séance 2, à 12:30", "Annulée – Cœur\u00a0: Séance 2, à 12:30"),
        ("Soon: Care: a: b", "Soon – Care – a: b"),
    ],
)
def test_label_before_a_title_with_a_colon_has_a_dash(text: str, shown: str) -> None:
    assert with_one_colon(text) == shown
