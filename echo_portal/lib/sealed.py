"""Encryption of stored secrets, and keyed hashes of values that are only compared."""

import base64
import hashlib
import hmac
import zlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def _fernet(purpose: str) -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"{purpose}:{key}".encode()).digest())) for key in keys]
    )


def seal(text: str, *, purpose: str) -> str:
    """Return the text encrypted and authenticated with the portal's key. `unseal` with the same purpose decrypts it."""
    return _fernet(purpose).encrypt(text.encode()).decode()


def seal_short(text: str, *, purpose: str) -> str:
    """Return the text compressed and encrypted in the same way. `unseal_short` decrypts it."""
    return _fernet(purpose).encrypt(zlib.compress(text.encode())).decode()


def unseal(sealed: str, *, purpose: str) -> str | None:
    """Return the decrypted text, or None if it was not sealed with the portal's key for this purpose."""
    try:
        return _fernet(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def unseal_short(sealed: str, *, purpose: str) -> str | None:
    """Return the decrypted text, or None if `seal_short` did not seal it with the portal's key for this purpose."""
    try:
        return zlib.decompress(_fernet(purpose).decrypt(sealed.encode())).decode()
    except (InvalidToken, zlib.error):
        return None


def keyed_hash(text: str, *, purpose: str) -> str:
    """Return an HMAC as 64 hexadecimal digits. Without the key, trying all codes does not reveal a six-digit code."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()
