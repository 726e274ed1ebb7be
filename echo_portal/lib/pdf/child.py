"""The child process that renders documents, one after another, until its standard input is closed.

A request is its length (8 bytes) and JSON. The response is its length and the file; the length is 0 on failure.
"""

import base64
import json
import os
import resource
import shutil
import sys
import warnings
from typing import Any, BinaryIO

LARGEST_FILE = 16 * 1024 * 1024  # WeasyPrint writes the fonts to its temporary folder


def main() -> None:
    memory, cpu_seconds = (int(text) for text in sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    warnings.simplefilter("ignore")
    while request := _read(sys.stdin.buffer):
        _limit_cpu(cpu_seconds)
        try:
            file = _render(json.loads(request))
        except Exception:  # noqa: BLE001 (the parent raises an error for it, and the child renders the next document)
            file = b""
        sys.stdout.buffer.write(len(file).to_bytes(8) + file)
        sys.stdout.buffer.flush()
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)


def _read(stream: BinaryIO) -> bytes:
    size = int.from_bytes(stream.read(8))
    return stream.read(size) if size else b""


def _limit_cpu(seconds: int) -> None:
    """Set a limit, so that the system kills this process after that many more seconds of CPU time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _render(request: dict[str, Any]) -> bytes:
    from echo_portal.lib.pdf.document import write_pdf  # noqa: PLC0415 (counts towards the limit of the document)

    return write_pdf(
        request["html"],
        style=request["style"],
        images={name: base64.b64decode(image) for name, image in request["images"].items()},
        metadata=request["metadata"].encode(),
    )


if __name__ == "__main__":
    main()
