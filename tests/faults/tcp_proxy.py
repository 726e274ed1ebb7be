"""A small TCP proxy with faults. It refuses, silences, delays, resets, or cuts connections at a given point.

It runs in a thread of the caller's process. Upstream is a loopback port or a UNIX socket.
"""

import asyncio
import contextlib
import dataclasses
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclasses.dataclass
class Fault:
    """The fault of all connections. By default, all bytes are forwarded."""

    silent: bool = False
    """Accept connections but forward nothing in either direction; this also applies to open connections."""
    delay_seconds: float = 0.0
    cut_up_after: bytes = b""
    """Forward the client's bytes up to and including this pattern, then close both connections."""
    cut_up_before: bytes = b""
    """The same, but without forwarding the pattern itself."""
    cut_down_after: bytes = b""
    """The same for the server's bytes."""
    cut_up_after_bytes: int = 0
    reset: bool = False
    """Cut by RST instead of FIN."""
    times: int = 10**9
    """The number of connections to cut before all bytes are forwarded again."""


class Proxy:
    def __init__(self, port: int, upstream: int | Path) -> None:
        self.port = port
        self.upstream = upstream
        self.fault = Fault()
        self.cuts = 0
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._links: set[_Link] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.listen()

    def listen(self) -> None:
        self._call(self._listen())

    def refuse(self) -> None:
        """Stop listening and reset open connections."""
        self._call(self._refuse())

    def set(self, fault: Fault) -> None:
        """Set the fault. A connection that was silenced remains silent after the fault has ended."""
        self._call(self._set(fault))

    def stop(self) -> None:
        self.refuse()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _call(self, coroutine: Any) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for link in list(self._links):
            link.end(reset=True)
        await asyncio.sleep(0)

    async def _set(self, fault: Fault) -> None:
        self.fault, self.cuts = fault, 0
        if fault.silent:
            for link in self._links:
                link.silent = True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = _Link(self, reader, writer)
        self._links.add(link)
        try:
            await link.run()
        finally:
            link.end()
            self._links.discard(link)


class _Link:
    """A connection through the proxy."""

    def __init__(self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.proxy, self.reader, self.writer = proxy, reader, writer
        self.silent = proxy.fault.silent
        self.other: asyncio.StreamWriter | None = None

    async def run(self) -> None:
        if self.silent:
            await self._swallow()
            return
        where = self.proxy.upstream
        opened = asyncio.open_unix_connection(where) if isinstance(where, Path) else _open_port(where)
        try:
            down, self.other = await opened
        except OSError:
            return
        with contextlib.suppress(OSError):
            await asyncio.wait(
                [
                    asyncio.create_task(self._pass(self.reader, self.other, up=True)),
                    asyncio.create_task(self._pass(down, self.writer, up=False)),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )

    async def _swallow(self) -> None:
        while await self.reader.read(65536):
            pass

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, up: bool) -> None:
        seen, total = b"", 0
        with contextlib.suppress(OSError):
            while chunk := await source.read(65536):
                fault = self.proxy.fault
                if self.silent:
                    continue
                if fault.delay_seconds:
                    await asyncio.sleep(fault.delay_seconds)
                seen, total = (seen + chunk)[-65536 - 64 :], total + len(chunk)
                keep = self._cut_here(fault, seen, chunk, total, up=up)
                self.silent = keep is not None  # do not forward answers to a connection that was cut
                target.write(chunk if keep is None else chunk[:keep])
                await target.drain()
                if keep is not None:
                    await asyncio.sleep(0.05)  # forwarded bytes must arrive before the connection is closed
                    self.proxy.cuts += 1
                    self.end(reset=fault.reset)
                    return

    def _cut_here(self, fault: Fault, seen: bytes, chunk: bytes, total: int, *, up: bool) -> int | None:
        """Return how many bytes of this chunk to forward before the cut, or None if there is no cut."""
        if self.proxy.cuts >= fault.times:
            return None
        if up and fault.cut_up_after_bytes and total >= fault.cut_up_after_bytes:
            return max(0, len(chunk) - (total - fault.cut_up_after_bytes))
        if up and fault.cut_up_before and fault.cut_up_before in seen:
            return max(0, len(chunk) - (len(seen) - seen.index(fault.cut_up_before)))
        if pattern := fault.cut_up_after if up else fault.cut_down_after:
            return len(chunk) if pattern in seen else None
        return None

    def end(self, *, reset: bool = False) -> None:
        for writer in (self.writer, self.other):
            if writer is not None:
                if reset and writer.get_extra_info("socket").family == socket.AF_INET:
                    with contextlib.suppress(OSError):
                        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
                    writer.transport.abort()
                else:
                    writer.close()


async def _open_port(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", port)


@contextlib.contextmanager
def proxy(port: int, upstream: int | Path) -> Iterator[Proxy]:
    running = Proxy(port, upstream)
    try:
        yield running
    finally:
        running.stop()
