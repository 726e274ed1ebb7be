"""A scripted SMTP server in a separate process: `python -m tests.faults.smtp_sink PORT CONTROL-PORT LEDGER`.

For each accepted message, the server writes a line with the Message-ID to the ledger before it sends the 250. The
ledger contains the deliveries, and MAIL_EVIDENCE=log:… uses it as the log of a mail server. Orders are JSON lines sent
to the control port: {"script": {stage: {address: answer}}} replaces the script, {"release": true} releases all held
connections.

Stages: connect, ehlo, auth, mail, rcpt, data (before the 354), dot (accepted, before the 250). An address is the
recipient's, or "*". An answer is a reply ("450 busy"), "silent", "hold" (until released, then as usual) or "reset";
[answer, n] applies n times only. A held connection is reported as {"held": stage, "what": address or Message-ID}.
"""

import asyncio
import json
import os
import re
import socket
import struct
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

WORK_SECONDS = 0.002
MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]+>)", re.MULTILINE | re.IGNORECASE)
ADDRESS = re.compile(r"<([^>]*)>")
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Script:
    def __init__(self) -> None:
        self.answers: dict[str, dict[str, Any]] = {}
        self.released = asyncio.Event()
        self.listeners: list[asyncio.StreamWriter] = []

    def answer(self, stage: str, address: str) -> str:
        """Return the reply for this stage and address, or "" for the usual reply."""
        table = self.answers.get(stage, {})
        key = address if address in table else "*"
        value = table.get(key, "")
        if isinstance(value, str):
            return value
        if value[1] <= 0:
            return ""
        value[1] -= 1
        return str(value[0])

    async def hold(self, stage: str, what: str) -> None:
        for listener in self.listeners:
            listener.write(json.dumps({"held": stage, "what": what}).encode() + b"\n")
        await self.released.wait()

    async def take_orders(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.listeners.append(writer)
        async for line in reader:
            order = json.loads(line)
            if "script" in order:
                self.answers = order["script"]
                self.released = asyncio.Event()
            if "release" in order:
                self.released.set()
            writer.write(b'{"done": true}\n')
        self.listeners.remove(writer)


class Ledger:
    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def accept(self, message_id: str) -> None:
        os.write(self.file, f"accepted {message_id}\n".encode())


class ScriptedSmtp(SMTP):
    """An SMTP server that looks up each answer in the script."""

    def __init__(self, script: Script, ledger: Ledger) -> None:
        async def handle_DATA(server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            return await self._accept(envelope)

        handler = type("Handler", (), {"handle_DATA": staticmethod(handle_DATA)})()
        super().__init__(
            handler,
            hostname="sink.example.org",
            ident="sink",
            authenticator=lambda *_arguments: AuthResult(success=True),
            auth_require_tls=False,
        )
        self.script, self.ledger = script, ledger

    async def _scripted(self, stage: str, address: str = "") -> bool:
        """Apply the script's answer for this stage. Return True if the usual answer must not be sent."""
        answer = self.script.answer(stage, address)
        if answer == "hold":
            await self.script.hold(stage, address)
            return False
        if answer == "silent":
            await asyncio.sleep(3600)
        if answer == "reset":
            self._reset()
            return True
        if answer:
            await self.push(answer)
            if answer.startswith("421"):
                self._writer.close()
        return bool(answer)

    def _reset(self) -> None:
        writer: asyncio.StreamWriter = self._writer
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        writer.transport.abort()

    async def _handle_client(self) -> None:
        if await self._scripted("connect"):
            self._writer.close()
            return
        await super()._handle_client()

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        if not await self._scripted("ehlo"):
            await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802
        if not await self._scripted("ehlo"):
            await super().smtp_HELO(hostname)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        if not await self._scripted("auth"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        if not await self._scripted("mail"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        found = ADDRESS.search(arg or "")
        if not await self._scripted("rcpt", found[1] if found else ""):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if not await self._scripted("data", self.envelope.rcpt_tos[0] if self.envelope else ""):
            await super().smtp_DATA(arg)

    async def _accept(self, envelope: Envelope) -> str:
        answer = self.script.answer("dot", envelope.rcpt_tos[0])
        if answer[:1] in ("4", "5"):
            return answer
        await asyncio.sleep(WORK_SECONDS)
        content = envelope.content
        found = MESSAGE_ID.search(content) if isinstance(content, bytes) else None
        message_id = found[1].decode() if found else "<none>"
        if answer == "silent":
            await asyncio.sleep(3600)
        self.ledger.accept(message_id)
        if answer == "hold":
            await self.script.hold("dot", message_id)
        if answer == "reset":
            self._reset()
        return "250 accepted"


async def serve(port: int, control: int, path: Path) -> None:
    script, ledger = Script(), Ledger(path)
    loop = asyncio.get_running_loop()
    mail = await loop.create_server(lambda: ScriptedSmtp(script, ledger), "127.0.0.1", port)
    orders = await asyncio.start_server(script.take_orders, "127.0.0.1", control)
    async with mail, orders:
        await asyncio.gather(mail.serve_forever(), orders.serve_forever())


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
