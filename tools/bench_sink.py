"""A minimal SMTP server that accepts and counts every message: `python -m tools.bench_sink PORT`.

It runs in a separate process, so that its CPU time is not measured. The reply to QUIT contains the number of messages.
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
accepted = 0


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
        global accepted
        if self.in_body:
            accepted, self.in_body = accepted + 1, False
            self.transport.write(b"250 accepted\r\n")
        elif line[:4].upper() == b"DATA":
            self.in_body = True
            self.transport.write(b"354 go on\r\n")
        elif line[:4].upper() == b"QUIT":
            self.transport.write(f"221 {accepted}\r\n".encode())
            self.transport.close()
        else:
            self.transport.write(b"250 sink\r\n")


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Smtp, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


@contextlib.contextmanager
def sink(port: int) -> Iterator[str]:
    """Start the server, yield its EMAIL_URL, and stop the server at the end."""
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
