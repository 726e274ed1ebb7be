"""Read the headers of a raw email."""

import email.header


def decoded(raw: bytes, name: bytes) -> str:
    """Return a header decoded according to RFC 2047, which joins encoded words without the white space between them."""
    (line,) = [part for part in raw.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").split(b"\r\n")
                if part.startswith(name + b": ")]  # fmt: skip
    text = line.removeprefix(name + b": ").decode()
    found = email.header.decode_header(text)
    if not any(charset for _words, charset in found):
        return text.replace('"', "") if name == b"From" else text
    octets = b"".join(words if isinstance(words, bytes) else words.encode() for words, charset in found if charset)
    rest = "".join(words.decode() for words, charset in found if not charset and isinstance(words, bytes))
    return octets.decode() + rest
