"""Normalised text for search, sort keys, email addresses and enrollment keys."""

import re
import unicodedata
from urllib.parse import urlsplit

LONGEST_ID = 18  # digits; every such number fits the column

# The domain of the addresses of erased people. It cannot exist (RFC 2606), and no message is written to it.
ERASED_DOMAIN = "erased.invalid"

# Characters without a Unicode decomposition, and quotation marks.
_REPLACED = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ŧ": "t",
        "ı": "i",
        "ʼ": "'",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "«": '"',
        "»": '"',
    }
)
_KEY_LABEL = re.compile(
    r"^\W*(?:(?:enrol?lment )?key|cl(?:é|e\u0301?|ef)(?: d[’']inscription)?)\s*[:：]", re.IGNORECASE
)
_KEY_LOOKALIKES = str.maketrans({"o": "0", "i": "1", "l": "1"})
_SPACES = re.compile(r"\s+")
_EARLIER_COLON = re.compile(r"\s*:\s+(?=.*:\s)")
# Control characters, line and paragraph separators, marks that reorder the text around them, so that a line can be
# displayed as another text, and lone surrogates.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

# Invisible characters whose Unicode category begins with L.
# The zero-width non-joiner and joiner, with which words of Persian and of Indian languages are spelled.
_JOINERS = "\u200c\u200d"
_NEEDS_JOINERS = re.compile("[\u0600-\u0dff]")
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")


def fold(text: str) -> str:
    """Return the text with normalised case, accents, ligatures, dashes, quotes and spaces.

    It is used for searching ("evaluation" finds « Évaluation ») and as a sort key (« Île » is sorted under I). Folding
    a folded text does not change it. Characters of other scripts are kept.
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(character for character in apart if not unicodedata.combining(character))
    plain = "".join("-" if unicodedata.category(character) == "Pd" else character for character in plain)
    return _SPACES.sub(" ", plain.translate(_REPLACED)).strip()


SORT_KEY_LENGTH = 400  # the length of the column; folding can turn one character into eighteen


def sort_key_of(name: str) -> str:
    """Return the folded name for sorting and searching, truncated to the length of its column."""
    return fold(name)[:SORT_KEY_LENGTH]


def with_one_colon(text: str) -> str:
    """Return the text with a dash instead of each colon between words except the last.

    It is used for a label that is followed by a title with a colon.
    """
    return _EARLIER_COLON.sub(" – ", text)


def may_be_one_name(one: str, other: str) -> bool:
    """Return whether both texts can be the name of one person, such as "Élodie T." and "Elodie Tremblay".

    Each word of the text with fewer words must be the beginning of a word in the other text, or the other way round.
    "Denise Roy" and "Chantal Roy" are not the name of one person. An empty text can be any name.
    """
    short, long = sorted((bare_words(fold(one)), bare_words(fold(other))), key=len)
    for word in short:
        match = next((whole for whole in long if whole.startswith(word) or word.startswith(whole)), None)
        if match is None:
            return False
        long.remove(match)
    return True


def email_key(address: str) -> str:
    """Return the address in a form that is equal for all spellings of it: trimmed, NFKC, casefolded."""
    return _caseless(address).strip()


def masked(address: str) -> str:
    """Return an email address that only its owner can recognise, such as "m…@example.org"."""
    mailbox, at, domain = address.partition("@")
    return f"{mailbox[:1]}…{at}{domain}" if mailbox else ""


def link_hint(address: str) -> str:
    """Return the host and the end of the path of a URL, such as "zoom.us…4821", without query and passwords."""
    parts = urlsplit(address)
    return f"{parts.hostname or ''}…{parts.path.rstrip('/')[-4:]}" if address else ""


def fold_key(typed: str) -> str:
    """Return the form of an enrollment key in which it is unique and looked up (PRODUCT 2).

    Case, spaces, hyphens and other punctuation are ignored; O equals 0, and I and l equal 1. Return "" if nothing else
    is in the text.
    """
    kept = (character for character in _caseless(typed) if not _is_separator(character))
    folded = unicodedata.normalize("NFKC", "".join(kept)).translate(_KEY_LOOKALIKES)
    return folded if has_visible_character(folded) else ""


def without_label(typed: str) -> str:
    """Return a key that was pasted with its label, such as "Key: HEART22" or "Clé : HEART22", without the label."""
    return _KEY_LABEL.sub("", typed)


def digits_of(typed: str) -> str:
    """Return a typed or pasted code with ASCII digits and without separators.

    Spaces, dashes, zero-width marks and a full stop at the end are removed; digits of any script become ASCII digits.
    Other characters are kept, so that the caller refuses the code.
    """
    kept = "".join(character for character in typed if not _is_between_digits(character)).rstrip(".．。｡")
    return "".join(str(unicodedata.decimal(character, character)) for character in kept)


def has_control_characters(text: str, *, lines: bool = False) -> bool:
    """Return whether the text contains control characters such as NUL, lone surrogates, or marks that reorder text.

    If `lines` is true, tabs and the two line-end characters are allowed.
    """
    allowed = "\n\r\t" if lines else ""
    return any(found not in allowed for found in _CONTROL.findall(text))


def single_line(text: str) -> str:
    """Return the text on one line with single spaces, without the characters of `has_control_characters`."""
    return " ".join(_CONTROL.sub(lambda found: " " if found.group().isspace() else "", text).split())


def has_visible_character(text: str) -> bool:
    """Return whether the text contains a visible letter or digit of any script; joiners and fillers do not count."""
    return any(unicodedata.category(character)[0] in "LN" and character not in _FILLERS for character in text)


def without_invisible(text: str) -> str:
    """Return the text without characters that nobody sees, such as a zero-width space. Control characters are kept."""
    return "".join(character for at, character in enumerate(text) if not is_invisible(text, at))


def is_invisible(text: str, at: int) -> bool:
    """Return whether nobody sees the character at this position. Joiners in words that need them do not count."""
    character = text[at]
    if character in _JOINERS:
        return not (at and _NEEDS_JOINERS.match(text[at - 1]) and _NEEDS_JOINERS.match(text[at + 1 : at + 2]))
    return unicodedata.category(character) in ("Cf", "Cs", "Co")


def row_id(text: str | None) -> int | None:
    """Return the ID in a text from a form or URL, or None if the text is not an ID."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


def _caseless(text: str) -> str:
    # Unicode's compatibility caseless form: casefolding can undo normalisation, so each is done twice.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", text).casefold())
    return unicodedata.normalize("NFKC", apart.casefold())


def _is_separator(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "PZ" or category == "Cf" or character.isspace() or character == "\u2212"


def _is_between_digits(character: str) -> bool:
    category = unicodedata.category(character)
    return category in {"Zs", "Zl", "Zp", "Pd", "Cf", "Mn", "Me"} or character.isspace() or character in "\u2212\u2043"


# The no-break spaces are those that French sets inside quotation marks and before a colon.
OPENING_MARKS, CLOSING_MARKS = "([<«“\"‘'\u00a0\u202f", ")]>»”\"’'.,;:!?…\u00a0\u202f"
_TYPED_SPACES = re.compile(r"[ \t\r\n]+")
# An address after "<" or a quotation mark that is not closed, because some email programs remove the spaces in it.
# Or an address that ends with a mark after which a value is expected.
_UNFINISHED_ADDRESS = re.compile(
    r"[<\"]\s*(?:url:\s*)?(?:[a-z][a-z0-9+.-]*:/|www\.|mailto:)[^<>\"]*$|"
    r"(?:://|\bwww\.|\bmailto:|\w\.[a-z]{2})\S*[=&?#%]\s+$",
    re.IGNORECASE,
)


def bare_words(text: str) -> list[str]:
    """Return the words between spaces, without quotation marks, brackets and full stops around them.

    Only typed spaces separate words, because email programs may treat other spaces and invisible marks as part of a
    link.
    """
    return [word.lstrip(OPENING_MARKS).rstrip(CLOSING_MARKS) for word in _TYPED_SPACES.split(text) if word]


def follows_unfinished_address(text: str, index: int) -> bool:
    """Return whether an email program may join the word at this index to an address that is written before it."""
    before = text[:index]
    word = _TYPED_SPACES.split(before)[-1]
    return bool(_UNFINISHED_ADDRESS.search(as_in_address(before.removesuffix(word))))


def as_in_address(text: str) -> str:
    """Return the text in the form in which browsers read URLs: with ASCII dots and without invisible marks."""
    kept = (character for character in text if unicodedata.category(character) not in {"Cf", "Me", "Mn"})
    return unicodedata.normalize("NFKC", "".join(kept)).replace("。", ".")
