"""Normalised text: for search, sort keys, email addresses and enrollment keys."""

import re
import unicodedata

# Characters that Unicode does not decompose into a base letter and a mark.
_WHOLE_LETTERS = str.maketrans(
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
_KEY_LOOKALIKES = str.maketrans({"o": "0", "i": "1", "l": "1"})
_SPACES = re.compile(r"\s+")
# Marks that reorder the text around them, so that a line can be read as something it is not.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# Letters by category that no font renders visibly.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")


def fold(text: str) -> str:
    """Normalise case, accents, ligatures, dashes, quotes and runs of spaces.

    For searching ("evaluation" finds « Évaluation ») and as a sort key (« Île » under I). Idempotent. Letters of other
    scripts stay as they are.
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    plain = "".join("-" if unicodedata.category(letter) == "Pd" else letter for letter in plain)
    return _SPACES.sub(" ", plain.translate(_WHOLE_LETTERS)).strip()


def email_key(address: str) -> str:
    """Return the form in which two spellings of an address are equal: trimmed, NFKC, casefolded."""
    return _caseless(address).strip()


def masked(address: str) -> str:
    """Mask an email address so that its owner recognises it: "m…@example.org"."""
    mailbox, at, domain = address.partition("@")
    return f"{mailbox[:1]}…{at}{domain}" if mailbox else ""


def fold_key(typed: str) -> str:
    """Return the form in which an enrollment key is unique and looked up (PRODUCT 2).

    Case, spaces, hyphens and other punctuation are ignored; O equals 0, I and l equal 1. Return "" if nothing else was
    typed.
    """
    kept = (letter for letter in _caseless(typed) if not _between_letters(letter))
    return unicodedata.normalize("NFKC", "".join(kept)).translate(_KEY_LOOKALIKES)


def has_control_characters(text: str, *, lines: bool = False) -> bool:
    """Return whether the text has characters that nobody types: NUL, escapes, lone surrogates, reordering marks.

    Line ends count too, unless `lines` is set: then a tab and the two line-end characters are allowed.
    """
    allowed = "\n\r\t" if lines else ""
    return any(letter not in allowed and _is_control(letter) for letter in text)


def has_visible_character(text: str) -> bool:
    """Return whether the text has a visible letter or digit of any script; joiners and fillers do not count."""
    return any(unicodedata.category(letter)[0] in "LN" and letter not in _FILLERS for letter in text)


def _caseless(text: str) -> str:
    # Unicode's compatibility caseless form: casefolding can undo normalisation, so each is done twice.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", text).casefold())
    return unicodedata.normalize("NFKC", apart.casefold())


def _between_letters(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category[0] in "PZ" or category == "Cf" or letter.isspace() or letter == "\u2212"


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} or letter in _REORDERING
