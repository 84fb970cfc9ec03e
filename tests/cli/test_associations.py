"""`flask associations`: a space and its first administrator, the list, the end; each refusal is one French sentence."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from app.services.staff.invitations import read_invitation
from app.storage.association import Association, Invitation, find_association
from app.storage.journal import JournalEntry
from tests.running_house import house_of
from tests.services.mail_rows import post
from tests.smtp_server import PostOffice

ALES = ("create", "--name", "Parents d’Alès", "--slug", "parents-ales", "--email", "Aline@Exemple.FR")


def run(app: Flask, *arguments: str, given: str = "") -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["associations", *arguments], input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_a_space_is_opened_and_the_link_printed_where_no_mail_leaves(any_app: Flask) -> None:
    code, output = run(any_app, *ALES)
    assert code == 0
    assert "L’espace «\u202fparents-ales\u202f» est ouvert" in output
    found = re.search(r"http://127\.0\.0\.1:8000/invitation/(\S+)", output)
    assert found is not None
    opened = read_invitation(house_of(any_app), found[1])
    assert (opened.association_name, opened.role_name, opened.email) == (
        "Parents d’Alès", "administration", "Aline@exemple.fr",
    )  # fmt: skip


def test_the_key_of_an_association_is_a_pair_that_signs(app: Flask) -> None:
    run(app, *ALES)
    with house_of(app).units.reading() as unit:
        row = find_association(unit.session, "parents-ales")
        assert row is not None
        assert len(row.signing_key) == 32
        assert re.fullmatch("[0-9a-f]{64}", row.public_key)
        kinds = list(unit.session.scalars(select(JournalEntry.kind).order_by(JournalEntry.kind)))
    assert kinds == ["association-creee", "membre-invite"]


def test_the_invitation_leaves_by_mail_and_is_not_printed(mailing_app: Flask, post_office: PostOffice) -> None:
    code, output = run(mailing_app, *ALES)
    assert code == 0
    assert "/invitation/" not in output
    assert "exemple.fr" not in output.lower()
    post(house_of(mailing_app))
    (mail,) = post_office.box
    assert post_office.recipients() == ["Aline@exemple.fr"]
    assert "Alès" not in str(mail["Subject"])
    assert "/invitation/" in mail.get_content()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"--slug": "Parents Alès"}, "petites lettres"),
        ({"--slug": ""}, "petites lettres"),
        ({"--slug": "a" * 41}, "petites lettres"),
        ({"--slug": "../etc"}, "petites lettres"),
        ({"--name": " "}, "Donnez le nom"),
        ({"--name": "<b>Parents</b>"}, "<"),
        ({"--name": "p" * 300}, "au plus"),
        ({"--email": "aline"}, "courriel"),
        ({"--email": ""}, "courriel"),
        ({"--email": "a@b.fr\nBcc: x@y.fr"}, "courriel"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence_and_nothing_is_opened(
    app: Flask, changed: dict[str, str], words: str
) -> None:
    values = {"--name": "Parents d’Alès", "--slug": "parents-ales", "--email": "aline@exemple.fr", **changed}
    code, output = run(app, "create", *(part for pair in values.items() for part in pair))
    assert code == 2
    assert words in output
    assert len(output.strip().splitlines()) == 1
    with house_of(app).units.reading() as unit:
        assert list(unit.session.scalars(select(Association))) == []
        assert list(unit.session.scalars(select(Invitation))) == []


def test_a_name_in_addresses_serves_once(app: Flask) -> None:
    run(app, *ALES)
    code, output = run(app, *ALES)
    assert code == 2
    assert "déjà" in output


def test_the_list_says_who_is_open_and_who_is_closed(app: Flask) -> None:
    assert "Aucune association" in run(app, "list")[1]
    run(app, *ALES)
    assert "parents-ales  Parents d’Alès  0 membre(s), depuis le 2026-11-21\n" in run(app, "list")[1]
    assert "Rien n’a changé" in run(app, "close", "parents-ales", given="n\n")[1]
    assert run(app, "close", "parents-ales", "--yes")[0] == 0
    assert "fermée le 2026-11-21" in run(app, "list")[1]
    code, output = run(app, "close", "parents-ales", "--yes")
    assert code == 2
    assert "Aucune association ouverte" in output


def test_another_administrator_may_be_invited_and_the_link_of_a_closed_space_opens_nothing(app: Flask) -> None:
    run(app, *ALES)
    code, output = run(app, "invite", "parents-ales", "--email", "rosa@exemple.fr")
    assert code == 0
    path = re.search(r"/invitation/\S+", output)
    assert path is not None
    assert app.test_client().get(path[0]).status_code == 200
    run(app, "close", "parents-ales", "--yes")
    assert app.test_client().get(path[0]).status_code == 404
    assert run(app, "invite", "inconnue", "--email", "rosa@exemple.fr")[0] == 2


def test_a_command_that_is_not_understood_says_where_to_look(app: Flask) -> None:
    code, output = run(app, "create", "--name", "Parents")
    assert code == 2
    assert "flask associations create --help" in output.replace("\u00a0", " ") or "--help" in output
