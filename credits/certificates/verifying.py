"""Verify the file of a certificate offline, using only the published keys."""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from credits.certificates.metadata import UnsignedFileError, key_id_of, signature_of, signed_message, values_of
from echo_portal.lib.signing_keys import SigningKey

LARGEST_FILE = 5 * 1024 * 1024
CHANGED, UNSIGNED, UNKNOWN_KEY, TOO_LARGE = "changed", "unsigned", "unknown-key", "too-large"


@dataclasses.dataclass(frozen=True)
class Checked:
    """The result of verifying a file. `problem` is a code, or "" if the file is unchanged.

    `values` is empty if there is a problem.
    """

    problem: str = ""
    key_id: str = ""
    values: dict[str, Any] = dataclasses.field(default_factory=dict)


def check_file(file: bytes, keys: Sequence[SigningKey]) -> Checked:
    """Check that the file has not changed since it was signed, and return the result.

    Only `file` and `keys` are used.
    """
    if len(file) > LARGEST_FILE:
        return Checked(TOO_LARGE)
    try:
        key_id, signature, message = key_id_of(file), signature_of(file), signed_message(file)
    except UnsignedFileError:
        return Checked(UNSIGNED)
    key = next((key for key in keys if key.id == key_id), None)
    if key is None:
        return Checked(UNKNOWN_KEY, key_id)
    if not key.has_signed(message, signature):
        return Checked(CHANGED, key_id)
    return Checked("", key_id, json.loads(values_of(file)))
