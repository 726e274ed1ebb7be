"""The code printed on a certificate: 12 characters of Crockford's alphabet, 60 random bits (SAFETY.md)."""

import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
LONGEST_TYPED = 60
ALIKE = str.maketrans("OIL", "011")


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def typed_code(text: str) -> str:
    """Return the normalized code, or "" if the text is not a code.

    Dashes, spaces, case and a label such as "Code:" are ignored. "O" is read as 0, and "I" as 1. Full-width characters
    and the digits of any script become ASCII.
    """
    if len(text) > LONGEST_TYPED:
        return ""
    typed = unicodedata.normalize("NFKC", text).rpartition(":")[2].upper()
    kept = (one for one in typed if one.isalnum())
    code = "".join(str(unicodedata.decimal(one, one)) for one in kept).translate(ALIKE)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def shown_code(code: str) -> str:
    """Return the code in groups of four characters, such as "7Q4K-2M9X-C6TR"."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
