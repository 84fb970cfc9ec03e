"""From the home page to the PDF in hand, as three families do it, with and without script, on a phone and on a desk."""

import re
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from app.services.library import library
from tests.delivery.reading import page_texts, pdf_text, squeeze
from tests.journeys.conftest import MakeVisitor
from tests.journeys.way import Parent, sample, typed

DEVICES = [
    pytest.param("phone", True, False, id="phone-script"),
    pytest.param("desk", True, True, id="desk-script-night"),
    pytest.param("phone", False, True, id="phone-no-script-night"),
    pytest.param("desk", False, False, id="desk-no-script"),
]
GENERAL = "Je suis contre le fichage des enfants. "


@pytest.mark.parametrize(("screen", "has_script", "is_night"), DEVICES)
def test_two_parents_ask_to_see_two_files_of_two_children(
    make_visitor: MakeVisitor, tmp_path: Path, screen: str, has_script: bool, is_night: bool
) -> None:
    answers = sample("acces", "lsu-pronote-deux-enfants")
    visitor = make_visitor(screen=screen, has_script=has_script, is_night=is_night)
    parent = Parent(visitor, answers, "acces")
    parent.begin("Voir ce que l’école sait de mon enfant")
    parent.walk_to("verifier")
    assert parent.seen.count("autres-enfants") == 2
    assert "cosignataire" in parent.seen
    parent.seal()
    assert_letter_holds(parent, tmp_path, most_pages=2)


@pytest.mark.parametrize(("screen", "has_script", "is_night"), DEVICES)
def test_a_mother_refuses_the_livret_and_is_told_that_a_general_reason_is_weak(
    make_visitor: MakeVisitor, tmp_path: Path, screen: str, has_script: bool, is_night: bool
) -> None:
    answers = sample("opposition", "refus-lsu-2017")
    visitor = make_visitor(screen=screen, has_script=has_script, is_night=is_night)
    parent = Parent(visitor, answers, "opposition")
    parent.begin("Refuser qu’un fichier contienne les données de mon enfant")
    parent.walk_to("question-situation")
    first = deepcopy(answers)
    first["reponses"]["situation"] = GENERAL + answers["reponses"]["situation"]
    Parent(visitor, first).answer()
    parent.look("raison-generale")
    assert parent.step == "question-situation"
    warning = visitor.page.locator("#attention")
    assert "Vous pouvez garder cette phrase" in warning.inner_text()
    written = visitor.page.locator("textarea").input_value()
    assert squeeze(GENERAL + answers["reponses"]["situation"]) == squeeze(written)
    parent.walk_to("verifier")
    parent.seal()
    assert_letter_holds(parent, tmp_path, most_pages=3)


@pytest.mark.parametrize(("screen", "has_script", "is_night"), DEVICES)
def test_an_association_asks_its_questions_without_naming_a_child(
    make_visitor: MakeVisitor, tmp_path: Path, screen: str, has_script: bool, is_night: bool
) -> None:
    answers = sample("questionnaire", "lpc-pronote-2010")
    visitor = make_visitor(screen=screen, has_script=has_script, is_night=is_night)
    parent = Parent(visitor, answers, "questions")
    parent.begin("Poser des questions à l’établissement")
    parent.walk_to("verifier")
    assert "fichiers" not in parent.seen
    parent.seal()
    assert_letter_holds(parent, tmp_path, most_pages=6)


@pytest.mark.parametrize(
    ("letter_id", "name"),
    [
        ("rectification", "adresse-mere-ecole"),
        ("consentement", "photos-ecole-mere"),
        ("compte-numerique", "carnet-correspondance-2015"),
        ("acces", "lycee-mandat"),
        ("acces", "lycee-eleve-majeur"),
    ],
)
def test_every_other_letter_is_walked_once_on_a_phone_without_script(
    make_visitor: MakeVisitor, tmp_path: Path, letter_id: str, name: str
) -> None:
    letter = library().letters.lookup(letter_id)
    parent = Parent(make_visitor(screen="phone", has_script=False), sample(letter_id, name), letter_id)
    parent.begin(letter.door)
    parent.walk_to("verifier")
    parent.seal()
    assert_letter_holds(parent, tmp_path, most_pages=letter.max_pages)


def assert_letter_holds(parent: Parent, folder: Path, most_pages: int) -> None:
    """The files of the finished letter: every word that was typed, one typeface, the pages announced."""
    page = parent.visitor.page
    announced = page.locator("main .actions").first.inner_text()
    pdf = parent.download("Télécharger la lettre", folder)
    assert re.fullmatch(r"lettre-[a-z-]+-CD-\d\d-[0-9A-Z]{6}\.pdf", pdf.name)
    content = pdf.read_bytes()
    count = len(page_texts(content))
    assert 1 <= count <= most_pages
    assert ("une page" if count == 1 else f"{count} pages") in announced
    assert_words_in(parent.answers, pdf_text(content))
    fonts = subprocess.run(["pdffonts", pdf], capture_output=True, check=True, text=True, timeout=20).stdout
    names = [line.split()[0] for line in fonts.splitlines()[2:]]
    assert names
    assert [name for name in names if not re.match(r"[A-Z]{6}\+Source-?Serif", name)] == []
    text = parent.download("texte, pour la coller dans un message", folder).read_text(encoding="utf-8")
    assert_words_in(parent.answers, squeeze(text))
    assert parent.download("DOCX", folder).read_bytes()[:2] == b"PK"


def assert_words_in(answers: dict[str, Any], text: str) -> None:
    """Each thing a parent typed stands in the letter; a town may stand in capitals, a typist's full stop may go, and
    a hyphen at the end of a line is no hyphen for who reads a PDF."""
    asked = {key: value for key, value in answers.items() if key not in ("fichiers", "carnet")}
    asked["etablissement"] = {key: value for key, value in asked["etablissement"].items() if key != "direction"}
    lowered = text.casefold().replace("-", "")
    missing = [words for words in typed(asked) if _bare(words) not in lowered]
    assert missing == []


def _bare(words: str) -> str:
    return squeeze(words).casefold().replace("-", "").rstrip(".?")
