"""The keys for signatures of certificates (Ed25519). The first key signs new certificates; all verify signatures."""

import base64
import dataclasses

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

KEY_BYTES = 32


@dataclasses.dataclass(frozen=True)
class SigningKey:
    """A key with its ID. `private` is None for a key that can only verify signatures."""

    id: str
    public: bytes
    private: bytes | None = None

    @property
    def public_text(self) -> str:
        return base64.b64encode(self.public).decode()

    def sign(self, message: bytes) -> bytes:
        assert self.private is not None
        return Ed25519PrivateKey.from_private_bytes(self.private).sign(message)

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def parse_keys(entries: list[str]) -> list[SigningKey]:
    """Return the keys of `CERTIFICATE_KEYS`.

    An entry is `ID:SEED`, or `ID:public:KEY` for a key that can only verify; seed and key are 32 bytes in base64.
    Raises ValueError for any other entry.
    """
    keys = []
    for entry in entries:
        key_id, _, rest = entry.partition(":")
        is_public = rest.startswith("public:")
        given = base64.b64decode(rest.removeprefix("public:"), validate=True)
        if not key_id or not key_id.isascii() or not key_id.replace("-", "").isalnum() or len(given) != KEY_BYTES:
            raise ValueError(f"key {key_id!r} is not ID:SEED or ID:public:KEY, 32 bytes in base64")
        keys.append(SigningKey(key_id, given) if is_public else _with_seed(key_id, given))
    return keys


def _with_seed(key_id: str, seed: bytes) -> SigningKey:
    return SigningKey(key_id, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw(), seed)


def published_keys() -> list[SigningKey]:
    """Return the portal's keys. The first key signs new certificates."""
    return parse_keys(settings.CERTIFICATE_KEYS)
