"""The XMP metadata of a certificate: PDF/UA, the frozen values, the ID of the key, and the signature.

The signature covers the values and all bytes of the file, in which the signature itself is replaced by zeros.
"""

import hashlib
import re
from xml.sax.saxutils import escape, unescape

from echo_portal.lib.pdf.metadata import PROPERTY, SCHEMA, descriptions

NAMESPACE = "urn:palliative-care-echo:certificate:1#"
EMPTY_SIGNATURE = b"0" * 128
SIGNATURE = re.compile(rb"<echo:signature>([0-9a-f]{128})</echo:signature>")
KEY_ID = re.compile(rb"<echo:keyId>([A-Za-z0-9-]{1,40})</echo:keyId>")
VALUES = re.compile(rb"<echo:values>([^<]*)</echo:values>")
PURPOSE = b"palliative-care-echo certificate 1"

OWN = """
<rdf:Description rdf:about="" xmlns:echo="{namespace}"><echo:keyId>{key_id}</echo:keyId>
<echo:values>{values}</echo:values><echo:signature>{signature}</echo:signature></rdf:Description>"""


class UnsignedFileError(Exception):
    """Raised for a file that does not contain exactly one signature, one key ID and one set of values."""


def signed_values(values: str, key_id: str) -> str:
    """Return the XML with the values and the key ID for the metadata. Zeros are in place of the signature."""
    names = {"keyId": "Id of the key", "values": "Frozen values as JSON", "signature": "Ed25519 signature"}
    schema = SCHEMA.format(
        title="Certificate of the Palliative Care ECHO Project",
        namespace=NAMESPACE,
        prefix="echo",
        properties="".join(
            PROPERTY.format(name=name, kind="Text", category="external", description=words)
            for name, words in names.items()
        ),
    )
    own = OWN.format(namespace=NAMESPACE, key_id=key_id, values=escape(values), signature=EMPTY_SIGNATURE.decode())
    return descriptions(own=own, schema=schema)


def signed_message(file: bytes) -> bytes:
    """Return the bytes that are signed: the key ID, and hashes of the values and of the file with zeros as signature.

    Raises UnsignedFileError if the file is not a signed certificate.
    """
    start, end = SIGNATURE.search(file).span(1) if _is_signed_once(file) else (0, 0)  # type: ignore[union-attr]
    if not end:
        raise UnsignedFileError
    empty = file[:start] + EMPTY_SIGNATURE + file[end:]
    values = hashlib.sha256(values_of(file).encode()).hexdigest().encode()
    return b"\n".join((PURPOSE, key_id_of(file).encode(), values, hashlib.sha256(empty).hexdigest().encode()))


def with_signature(file: bytes, signature: bytes) -> bytes:
    """Return the file with the signature instead of the zeros. The length of the file does not change."""
    start, end = SIGNATURE.search(file).span(1)  # type: ignore[union-attr]
    return file[:start] + signature.hex().encode() + file[end:]


def signature_of(file: bytes) -> bytes:
    return bytes.fromhex(_only(SIGNATURE, file).decode())


def key_id_of(file: bytes) -> str:
    return _only(KEY_ID, file).decode()


def values_of(file: bytes) -> str:
    try:
        return unescape(_only(VALUES, file).decode())
    except UnicodeDecodeError as error:
        raise UnsignedFileError from error


def _is_signed_once(file: bytes) -> bool:
    return all(len(pattern.findall(file)) == 1 for pattern in (SIGNATURE, KEY_ID, VALUES))


def _only(pattern: re.Pattern[bytes], file: bytes) -> bytes:
    found = pattern.findall(file)
    if len(found) != 1:
        raise UnsignedFileError
    return bytes(found[0])
