"""The way of a message to a real server: what arrives, how long we wait, whom we trust, what each answer means."""

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.delivery.mail import AnswerLost, MailRoute, OutgoingMail, Postman, RecipientRefused
from tests.delivery.certificates import from_authority, self_signed
from tests.smtp_server import SENDER, PostOffice, Trouble, open_post_office

MAIL = OutgoingMail(
    recipient="anne@exemple.fr",
    subject="Votre lettre\u00a0: une date approche",
    body="Bonjour,\n\n.une ligne qui commence par un point\n\nL’échéance est le 2\u00a0mars 2026. " + "é" * 300 + "\n",
    key="0123456789abcdef" * 6 + ".contact",
    stop_url="https://carnet.example/rappels/arreter/" + "j" * 100,
)


def route_to(port: int, tls: str = "none", **changes: object) -> MailRoute:
    route = MailRoute(server="127.0.0.1", port=port, tls=tls, sender=SENDER, timeout=10, host="carnet.example")
    return replace(route, **changes)  # type: ignore[arg-type]


def deliver(route: MailRoute, on_handover: Callable[[], None] = lambda: None, mail: OutgoingMail = MAIL) -> None:
    Postman(Flask("carnet"), route).deliver(mail, on_handover)


def test_a_message_arrives_whole_with_the_headers_of_an_automatic_one(post_office: PostOffice) -> None:
    deliver(route_to(post_office.port))
    (message,) = post_office.box
    assert (message["From"], message["To"], message["Subject"]) == (SENDER, MAIL.recipient, MAIL.subject)
    assert message["Message-ID"] == f"<{MAIL.key}@carnet.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == f"<{MAIL.stop_url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_content() == MAIL.body
    (envelope,) = post_office.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("rappels@carnet.example", ["anne@exemple.fr"])
    raw = bytes(envelope.original_content or b"")
    assert raw.isascii()
    assert f"\r\nList-Unsubscribe: <{MAIL.stop_url}>\r\n".encode() in raw  # a folded or encoded link is none
    assert max(len(line) for line in raw.partition(b"\r\n\r\n")[2].splitlines()) <= 76


def test_a_message_nobody_subscribed_to_has_no_link_to_stop(post_office: PostOffice) -> None:
    deliver(route_to(post_office.port), mail=replace(MAIL, stop_url=""))
    assert "List-Unsubscribe" not in post_office.box[0]


def test_the_handover_is_told_when_the_server_has_all_but_the_final_dot(post_office: PostOffice) -> None:
    seen: list[int] = []
    deliver(route_to(post_office.port), lambda: seen.append(len(post_office.box)))
    assert seen == [0]
    assert len(post_office.box) == 1


def test_a_handover_that_is_refused_keeps_the_message_back(post_office: PostOffice) -> None:
    def refuse() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        deliver(route_to(post_office.port), refuse)
    deliver(route_to(post_office.port))  # the server is done with the first talk when it has answered the second
    assert len(post_office.box) == 1


def test_a_server_that_never_speaks_is_left_after_the_time_set() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for tls in ("none", "ssl"):
            with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected), match="timed out"):
                deliver(route_to(silent.getsockname()[1], tls, timeout=1))


def test_a_server_that_stops_speaking_is_left_after_the_time_set(post_office: PostOffice) -> None:
    post_office.trouble = Trouble.HOLDS_RCPT
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        deliver(route_to(post_office.port, timeout=1))
    assert post_office.box == []


@pytest.mark.parametrize("tls", ["starttls", "ssl"])
def test_a_certificate_that_nobody_vouches_for_is_refused(tls: str, tmp_path: Path) -> None:
    with open_post_office(**{_option(tls): self_signed(tmp_path)}) as office:
        with pytest.raises(ssl.SSLCertVerificationError):
            deliver(route_to(office.port, tls))
        assert office.box == []


@pytest.mark.parametrize("tls", ["starttls", "ssl"])
def test_a_certificate_made_for_another_server_is_refused(
    tls: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authority = from_authority(tmp_path, host="127.0.0.2")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with open_post_office(**{_option(tls): context}) as office, pytest.raises(ssl.SSLCertVerificationError):
        deliver(route_to(office.port, tls))


@pytest.mark.parametrize("tls", ["starttls", "ssl"])
def test_a_certificate_from_an_authority_we_know_lets_the_message_pass(
    tls: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authority = from_authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with open_post_office(**{_option(tls): context}, accounts={"carnet": "un-mot-de-passe"}) as office:
        deliver(route_to(office.port, tls, username="carnet", password="un-mot-de-passe"))
        assert len(office.box) == 1
        with pytest.raises(smtplib.SMTPAuthenticationError):
            deliver(route_to(office.port, tls, username="carnet", password="un-autre"))


def _option(tls: str) -> str:
    return "tls" if tls == "ssl" else "starttls"


def test_a_server_without_encryption_gets_nothing_when_it_was_asked_for(post_office: PostOffice) -> None:
    with pytest.raises(smtplib.SMTPNotSupportedError):
        deliver(route_to(post_office.port, "starttls"))
    assert post_office.box == []


@pytest.mark.parametrize(
    ("trouble", "is_unknown"),
    [(Trouble.UNKNOWN, True), (Trouble.FULL, False), (Trouble.NO_SPACE_AFTER_DOT, False)],
)
def test_a_refusal_for_good_is_told_from_an_unknown_address(
    post_office: PostOffice, trouble: Trouble, is_unknown: bool
) -> None:
    post_office.trouble = trouble
    with pytest.raises(RecipientRefused) as refusal:
        deliver(route_to(post_office.port))
    assert refusal.value.is_unknown is is_unknown
    assert "anne" not in str(refusal.value)


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Trouble.BUSY, smtplib.SMTPRecipientsRefused),
        (Trouble.STRANGER, smtplib.SMTPRecipientsRefused),  # our own fault, not that of the address
        (Trouble.BUSY_AFTER_DOT, smtplib.SMTPDataError),
        (Trouble.LEAVES_BEFORE_DATA, smtplib.SMTPServerDisconnected),
        (Trouble.LEAVES_IN_DATA, smtplib.SMTPServerDisconnected),
    ],
)
def test_what_was_not_taken_may_be_tried_again(
    post_office: PostOffice, trouble: Trouble, error: type[Exception]
) -> None:
    post_office.trouble = trouble
    with pytest.raises(error):
        deliver(route_to(post_office.port))
    post_office.trouble = Trouble.NONE
    deliver(route_to(post_office.port))
    assert len(post_office.box) == 1


def test_a_server_that_is_not_there_is_an_error_to_try_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        deliver(route_to(port))


@pytest.mark.parametrize("trouble", [Trouble.LEAVES_AFTER_DOT, Trouble.HOLDS_AFTER_DOT, Trouble.SAYS_NOTHING_KNOWN])
def test_an_answer_that_never_comes_after_the_dot_leaves_a_doubt(post_office: PostOffice, trouble: Trouble) -> None:
    post_office.trouble = trouble
    with pytest.raises(AnswerLost):
        deliver(route_to(post_office.port, timeout=1))
    assert len(post_office.box) == 1


@pytest.mark.parametrize("trouble", [Trouble.LEAVES_AT_QUIT, Trouble.SAYS_YES_ODDLY])
def test_a_server_that_said_yes_in_its_way_has_taken_the_message(post_office: PostOffice, trouble: Trouble) -> None:
    post_office.trouble = trouble
    deliver(route_to(post_office.port))
    assert len(post_office.box) == 1


@pytest.mark.parametrize("subject", ["Bonjour\r\nBcc: tous@exemple.fr", "Bonjour\n\nCorps"])
def test_a_header_with_a_line_end_never_leaves(post_office: PostOffice, subject: str) -> None:
    with pytest.raises(ValueError, match="line"):
        deliver(route_to(post_office.port), mail=replace(MAIL, subject=subject))
    assert post_office.tries == 0


@pytest.mark.parametrize("recipient", ["anne@exemple.fr\r\nRCPT TO:<b@exemple.fr>", "anne@exemple.fr\nBcc: b@c.fr"])
def test_an_address_with_a_line_end_never_leaves(post_office: PostOffice, recipient: str) -> None:
    with pytest.raises(ValueError, match="line"):
        deliver(route_to(post_office.port), mail=replace(MAIL, recipient=recipient))
    assert post_office.tries == 0


def test_a_route_never_shows_its_password() -> None:
    assert "un-mot" not in repr(route_to(25, password="un-mot-de-passe"))
