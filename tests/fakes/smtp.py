"""A mail server on loopback that is strict about order and line ends, keeps what it took, and fails on demand."""

import base64
import socketserver
import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

BEFORE = {"MAIL": ("EHLO", "RCPT", "DATA"), "RCPT": ("MAIL",), "DATA": ("RCPT",)}


class Smtp:
    """`with Smtp() as server:`. `faults`: a command and what happens at it, once each, in order.

    A number is answered; "break" closes the connection; at TEXT, "break" does so after the text was kept.
    """

    def __init__(self, password: str = "") -> None:
        self.password = password
        self.taken: list[bytes] = []
        self.wrong: list[str] = []
        self.faults: list[tuple[str, str]] = []
        self.commands: list[str] = []

    def __enter__(self) -> "Smtp":
        fake = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                Conversation(fake, self.rfile, self.wfile).go_on()

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def mails(self) -> list[EmailMessage]:
        """What it took, as mails."""
        return [message_from_bytes(each, policy=default) for each in self.taken]  # type: ignore[arg-type]

    def fault(self, command: str) -> str:
        """What is to happen at `command` now."""
        found = next((each for each in self.faults if each[0] == command), None)
        if found:
            self.faults.remove(found)
        return found[1] if found else ""


class Conversation:
    """One connection."""

    def __init__(self, fake: Smtp, rfile: Any, wfile: Any) -> None:
        self.fake, self.rfile, self.wfile, self.last, self.known = fake, rfile, wfile, "", not fake.password

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def go_on(self) -> None:
        self.say("220 fake.example ready")
        while line := self.rfile.readline():
            if not line.endswith(b"\r\n") or len(line) > 512 or not line.isascii():
                self.fake.wrong.append(f"no line of SMTP: {line!r}")
            command, _, rest = line.decode("ascii", "replace").strip().partition(" ")
            self.fake.commands.append(command.upper())
            if not self.answered(command.upper(), rest):
                return

    def answered(self, command: str, rest: str) -> bool:
        """Answer one command; whether the conversation goes on."""
        fault = self.fake.fault(command)
        if fault == "break":
            return False
        if fault:
            self.say(f"{fault} not now")
            return True
        if command == "EHLO":
            self.say("250-fake.example")
            self.say("250 AUTH PLAIN" if self.fake.password else "250 OK")
        elif command == "AUTH":
            self.known = base64.b64decode(rest.split()[1]).split(b"\0")[-1].decode() == self.fake.password
            self.say("235 welcome" if self.known else "535 no")
        elif command == "QUIT":
            self.say("221 bye")
            return False
        elif command in BEFORE:
            return self.in_order(command)
        elif command == "RSET":
            self.say("250 OK")
        else:
            self.fake.wrong.append(f"unknown: {command}")
            self.say("500 unknown")
        self.last = command if command == "EHLO" else self.last
        return True

    def in_order(self, command: str) -> bool:
        if not self.known:
            self.say("530 who are you")
            return True
        if self.last not in BEFORE[command]:
            self.fake.wrong.append(f"{command} after {self.last or 'nothing'}")
            self.say("503 bad sequence")
            return True
        self.last = command
        if command != "DATA":
            self.say("250 OK")
            return True
        self.say("354 go on")
        return self.text()

    def text(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            if not line.endswith(b"\r\n") or b"\r" in line[:-2] or len(line) > 1_000:
                self.fake.wrong.append(f"no line of a mail: {line[:80]!r}")
            lines.append(line[1:] if line.startswith(b".") else line)
        fault = self.fake.fault("TEXT")
        if fault in ("", "break"):
            self.fake.taken.append(b"".join(lines))
        if fault == "break":
            return False
        self.say(f"{fault} not now" if fault else "250 taken")
        return True
