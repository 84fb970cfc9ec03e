"""Mail, carried by Flask-Mail to one SMTP server. It must never wait for ever, trust a certificate nobody vouches for,
or leave in doubt whether a message may be sent again.

A message is complete for the server when it has read its final dot. `deliver` says so just before that dot leaves
(`on_handover`): until then a message may be sent again, after it only the server's answer tells.
"""

import re
import smtplib
import socket
import ssl
import time
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email import policy
from email.charset import QP, Charset
from types import TracebackType
from typing import Any, cast

from flask_mail import Connection, Mail, Message

_DOT = b".\r\n"
_GONE = "the server left in the middle of the message"
_ENHANCED = re.compile(r"\b5\.(\d{1,3})\.\d{1,3}\b")
# RFC 3463, second figure: the address, the mailbox, the way to it. The others blame the message, the server or us.
_ABOUT_ADDRESS, _ABOUT_RECIPIENT = "1", frozenset({"1", "2", "4"})
# RFC 5321, where a server gives no such figures: unknown, moved, misspelt; then full.
_NO_MAILBOX, _FULL_MAILBOX = frozenset({550, 551, 553}), 552
_PLAIN_LINES = Charset("utf-8")
_PLAIN_LINES.body_encoding = QP  # seven bits and short lines: no server on the way needs to rewrite them


@dataclass(frozen=True, slots=True)
class MailRoute:
    """The way to the server. `tls`: starttls, ssl, or none; `timeout`: seconds for each step; `host`: who we say we
    are.
    """

    server: str
    port: int
    tls: str
    sender: str
    timeout: int
    host: str
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One message to one address. `key`: what stands before the @ of its Message-ID; `stop_url`: "" or the address
    where one click ends such messages; `attachment`: a PDF called `attachment_name`, b"" for none. Raises ValueError
    when a header would hold a control character.
    """

    recipient: str
    subject: str
    body: str
    key: str
    stop_url: str = ""
    attachment: bytes = field(default=b"", repr=False)
    attachment_name: str = "lettre.pdf"

    def __post_init__(self) -> None:
        headers = self.recipient + self.subject + self.key + self.stop_url + self.attachment_name
        if any(unicodedata.category(sign) == "Cc" for sign in headers):
            raise ValueError("a header of a message would break its line")


class RecipientRefused(Exception):
    """The server will never take this message; `is_unknown` when it knows nobody at that address."""

    def __init__(self, is_unknown: bool) -> None:
        super().__init__("the server refused the recipient for good")
        self.is_unknown = is_unknown


class AnswerLost(Exception):
    """The whole message has left and the server's answer never came: it may have arrived, or not."""


class Postman:
    """Carries messages to one server, a connection for each."""

    def __init__(self, app: Any, route: MailRoute) -> None:
        """`app`: the Flask application, in whose name Flask-Mail writes."""
        self.route = route
        self._app = app
        app.config.update(
            MAIL_SERVER=route.server,
            MAIL_PORT=route.port,
            MAIL_DEFAULT_SENDER=route.sender,
            MAIL_SUPPRESS_SEND=False,
            MAIL_DEBUG=False,  # its debugging prints whole messages
        )
        self._mail = Mail(app)

    def deliver(self, mail: OutgoingMail, on_handover: Callable[[], None]) -> None:
        """Hand one message over and wait for the answer; `on_handover` is called just before its final dot leaves.

        Raises RecipientRefused, AnswerLost; any other error means that the message was not taken and may be tried
        again.
        """
        with self._app.app_context(), _Talk(self._mail.state, self.route, on_handover) as talk:
            try:
                talk.send(_message(mail, self.route.host))
            except smtplib.SMTPRecipientsRefused as refusal:
                ((code, answer),) = refusal.recipients.values()
                raise _named(refusal, code, answer) from refusal
            except smtplib.SMTPDataError as refusal:
                raise _named(refusal, refusal.smtp_code, refusal.smtp_error) from refusal


class _Talk(Connection):
    """Flask-Mail's connection with what it lacks: a limit of time, a checked certificate, a quiet end."""

    def __init__(self, mail: Any, route: MailRoute, on_handover: Callable[[], None]) -> None:
        super().__init__(mail)
        self._route = route
        self._on_handover = on_handover

    def configure_host(self) -> smtplib.SMTP:
        """Connect, make the line safe, sign in. Raises OSError, ssl.SSLError, SMTPException."""
        route = self._route
        host = (_SafeSmtp if route.tls == "ssl" else _Smtp)(route)
        host.on_handover = self._on_handover
        try:
            if route.tls == "starttls":
                host.starttls(context=ssl.create_default_context())
            if route.username:
                host.login(route.username, route.password)
        except Exception:  # whatever it is, the line is not left open
            host.close()
            raise
        return host

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say goodbye; a server that does not answer it has taken the message none the less."""
        if self.host is None:
            return
        with suppress(OSError, smtplib.SMTPException):
            if exc_value is None:
                self.host.quit()
        self.host.close()


class _Smtp(smtplib.SMTP):
    """Sends a message in two parts, the final dot by itself."""

    on_handover: Callable[[], None]

    def __init__(self, route: MailRoute) -> None:
        super().__init__(route.server, route.port, local_hostname=route.host, timeout=route.timeout)

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the message; returns the server's answer. Raises SMTPDataError, SMTPServerDisconnected, AnswerLost."""
        code, answer = self.docmd("data")
        if code != 354:
            raise smtplib.SMTPDataError(code, answer)
        self.send(_without_final_dot(msg))
        self.on_handover()
        self._check_line()
        self.send(_DOT)  # an error until here means that the dot has not left
        try:
            code, answer = self.getreply()
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            raise AnswerLost from error
        if 200 <= code < 300:
            return 250, answer  # smtplib would call any other yes a refusal, and the message would be sent again
        if code < 400:  # neither a yes nor a no
            raise AnswerLost
        return code, answer

    def _check_line(self) -> None:
        """Make sure that the server has not gone in the middle of the message. Raises SMTPServerDisconnected."""
        line = cast(socket.socket, self.sock)
        line.settimeout(0)
        try:
            line.recv(1)  # a server has nothing to say before the dot: any news is that it left
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except OSError as error:
            raise smtplib.SMTPServerDisconnected(_GONE) from error
        finally:
            line.settimeout(self.timeout)
        raise smtplib.SMTPServerDisconnected(_GONE)


class _SafeSmtp(_Smtp, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""

    def __init__(self, route: MailRoute) -> None:
        context = ssl.create_default_context()
        smtplib.SMTP_SSL.__init__(
            self, route.server, route.port, local_hostname=route.host, timeout=route.timeout, context=context
        )


class _Letter(Message):
    """A message whose headers leave as they are: folded, the link that ends reminders would be no link any more."""

    def as_bytes(self) -> bytes:
        """The message as it travels."""
        message = self._message()
        message.policy = policy.SMTP.clone(refold_source="none")
        return message.as_bytes()


def _without_final_dot(message: bytes) -> bytes:
    """The message as it travels, a line of a single dot told from the last one (RFC 5321, 4.5.2)."""
    lines = smtplib.quotedata(message.decode("ascii")).encode("ascii")
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def _message(mail: OutgoingMail, host: str) -> Message:
    headers = {"Auto-Submitted": "auto-generated"}  # RFC 3834: nobody's holiday message answers it
    if mail.stop_url:
        headers["List-Unsubscribe"] = f"<{mail.stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message = _Letter(
        mail.subject,
        recipients=[mail.recipient],
        body=mail.body,
        charset=_PLAIN_LINES,  # type: ignore[arg-type]  # the email package it goes to takes both
        date=time.time(),
        extra_headers=headers,
    )
    if mail.attachment:
        message.attach(mail.attachment_name, "application/pdf", mail.attachment)
    message.msgId = f"<{mail.key}@{host}>"
    return message


def _named(error: Exception, code: int, answer: bytes | str) -> Exception:
    """What a refusal means: RecipientRefused for good, or the error itself when it is worth another try."""
    if not 500 <= code < 600:
        return error
    words = answer if isinstance(answer, str) else answer.decode("ascii", "replace")
    enhanced = _ENHANCED.search(words)
    if enhanced:
        return RecipientRefused(enhanced[1] == _ABOUT_ADDRESS) if enhanced[1] in _ABOUT_RECIPIENT else error
    if code in _NO_MAILBOX or code == _FULL_MAILBOX:
        return RecipientRefused(is_unknown=code in _NO_MAILBOX)
    return error
