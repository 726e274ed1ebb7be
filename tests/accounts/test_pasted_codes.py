"""A pasted sign-in code is accepted with other digits, spaces and dashes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.forms import CodeForm

DECIMALS = (chr(point) for point in range(0x20000) if unicodedata.category(chr(point)) == "Nd")
ZEROS = [character for character in DECIMALS if unicodedata.decimal(character) == 0]
SIGNS = st.characters(categories=["Zs", "Pd", "Cf"]) | st.sampled_from("\t\u2212\ufe0f\u200b\u2060\ufeff")
BETWEEN = st.text(SIGNS, max_size=3)


@given(st.data())
def test_pasted_code_is_converted_to_six_ascii_digits(data: st.DataObject) -> None:
    code = data.draw(st.text("0123456789", min_size=6, max_size=6))
    zero = ord(data.draw(st.sampled_from(ZEROS)))
    pasted = "".join(data.draw(BETWEEN) + chr(zero + int(digit)) for digit in code)
    pasted += data.draw(BETWEEN) + data.draw(st.sampled_from(["", ".", "．", "。"]))
    form = CodeForm({"code": pasted})
    assert form.is_valid(), pasted
    assert form.cleaned_data == {"code": code}


@pytest.mark.parametrize("typed", ["Votre code : 123456", "Your code: 123 456.", "« 123456 »", "“123456”"])
def test_code_pasted_with_the_words_beside_it_is_accepted(typed: str) -> None:
    form = CodeForm({"code": typed})
    assert (form.is_valid(), form.cleaned_data) == (True, {"code": "123456"})


@pytest.mark.parametrize("typed", ["12345", "1234567", "12345a", "½12345", "12.3456", "①23456", "1234·56"])
def test_code_with_other_characters_is_refused(typed: str) -> None:
    assert not CodeForm({"code": typed}).is_valid()
