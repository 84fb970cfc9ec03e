"""A stranger writes an association's letter from its public page to its seal, and follows it like any other."""

from typing import Any

import pytest
from flask import Flask

from app.domain.deadlines import Channel
from app.domain.dossier.events import Event, EventKind
from app.services.dossier_events import record_event
from app.services.dossier_letters import start_next_letter
from app.services.dossiers import follow_letter, open_dossier
from app.services.drafts import begin_draft, open_draft
from app.services.packs.offered import offered_letter
from app.services.packs.publishing import DraftChoice, publish, withdraw
from app.services.sealing import letter_file, open_letter
from app.web.holder import hash_of
from tests.running_house import QuickPool
from tests.services.association_letters import Desk, quicken
from tests.services.dossier_rows import TODAY
from tests.services.test_letters_in_progress import ready, with_question
from tests.web.walking import FILES, TOKEN, Sheet, Walker

HERE = "/associations/ales/lettres/acces-cantine"
SLUG = "acces-cantine"


class Stranger(Walker):
    """Somebody who comes from the page of an association."""

    def __init__(self, app: Flask, start: str = HERE) -> None:
        super().__init__(app, "acces")
        self.start = start
        self.client.set_cookie("carnet", TOKEN)
        self.answers["fichiers"] = FILES["acces"]

    def begin(self) -> str:
        """Begin the letter; returns the draft's id."""
        answer = self.client.post(self.start, data={"csrf_token": self.get(self.start).token})
        assert answer.status_code == 303
        _, _, self.draft_id, step = answer.headers["Location"].split("/")
        self.first = step
        return self.draft_id


@pytest.fixture
def desk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Desk:
    quicken(monkeypatch)
    made = Desk(app)
    made.begin()
    made.publish()
    return made


@pytest.fixture
def stranger(desk: Desk) -> Stranger:
    return Stranger(desk.app)


def page_of(desk: Desk, path: str = HERE) -> Sheet:
    return Stranger(desk.app).get(path)


def test_the_page_says_who_wrote_the_letter_and_what_was_checked(desk: Desk) -> None:
    page = page_of(desk)
    assert page.heading == "Voir ce que l’école sait de mon enfant"
    assert "Modèle écrit par Parents d’Alès, relu par une seconde personne" in page.words
    assert "Le carnet vérifie les textes de loi cités, pas l’opportunité" in page.words


@pytest.mark.parametrize(
    "path",
    ["/associations/inconnue/lettres/acces-cantine", "/associations/ales/lettres/inconnue", f"{HERE}~x", f"{HERE}%00"],
)
def test_a_letter_that_nobody_offers_is_not_found(desk: Desk, path: str) -> None:
    answer = desk.app.test_client().get(path)
    assert answer.status_code == 404


def test_a_letter_that_is_only_written_is_not_offered(desk: Desk) -> None:
    desk.begin("", "vierge", "Une lettre")
    assert page_of(desk, "/associations/ales/lettres/vierge").response.status_code == 404


def test_a_stranger_walks_the_whole_wizard_and_seals_the_letter(
    desk: Desk, stranger: Stranger, quick_pdf: QuickPool
) -> None:
    stranger.walk()
    assert "Lettre : « Accès cantine »" in stranger.open("verifier").words
    assert "Modèle de lettre proposé par Parents d’Alès." in stranger.read().words
    letter_id = stranger.finish()
    key = offered_letter(desk.house, "ales", SLUG).key
    letter = open_letter(desk.house, hash_of(TOKEN), letter_id)
    assert (letter.template_id, letter.template_version) == (key, "1")
    assert stranger.get(f"/lettre/{letter_id}").response.status_code == 200
    assert "~" not in letter.file_stem
    for output in ("docx", "txt", "html"):
        assert letter_file(desk.house, hash_of(TOKEN), letter_id, output)[1]
    assert letter_id in stranger.get("/reprendre").text


def test_the_pdf_of_an_association_letter_is_made_like_any_other(desk: Desk, stranger: Stranger) -> None:
    stranger.walk()
    letter_id = stranger.finish()
    answer = stranger.client.get(f"/lettre/{letter_id}/lettre.pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    assert "acces-cantine" in answer.headers["Content-Disposition"]


def test_the_first_page_leads_back_to_the_page_of_the_association(stranger: Stranger) -> None:
    stranger.begin()
    page = stranger.open("niveau")
    back = next(one.get("href") for one in page.root.iter("a") if "Retour" in "".join(one.itertext()))
    answer = stranger.client.get(back)
    assert answer.headers["Location"] == HERE


def test_a_sealed_letter_is_followed_and_answered_like_any_other(
    desk: Desk, stranger: Stranger, quick_pdf: QuickPool
) -> None:
    stranger.walk()
    holder = hash_of(TOKEN)
    dossier_id = follow_letter(desk.house, holder, stranger.finish()).dossier_id
    dossier = open_dossier(desk.house, holder, dossier_id)
    assert dossier.record.title.startswith("Droit d’accès")
    assert len(dossier.record.points) > 8
    page = stranger.get(f"/dossier/{dossier_id}")
    assert page.response.status_code == 200
    assert "Relire la lettre" in page.words
    record_event(desk.house, holder, dossier_id, Event(EventKind.SENT, TODAY, Channel.RECOMMANDE))
    assert "Envoyée le" in stranger.get(f"/dossier/{dossier_id}").words
    for page in ("noter", "pieces", "rappels", "donnees", "lien", "agenda.ics", "donnees/archive.zip"):
        assert stranger.client.get(f"/dossier/{dossier_id}/{page}").status_code == 200, page
    next_id = start_next_letter(desk.house, holder, dossier_id, "relance")
    assert open_draft(desk.house, holder, next_id).template.id == "relance"


def test_what_a_campaign_answered_is_shown_answered_and_can_be_changed(desk: Desk, stranger: Stranger) -> None:
    school = {"niveau": "college", "secteur": "public", "nom": "collège Jean-Moulin", "adresse": ADDRESS}
    given = {"etablissement": school, "fichiers": ["siecle"], "reponses": {"format": "fichier", "motif": "non"}}
    key = offered_letter(desk.house, "ales", SLUG).key
    stranger.draft_id = begin_draft(desk.house, hash_of(TOKEN), key, given)
    draft = open_draft(desk.house, hash_of(TOKEN), stranger.draft_id)
    assert draft.answers["etablissement"] == school
    assert draft.way.expected == "savoir"
    answered = [step.id for step in draft.way.steps if step.is_known]
    assert answered == ["niveau", "secteur", "fichiers", "question-format", "etablissement"]
    assert "motif" not in draft.answers["reponses"]
    page = stranger.open("niveau")
    assert page.typed["etablissement-niveau"] == ["college"]
    sent = stranger.send("niveau", {"etablissement-niveau": "lycee"}, page.token)
    assert sent.response.status_code in (200, 303)


ADDRESS: dict[str, Any] = {"voie": "1 rue du Port", "code_postal": "30100", "commune": "Alès"}


def test_a_campaign_that_says_nonsense_stops_no_family(desk: Desk, stranger: Stranger) -> None:
    given = {"etablissement": {"niveau": "fac", "secteur": 3}, "fichiers": "lsu", "reponses": [1], "signataires": [{}]}
    key = offered_letter(desk.house, "ales", SLUG).key
    stranger.draft_id = begin_draft(desk.house, hash_of(TOKEN), key, given)
    draft = open_draft(desk.house, hash_of(TOKEN), stranger.draft_id)
    assert set(draft.answers) == {"carnet"}
    assert stranger.open("niveau").response.status_code == 200


def test_who_is_writing_a_letter_that_is_withdrawn_is_told_and_keeps_their_answers(
    desk: Desk, stranger: Stranger, quick_pdf: QuickPool
) -> None:
    stranger.walk()
    stranger.read()
    withdraw(desk.house, desk.editor, SLUG, "L’article a changé.", desk.now().version)
    for step in ("niveau", "lettre", "mise-en-page"):
        assert stranger.open(step).response.headers["Location"] == stranger.at("verifier")
    page = stranger.open("verifier")
    assert "Cette lettre a été retirée" in page.words
    assert "« L’article a changé. »" in page.words
    assert "Lou Durand" in page.words
    assert "Lire la lettre" not in page.words
    for step in ("niveau", "finir", "verifier"):
        answer = stranger.client.post(stranger.at(step), data={"csrf_token": stranger.get("/lettres/acces").token})
        assert answer.headers["Location"] == stranger.at("verifier")
    assert page_of(desk).response.status_code == 404
    assert "L’article a changé" in page_of(desk).words


def test_who_had_only_begun_a_letter_that_is_withdrawn_is_told_too(desk: Desk, stranger: Stranger) -> None:
    stranger.begin()
    withdraw(desk.house, desk.editor, SLUG, "L’article a changé.", desk.now().version)
    assert stranger.open("niveau").response.headers["Location"] == stranger.at("verifier")
    assert "Cette lettre a été retirée" in stranger.open("verifier").words
    assert stranger.open("effacer").response.status_code == 200


def test_who_is_carried_to_a_new_version_is_told_what_to_answer_again(desk: Desk, stranger: Stranger) -> None:
    stranger.walk()
    ready(desk, with_question(desk.source()), motif="curiosité")
    publish(desk.house, desk.editor, SLUG, desk.now().version, DraftChoice.MOVE)
    assert stranger.open("verifier").response.headers["Location"] == stranger.at("question-motif")
    page = stranger.open("question-motif")
    stranger.send("question-motif", {"reponses-motif": "un oubli"}, page.token)
    page = stranger.open("verifier")
    assert "La lettre a changé de version" in page.words
    assert "Ma raison : un oubli." in stranger.read().words


def test_a_family_keeps_the_version_it_began_with_while_another_is_published(
    desk: Desk, stranger: Stranger, quick_pdf: QuickPool
) -> None:
    stranger.walk()
    ready(desk, with_question(desk.source()), motif="curiosité")
    publish(desk.house, desk.editor, SLUG, desk.now().version, DraftChoice.KEEP)
    assert "a changé de version" not in stranger.open("verifier").words
    letter = open_letter(desk.house, hash_of(TOKEN), stranger.finish())
    assert letter.template_version == "1"
