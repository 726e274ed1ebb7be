"""The words of a query, and how they are marked in a result."""

from hypothesis import given
from hypothesis import strategies as st

from echo_portal.search.words import EXCERPT_LENGTH, MOST_WORDS, excerpt, highlighted, words_of


def test_query_is_read_without_case_accents_and_punctuation() -> None:
    assert words_of("  Soins  de LONGUE durée, cœur-poumons? (durée)") == [
        "soins",
        "de",
        "longue",
        "duree",
        "coeur",
        "poumons",
    ]


def test_query_of_marks_only_has_no_words() -> None:
    assert words_of("?!… «» \u200b --") == []


def test_long_query_is_cut() -> None:
    assert len(words_of(" ".join(f"w{number}" for number in range(100)))) == MOST_WORDS


def test_found_words_are_marked_with_their_accents_and_endings() -> None:
    text = "Maladies du cœur & deuil : la maladie"
    marked = "<mark>Maladies</mark> du <mark>cœur</mark> &amp; deuil : la <mark>maladie</mark>"
    assert highlighted(text, ["maladies", "coeur"]) == marked


def test_short_words_are_marked_only_as_a_whole() -> None:
    assert highlighted("End of life, ends", ["end"]) == "<mark>End</mark> of life, ends"


def test_text_of_a_page_is_escaped_between_marks() -> None:
    assert highlighted("<b>pain</b>", ["pain"]) == "&lt;b&gt;<mark>pain</mark>&lt;/b&gt;"


def test_excerpt_shows_the_first_word_that_was_found() -> None:
    text = f"{'before ' * 60}grief {'after ' * 60}"
    piece = excerpt(text, ["grief"])
    assert "grief" in piece
    assert piece.startswith("… before")
    assert piece.endswith("after …")


def test_excerpt_of_a_short_text_is_the_text() -> None:
    assert excerpt("A short text.", ["grief"]) == "A short text."


@given(st.text(max_size=600), st.text(max_size=60))
def test_excerpt_is_short_and_marks_are_closed(text: str, typed: str) -> None:
    words = words_of(typed)
    assert len(excerpt(text, words)) <= EXCERPT_LENGTH + 4
    marked = highlighted(text, words)
    assert marked.count("<mark>") == marked.count("</mark>")
