"""The procedures as data: those of the house can be read, and each mistake is told with its place."""

from pathlib import Path

import pytest

from app.domain.dossier.clocks import Ground
from app.domain.errors import LibraryFault
from app.library.procedures import load_procedures
from app.services.library import library
from config import ROOT

HOME = ROOT / "letters" / "procedures"
LAW = {record.id for record in library().law}
LETTERS = {letter.id for letter in library().letters}


def test_the_house_holds_one_ladder_for_each_ground_and_every_follow_up_letter_stands_on_one() -> None:
    book = library().procedures
    assert {procedure.ground for procedure in book} == set(Ground)
    offered = {step.letter for procedure in book for step in procedure.steps if step.letter}
    assert offered == {letter.id for letter in library().letters if letter.kind == "suite"}


def test_what_is_unsettled_is_said_to_be() -> None:
    steps = {step.id: step for step in library().procedures.of(Ground.DATA).steps}
    assert not steps["tribunal-silence"].is_certain
    assert "tranchée" in steps["tribunal-silence"].note


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ('opens = ["lendemain-echeance"]', 'opens = ["bientot"]', "bientot"),
        ('refs = ["rgpd-77", ', 'refs = ["rgpd-7777", ', "rgpd-7777"),
        ('letter = "relance"', 'letter = "sommation"', "sommation"),
        ('id = "relance"', 'id = "cnil"', "deux fois"),
        ('id = "data-rights"', 'id = "droits"', "nom du fichier"),
        ('ground = "donnees"', 'ground = "documents"', "une seule"),
        ("order = 5", "order = 5\nhaste = true", "haste"),
        ('note = "Deux lectures', "#", "certain"),
    ],
)
def test_a_mistake_is_refused_with_its_file(tmp_path: Path, before: str, after: str, reason: str) -> None:
    for file in HOME.glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        (tmp_path / file.name).write_text(
            text.replace(before, after, 1) if file.stem == "data-rights" else text, encoding="utf-8"
        )
    assert before in (HOME / "data-rights.toml").read_text(encoding="utf-8")
    with pytest.raises(LibraryFault, match=reason) as refused:
        load_procedures(tmp_path, LAW, LETTERS)
    assert refused.value.path.startswith("letters/procedures")
