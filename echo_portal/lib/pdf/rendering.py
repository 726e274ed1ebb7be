"""Render documents in a child process with limits of memory and time (SAFETY.md F23)."""

import atexit
import base64
import contextlib
import functools
import json
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Self

from echo_portal.lib.pdf.metadata import PDF_UA

PROJECT = Path(__file__).resolve().parents[3]
MEMORY = 1536 * 1024 * 1024
CPU_SECONDS = 30
WALL_SECONDS = 60
IN_REQUESTS_AT_ONCE = 2  # of the four threads of a web process
WAIT_SECONDS = 2.0
DOCUMENTS_OF_A_CHILD = 500  # then a new child is started, so that memory that is not freed does not add up
_free_in_requests = threading.BoundedSemaphore(IN_REQUESTS_AT_ONCE)


class NotRenderedError(Exception):
    """Raised if a document could not be rendered within the limits.

    The next document is rendered by a new child process.
    """


@functools.cache
def renderer_of_this_process() -> "Renderer":
    """Return a new renderer that can be used again for later documents. Its child ends when this process ends."""
    renderer = Renderer()
    atexit.register(renderer.stop)
    return renderer


@contextlib.contextmanager
def renderer_of_a_request() -> Iterator["Renderer"]:
    """Yield a renderer for one document that somebody downloads.

    Raises NotRenderedError if this process is already rendering the maximum number of documents and none of them is
    ready in a moment, so that enough threads remain for pages.
    """
    if not _free_in_requests.acquire(timeout=WAIT_SECONDS):
        raise NotRenderedError("busy")
    try:
        with Renderer() as renderer:
            yield renderer
    finally:
        _free_in_requests.release()


class Renderer:
    """A child process that renders documents one after another. Only one thread may use it at a time."""

    def __init__(self, *, memory: int = MEMORY, cpu_seconds: int = CPU_SECONDS, wall_seconds: float = WALL_SECONDS):
        self.limits = (str(memory), str(cpu_seconds))
        self.wall_seconds = wall_seconds
        self.child: subprocess.Popen[bytes] | None = None
        self.documents = 0
        self.folder = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def render(self, html: str, *, style: str, images: Mapping[str, bytes], metadata: str = PDF_UA) -> bytes:
        """Return the HTML as a PDF. `images` maps names to SVG or PNG files, for URLs such as
        `asset:/name.svg`.

        Raises NotRenderedError.
        """
        encoded = {name: base64.b64encode(image).decode() for name, image in images.items()}
        request = json.dumps({"html": html, "style": style, "images": encoded, "metadata": metadata}).encode()
        child = self._started()
        try:
            file = self._answer(child, len(request).to_bytes(8) + request)
        except (OSError, NotRenderedError) as error:
            self.stop()
            raise NotRenderedError("stopped") from error
        self.documents += 1
        if self.documents >= DOCUMENTS_OF_A_CHILD:
            self.stop()
        if not file:
            raise NotRenderedError("failed")
        return file

    def stop(self) -> None:
        child, self.child, self.documents = self.child, None, 0
        if child is not None:
            child.kill()
            for stream in (child.stdin, child.stdout):
                with contextlib.suppress(BrokenPipeError):
                    stream.close()  # type: ignore[union-attr]
            child.wait()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = ""

    def _started(self) -> "subprocess.Popen[bytes]":
        if self.child is None or self.child.poll() is not None:
            self.stop()
            # The child gets none of the portal's environment variables, because they contain secrets.
            kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "PATH") if name in os.environ}
            self.folder = tempfile.mkdtemp(prefix="pdf-")
            self.child = subprocess.Popen(
                [sys.executable, "-m", "echo_portal.lib.pdf.child", *self.limits],
                cwd=PROJECT,
                env={**kept, "TMPDIR": self.folder, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self.child

    def _answer(self, child: "subprocess.Popen[bytes]", request: bytes) -> bytes:
        assert child.stdin is not None
        assert child.stdout is not None
        until = time.monotonic() + self.wall_seconds
        child.stdin.write(request)
        child.stdin.flush()
        size = int.from_bytes(_read(child.stdout, 8, until))
        return _read(child.stdout, size, until)


def _read(stream: IO[bytes], size: int, until: float) -> bytes:
    """Return `size` bytes from the child process. Raises NotRenderedError if it ends or is too slow."""
    found = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while len(found) < size:
            if not selector.select(max(0.0, until - time.monotonic())):
                raise NotRenderedError("late")
            part = os.read(stream.fileno(), size - len(found))
            if not part:
                raise NotRenderedError("ended")
            found += part
    return bytes(found)
