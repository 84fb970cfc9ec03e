"""A real SMTP server on the loopback, with a box to look into and troubles to choose from. It must never relay, and
ends with the test that opened it.
"""

import asyncio
import socket
import ssl
import threading
from asyncio.trsock import TransportSocket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

WAIT_SECONDS = 20.0
SENDER = "Carnet de droits <rappels@carnet.example>"


class Trouble(StrEnum):
    """What the server does wrong; a message is in the box only after `…_DOT`."""

    NONE = "aucun"
    BUSY = "451 4.3.2 au destinataire"
    UNKNOWN = "550 5.1.1 au destinataire"
    FULL = "552 5.2.2 au destinataire"
    STRANGER = "550 5.7.1 au destinataire"
    BUSY_AFTER_DOT = "451 4.3.0 au message"
    NO_SPACE_AFTER_DOT = "552 5.2.3 au message"
    LEAVES_BEFORE_DATA = "part avant le message"
    LEAVES_IN_DATA = "part au milieu du message"
    LEAVES_AFTER_DOT = "garde le message, part sans répondre"
    HOLDS_RCPT = "ne répond pas au destinataire"
    HOLDS_AFTER_DOT = "garde le message, ne répond pas"
    LEAVES_AT_QUIT = "part sans dire au revoir"
    SAYS_YES_ODDLY = "252 au message"
    SAYS_NOTHING_KNOWN = "hors du protocole, après le message"


ANSWERS = {
    Trouble.BUSY: "451 4.3.2 come back later",
    Trouble.UNKNOWN: "550 5.1.1 no such user here",
    Trouble.FULL: "552 5.2.2 mailbox full",
    Trouble.STRANGER: "550 5.7.1 relaying denied",
    Trouble.BUSY_AFTER_DOT: "451 4.3.0 try again",
    Trouble.NO_SPACE_AFTER_DOT: "552 5.2.3 too long for this mailbox",
    Trouble.SAYS_YES_ODDLY: "252 2.0.0 taken, I think",
    Trouble.SAYS_NOTHING_KNOWN: "354 go on",
}


class _Line(SMTP):
    """One connection; it leaves where its trouble says."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  as aiosmtpd calls it
        office = cast("PostOffice", self.event_handler)
        if office.trouble is Trouble.LEAVES_BEFORE_DATA:
            self._leave()
        elif office.trouble is Trouble.LEAVES_IN_DATA:
            # Corked, the line and the end travel together: the client never has the time to finish its message.
            self._socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
            self._writer.write(b"354 go on\r\n")
            self._leave()
        else:
            await super().smtp_DATA(arg)

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802  as aiosmtpd calls it
        office = cast("PostOffice", self.event_handler)
        if office.trouble is Trouble.LEAVES_AT_QUIT:
            self._leave()
        else:
            await super().smtp_QUIT(arg)

    def _socket(self) -> TransportSocket:
        return cast(TransportSocket, cast(asyncio.Transport, self.transport).get_extra_info("socket"))

    def _leave(self) -> None:
        self._socket().shutdown(socket.SHUT_RDWR)
        cast(asyncio.Transport, self.transport).abort()


class PostOffice:
    """The server, in a thread of its own. `box`: what it has taken; `is_held`: set once it holds a client."""

    def __init__(
        self,
        starttls: ssl.SSLContext | None = None,
        tls: ssl.SSLContext | None = None,
        accounts: dict[str, str] | None = None,
    ) -> None:
        self.box: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.tries = 0
        self.trouble = Trouble.NONE
        self.is_held = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._accounts = accounts or {}
        self._starttls = starttls
        self._tls = tls
        self.port = 0

    def start(self) -> None:
        """Open on a free loopback port."""
        self._thread.start()
        opening = self._loop.create_server(self._line, "127.0.0.1", 0, ssl=self._tls)
        self._server = asyncio.run_coroutine_threadsafe(opening, self._loop).result(WAIT_SECONDS)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Close, and let go of every client."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(WAIT_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WAIT_SECONDS)
        self._loop.close()

    @property
    def settings(self) -> dict[str, object]:
        """The settings of a house that sends its mail here."""
        return {
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": self.port,
            "MAIL_TLS": "none",
            "MAIL_SENDER": SENDER,
            "MAIL_TIMEOUT": 10,
        }

    def wait_until_held(self) -> None:
        """Wait until a client is being held."""
        assert self.is_held.wait(WAIT_SECONDS), "nobody came"

    def empty(self) -> None:
        """Take everything out of the box."""
        self.box.clear()
        self.envelopes.clear()

    def recipients(self) -> list[str]:
        """To whom the messages of the box go."""
        return [address for envelope in self.envelopes for address in envelope.rcpt_tos]

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or not."""
        self.tries += 1
        if self.trouble is Trouble.HOLDS_RCPT:
            await self._hold()
        if self.trouble in (Trouble.BUSY, Trouble.UNKNOWN, Trouble.FULL, Trouble.STRANGER):
            return ANSWERS[self.trouble]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server: _Line, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a message, or not."""
        if self.trouble in (Trouble.BUSY_AFTER_DOT, Trouble.NO_SPACE_AFTER_DOT):
            return ANSWERS[self.trouble]
        self.envelopes.append(envelope)
        lines = cast(bytes, envelope.content).replace(b"\r\n", b"\n")
        self.box.append(message_from_bytes(lines, policy=policy.default))
        if self.trouble is Trouble.HOLDS_AFTER_DOT:
            await self._hold()
        if self.trouble is Trouble.LEAVES_AFTER_DOT:
            server._leave()
        return ANSWERS.get(self.trouble, "250 2.0.0 taken")

    async def _hold(self) -> None:
        self.is_held.set()
        await asyncio.Event().wait()

    def _line(self) -> SMTP:
        return _Line(
            self,
            hostname="localhost",
            loop=self._loop,
            tls_context=self._starttls,
            require_starttls=self._starttls is not None,
            auth_require_tls=self._tls is None,  # it only knows the TLS that a client asked for
            authenticator=self._authenticate,
        )

    def _authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: Any) -> AuthResult:
        password = self._accounts.get(given.login.decode())
        is_known = password is not None and password.encode() == given.password
        return AuthResult(success=is_known, handled=is_known)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _close(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks(self._loop) if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def open_post_office(**options: Any) -> Iterator[PostOffice]:
    """A server that is open in the block."""
    office = PostOffice(**options)
    office.start()
    try:
        yield office
    finally:
        office.stop()
