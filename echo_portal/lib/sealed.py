"""Secrets at rest, and keyed hashes of things that must be compared and never read again."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def _fernet(purpose: str) -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"{purpose}:{key}".encode()).digest())) for key in keys]
    )


def seal(text: str, *, purpose: str) -> str:
    """Encrypted and authenticated under the portal's key; readable again with `unseal` and the same purpose."""
    return _fernet(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str | None:
    """The text, or None where it was not sealed by us for this purpose."""
    try:
        return _fernet(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def keyed_hash(text: str, *, purpose: str) -> str:
    """64 hex digits. Without the key nobody can try six-digit codes against it."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()
