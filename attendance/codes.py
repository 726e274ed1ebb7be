"""The code that is said aloud in a session: six digits, because they are easy to say and to type."""

import re
import secrets

from echo_portal.lib.sealed import keyed_hash
from sessions.models import Session

DIGITS = 6


def said_code(session: Session) -> str:
    """Return the code of the session. It can be computed only with the portal's secret key."""
    return f"{int(keyed_hash(str(session.public_id), purpose='attendance.code'), 16) % 10**DIGITS:0{DIGITS}}"


def new_code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def typed_digits(text: str) -> str:
    """Return the digits of a typed code without spaces and dashes, or "" if the text is not a code."""
    digits = re.sub(r"[\s-]", "", text)
    return digits if re.fullmatch(r"[0-9]{6}", digits) else ""


def shown_digits(code: str) -> str:
    """Return the code in two groups of digits, such as "481 207"."""
    return f"{code[:3]}\u00a0{code[3:]}"
