"""The reading by a second person, the publication and the withdrawal, on screen."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.domain.access import Role
from app.domain.versions import VersionState
from app.services.packs.faults import LetterFault
from app.services.packs.publishing import DraftChoice
from app.services.packs.reviewing import FaultyLetter, take_back
from tests.running_house import QuickPool
from tests.services.association_letters import Desk, quicken
from tests.services.test_letters_in_progress import begun, opened, ready, with_question
from tests.web.checking import CheckingClient
from tests.web.walking import Sheet

HERE = "/espace/ales/lettres/acces-cantine"
PAGES = ["proposer", "relire", "publier", "retirer", "versions/1", "versions/1/difference"]


@pytest.fixture
def desk(app: Flask, monkeypatch: pytest.MonkeyPatch, quick_pdf: QuickPool) -> Desk:
    quicken(monkeypatch)
    app.test_client_class = CheckingClient
    made = Desk(app)
    made.begin()
    return made


def own(desk: Desk) -> FlaskClient:
    """The browser of the editor who writes."""
    client = desk.app.test_client()
    desk.cast.sign_in(client, desk.editor.staff_id)
    return client


def second(desk: Desk) -> FlaskClient:
    """The browser of the second person."""
    client = desk.app.test_client()
    desk.cast.sign_in(client, desk.reviewer.staff_id)
    return client


def see(client: FlaskClient, path: str) -> Sheet:
    return Sheet(client.get(f"{HERE}/{path}"))


def post(client: FlaskClient, path: str, page: str = "", **fields: str) -> Sheet:
    """Send the form of a page, with what it showed."""
    shown = see(client, page or path)
    return Sheet(client.post(f"{HERE}/{path}", data={"csrf_token": shown.token, **shown.typed, **fields}))


def test_the_whole_way_on_screen(desk: Desk) -> None:
    editor, reviewer = own(desk), second(desk)
    assert post(editor, "proposer", note="Le nom de la cantine.").response.status_code == 303
    assert post(reviewer, "relire", decision="accepter").response.headers["Location"] == HERE
    assert post(editor, "publier").response.headers["Location"] == HERE
    assert desk.now().state is VersionState.PUBLIEE
    assert post(editor, "retirer", reason="L’article a changé.").response.headers["Location"] == HERE
    assert desk.now().state is VersionState.RETIREE


def test_the_reader_sees_what_changed_then_every_letter_then_the_decision(desk: Desk) -> None:
    source = desk.source()
    desk.write(source.with_body(source.body.replace("la confirmation", "la **confirmation écrite**", 1)))
    desk.submit(words="Une précision.")
    page = see(second(desk), "relire")
    assert "Une précision." in page.words
    places = [page.words.index(words) for words in ("1. Ce qui change", "2. Ce que liront", "3. Avant", "4. Votre")]
    assert places == sorted(places)
    assert "par rapport à la lettre du carnet « Accès aux données »" in page.words
    assert len(page.root.findall(".//article")) == 9
    assert "Exemple 1 : Un délégataire, une école publique, une enfant dont la classe n’est pas dite" in page.words


def test_what_was_added_and_taken_away_is_said_in_words(desk: Desk) -> None:
    source = desk.source()
    assert "tout ce que vous détenez" not in source.body
    first = source.body.split("\n\n")[0]
    desk.write(source.with_body(source.body.replace(first, f"{first} Voici tout ce que vous détenez ?", 1)))
    page = see(own(desk), "versions/1/difference")
    added = [" ".join("".join(one.itertext()).split()) for one in page.root.iter("ins")]
    assert added == ["ajouté : Voici tout ce que vous détenez ?"]
    assert "passages inchangés" in page.words


def test_two_versions_can_be_compared_whichever_they_are(desk: Desk) -> None:
    desk.publish()
    desk.write(desk.source().with_front(subject="Un autre objet"))
    client = own(desk)
    assert "Comparée à la version 1." in see(client, "versions/2/difference").words
    assert "L’objet de la lettre a changé." in see(client, "versions/2/difference?avec=1").words
    assert see(client, "versions/2/difference?avec=9").response.status_code == 404
    assert see(client, "versions/2/difference?avec=-1").response.status_code == 200
    assert see(client, "versions/9").response.status_code == 404


def test_a_blank_letter_has_nothing_to_be_compared_with(desk: Desk) -> None:
    desk.begin("", "vierge", "Une lettre")
    desk.submit("vierge")
    path = "/espace/ales/lettres/vierge"
    assert "à partir de rien" in Sheet(own(desk).get(f"{path}/versions/1/difference")).words
    assert "à partir de rien" in Sheet(second(desk).get(f"{path}/relire")).words


def test_a_version_being_written_has_no_letters_to_show_yet(desk: Desk) -> None:
    assert "proposée à la relecture" in see(own(desk), "versions/1").words


def test_the_faults_of_a_version_are_listed_with_the_way_to_mend_them(desk: Desk) -> None:
    source = desk.source()
    desk.write(source.with_body(source.body + "\n\n{{ reponses.inconnue }}\n\n> Une faute.\n"))
    page = post(own(desk), "proposer", note="Voilà.")
    assert page.response.status_code == 400
    assert "«\u202freponses.inconnue\u202f» n’existe pas" in page.text
    assert page.typed["note"] == "Voilà."
    assert page.root.find(".//a[@href='/espace/ales/lettres/acces-cantine/ecrire']") is not None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choisissez"),
        ({"decision": "peut-etre"}, "Choisissez"),
        ({"decision": "refuser"}, "ce qui est à reprendre"),
        ({"decision": "refuser", "comment": "x" * 4001}, "4001 caractères"),
        ({"decision": "refuser", "comment": "a\u202eb\x00"}, "caractère invisible"),
    ],
)
def test_a_decision_that_is_none_is_said_and_keeps_what_was_typed(
    desk: Desk, fields: dict[str, str], words: str
) -> None:
    desk.submit()
    page = post(second(desk), "relire", **fields)
    assert page.response.status_code == 400
    assert words in " ".join(page.errors)
    assert desk.now().state is VersionState.RELECTURE


def test_the_author_is_not_let_in_to_read_over(desk: Desk) -> None:
    administrator = desk.member(Role.ADMINISTRATOR)
    desk.write(desk.source())
    client = desk.app.test_client()
    desk.cast.sign_in(client, administrator.staff_id)
    desk.submit()
    assert see(own(desk), "relire").response.status_code == 403
    assert see(client, "relire").response.status_code == 200
    desk_author = desk.app.test_client()
    desk.cast.sign_in(desk_author, desk.editor.staff_id)
    assert see(desk_author, "relire").response.status_code == 403


def test_writing_is_taken_back_from_the_page_of_the_letter(desk: Desk) -> None:
    desk.submit()
    client = own(desk)
    page = Sheet(client.get(HERE))
    answer = client.post(f"{HERE}/reprendre", data={"csrf_token": page.token, **page.typed})
    assert answer.headers["Location"] == HERE
    assert desk.now().state is VersionState.REDACTION


def test_a_version_that_is_not_to_be_read_says_so(desk: Desk) -> None:
    assert "rien à relire" in see(second(desk), "relire").words


def test_an_old_page_decides_nothing(desk: Desk) -> None:
    desk.submit()
    client = second(desk)
    page = see(client, "relire")
    old = {"csrf_token": page.token, **page.typed, "decision": "accepter"}
    take_back(desk.house, desk.editor, "acces-cantine", desk.now().version)
    assert client.post(f"{HERE}/relire", data=old).status_code == 409
    assert desk.now().state is VersionState.REDACTION


@pytest.mark.parametrize("seen", ["", "0", "-1", "x", "9" * 30, "٣"])
def test_a_form_that_does_not_say_what_it_showed_changes_nothing(desk: Desk, seen: str) -> None:
    desk.submit()
    answer = post(second(desk), "relire", decision="accepter", vu=seen)
    assert answer.response.status_code == 409
    assert desk.now().state is VersionState.RELECTURE


def test_a_publication_that_breaks_drafts_asks_what_becomes_of_them(desk: Desk) -> None:
    desk.publish()
    first, other = begun(desk), begun(desk, "c" * 64)
    ready(desk, with_question(desk.source()), motif="curiosité")
    client = own(desk)
    page = see(client, "publier")
    assert "2 lettres sont commencées" in page.words
    assert "est ajoutée, et demande une réponse." in page.words
    refused = post(client, "publier")
    assert refused.response.status_code == 400
    assert "Dites ce que deviennent les lettres commencées" in " ".join(refused.errors)
    assert post(client, "publier", choix=DraftChoice.MOVE.value).response.status_code == 303
    assert {opened(desk, first).way.expected, opened(desk, other, "c" * 64).way.expected} == {"question-motif"}


def test_a_publication_that_breaks_nothing_says_so(desk: Desk) -> None:
    desk.publish()
    begun(desk)
    ready(desk, desk.source().with_front(hint="Mieux dit."))
    page = see(own(desk), "publier")
    assert "Une lettre est commencée" in page.words
    assert "Rien de ce qui change ne les gêne" in page.words


def test_a_publication_refused_by_the_checks_says_why(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.submit()
    desk.accept()

    def refuse(_house: object, _version: object, _on: date) -> None:
        raise FaultyLetter((LetterFault(3, "la fiche « rgpd-15 » n’est plus en vigueur.", "texte"),))

    monkeypatch.setattr("app.services.packs.publishing.tried", refuse)
    page = post(own(desk), "publier")
    assert page.response.status_code == 400
    assert "n’est plus en vigueur" in page.text


def test_nothing_is_published_before_it_is_accepted(desk: Desk) -> None:
    assert see(own(desk), "publier").response.status_code == 409
    desk.submit()
    assert see(own(desk), "publier").response.status_code == 409


def test_a_withdrawal_counts_the_letters_it_stops_and_wants_a_reason(desk: Desk) -> None:
    desk.publish()
    begun(desk)
    client = own(desk)
    assert "Une lettre commencée s’arrêtera" in see(client, "retirer").words
    page = post(client, "retirer", reason=" ")
    assert page.response.status_code == 400
    assert "Dites pourquoi" in " ".join(page.errors)


def test_what_is_not_published_is_not_withdrawn(desk: Desk) -> None:
    assert see(own(desk), "retirer").response.headers["Location"] == HERE


@pytest.mark.parametrize("page", PAGES)
def test_another_association_finds_nothing_and_a_stranger_signs_in(desk: Desk, page: str) -> None:
    desk.submit()
    Desk(desk.app, "nimes", "Parents de Nîmes")
    assert desk.cast.signed_in(Role.ADMINISTRATOR, "nimes").get(f"{HERE}/{page}").status_code == 404
    assert desk.app.test_client().get(f"{HERE}/{page}").status_code == 303


@pytest.mark.parametrize("page", PAGES[:4])
def test_a_volunteer_reads_and_decides_nothing(desk: Desk, page: str) -> None:
    client = desk.cast.signed_in(Role.VOLUNTEER)
    assert client.get(f"{HERE}/{page}").status_code == 403
    assert client.get(f"{HERE}/versions/1").status_code == 200
