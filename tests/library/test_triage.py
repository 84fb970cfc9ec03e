"""The questions that lead to a letter: every way ends, and a way that does not is refused with its line."""

from pathlib import Path

import pytest

from app.domain.errors import LibraryFault, UnknownReference
from app.domain.triage import Triage, TriageQuestion
from app.library.triage import load_triage
from app.services.library import FOLDER, library

GOOD = """first = "a"
[[question]]
id = "a"
text = "Quoi ?"
[[question.option]]
id = "x"
text = "Ceci"
next = "b"
[[question]]
id = "b"
text = "Et puis ?"
[[question.option]]
id = "y"
text = "Cela"
letter = "acces"
why = "Parce que."
"""


def load(folder: Path, text: str) -> Triage:
    """The triage of this text, with the letters of the house."""
    (folder / "triage.toml").write_text(text, encoding="utf-8")
    return load_triage(folder, library().letters)


def ends(triage: Triage, question: TriageQuestion) -> set[str]:
    """The letters that a question may lead to."""
    found = set()
    for option in question.options:
        found |= {option.letter} if option.letter else ends(triage, triage.question(option.next))
    return found


def test_every_way_of_the_house_ends_at_a_letter_and_every_first_letter_may_be_proposed() -> None:
    triage = load_triage(FOLDER, library().letters)
    assert ends(triage, triage.question(triage.first)) == {letter.id for letter in library().letters.first_letters}


def test_no_question_of_the_house_is_out_of_reach() -> None:
    triage = library().triage
    reached = {triage.first} | {option.next for question in triage for option in question.options if option.next}
    assert {question.id for question in triage} == reached


def test_a_question_that_does_not_exist_is_said() -> None:
    with pytest.raises(UnknownReference, match="depuis le début"):
        library().triage.question("nulle-part")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('next = "b"', 'next = "a"', "ne vient pas après"),
        ('next = "b"', 'next = "z"', "ne vient pas après"),
        ('next = "b"', "", "mène à une question, ou à une lettre"),
        ('why = "Parce que."', "", "en disant pourquoi"),
        ('letter = "acces"', 'letter = "inconnue"', "n’existe pas"),
        ('first = "a"', 'first = "z"', "n’existe pas"),
        ('letter = "acces"', 'letter = "relance"', "en suit une autre"),
        ('text = "Cela"', 'text = "Cela"\nextra = 1', "inconnue"),
    ],
)
def test_a_way_that_leads_nowhere_is_refused_with_its_file_and_line(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert load(tmp_path, GOOD).first == "a"
    with pytest.raises(LibraryFault, match=words) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert caught.value.path.endswith("triage.toml")
    assert caught.value.line >= 1
