"""French texts get their typography when a form is saved. Other texts, and everything but spaces and quotes, stay."""

import pytest
from django import forms
from django.contrib import admin
from hypothesis import given
from hypothesis import strategies as st

from credits.forms import AccreditationForm
from echo_portal.lib.bilingual import french_as_typed
from echo_portal.lib.forms import FrenchTypography
from tests.form_classes import form_classes

PIECES = [
    "'",
    "’",
    " ",
    "\u00a0",
    ":",
    "%",
    "«",
    "»",
    ";",
    "!",
    "?",
    "l",
    "s",
    "É",
    "80",
    "\n",
    "`",
    "](",
    ")",
    "@",
    "://",
]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=30).map("".join))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("l'Été de l'équipe", "l’Été de l’équipe"),
        ("80 % des gens", "80\u00a0% des gens"),
        ("démarrage : lundi", "démarrage\u00a0: lundi"),
        ("« Vivre »", "«\u00a0Vivre\u00a0»"),
        ("Écrivez à l'adresse o'brien@example.ca", "Écrivez à l’adresse o'brien@example.ca"),
        ("[l'aide](/fr/l'aide) et https://x.example/l'a ?", "[l’aide](/fr/l'aide) et https://x.example/l'a\u00a0?"),
        ("Tapez `l'option : x`", "Tapez `l'option : x`"),
    ],
)
def test_typed_french_gets_its_apostrophes_and_spaces(typed: str, stored: str) -> None:
    assert french_as_typed(typed) == stored


@given(TEXTS)
def test_typography_is_idempotent_and_changes_only_spaces_and_apostrophes(text: str) -> None:
    stored = french_as_typed(text)
    assert french_as_typed(stored) == stored
    assert len(stored) == len(text)
    for before, after in zip(text, stored, strict=True):
        assert before == after or (before, after) in ((" ", "\u00a0"), ("'", "’"))


class Sample(FrenchTypography, forms.Form):
    verbatim = ("statement_fr",)
    statement_fr = forms.CharField()
    text_fr = forms.CharField()
    text_en = forms.CharField()


def test_verbatim_and_english_texts_stay_as_they_were_typed() -> None:
    form = Sample({"statement_fr": "l'Été", "text_fr": "l'Été", "text_en": "l'Été"})
    assert form.is_valid()
    assert form.cleaned_data == {"statement_fr": "l'Été", "text_fr": "l’Été", "text_en": "l'Été"}
    assert AccreditationForm.verbatim == ("statement_fr",)


def test_every_form_with_a_french_text_has_its_typography() -> None:
    missing = {
        one.__qualname__
        for one in form_classes()
        if any(
            name.endswith("_fr") and isinstance(field, forms.CharField)
            for name, field in getattr(one, "base_fields", {}).items()
        )
        and not issubclass(one, FrenchTypography)
    }
    assert missing == set()


def test_every_admin_form_with_a_french_text_has_its_typography() -> None:
    missing = [
        model.__name__
        for model, page in admin.site._registry.items()
        if not issubclass(page.form, FrenchTypography)
        and any(field.name.endswith("_fr") and field.editable for field in model._meta.fields)
        and "_fr" in str(getattr(page, "fieldsets", ""))
        and not set(_french(page)) <= set(page.readonly_fields)
    ]
    assert missing == []


def _french(page: admin.ModelAdmin) -> list[str]:  # type: ignore[type-arg]
    return [field.name for field in page.model._meta.fields if field.name.endswith("_fr")]


@pytest.mark.parametrize("text", ["a" * 400_000, "a:" * 200_000])
def test_long_text_without_spaces_is_corrected_in_linear_time(text: str) -> None:
    """With quadratic time, this test takes minutes."""
    assert french_as_typed(text) == text
