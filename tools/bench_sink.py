"""The cheapest SMTP server that is one: says yes to everything and counts; `python -m tools.bench_sink PORT`.

In a process of its own, so that its work is in nobody's figures. QUIT is answered with how many it has taken so far.
"""

import asyncio
import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
taken = 0


class Smtp(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.buffer, self.in_body = transport, b"", False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n.\r\n" if self.in_body else b"\r\n")) >= 0:
            line, self.buffer = self.buffer[:end], self.buffer[end + (5 if self.in_body else 2) :]
            self.answer(line)

    def answer(self, line: bytes) -> None:
        global taken
        if self.in_body:
            taken, self.in_body = taken + 1, False
            self.transport.write(b"250 taken\r\n")
        elif line[:4].upper() == b"DATA":
            self.in_body = True
            self.transport.write(b"354 go on\r\n")
        elif line[:4].upper() == b"QUIT":
            self.transport.write(f"221 {taken}\r\n".encode())
            self.transport.close()
        else:
            self.transport.write(b"250 sink\r\n")


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Smtp, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


@contextlib.contextmanager
def sink(port: int) -> Iterator[str]:
    """The EMAIL_URL that leads to a running one."""
    process = subprocess.Popen([sys.executable, "-m", "tools.bench_sink", str(port)], cwd=PROJECT)
    try:
        deadline = time.monotonic() + 20
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if time.monotonic() > deadline or process.poll() is not None:
                raise SystemExit("The sink of the benchmark does not listen.")
            time.sleep(0.05)
        yield f"smtp://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
