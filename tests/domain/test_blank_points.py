"""The points of a letter filled by hand: what every copy asks is certain, what hangs on an answer is only offered."""

from dataclasses import replace

import pytest

from app.domain.blank_points import BlankPoint, blank_points
from app.domain.conditions import Condition
from app.domain.letters import AskedPoint, LetterTemplate
from app.services.library import library

TICKED = Condition((("reponses.etat", ("ouvert",)),))


def letter(*points: AskedPoint) -> LetterTemplate:
    return replace(library().letters.lookup("acces"), points=points)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("la copie", "la copie"),
        ("la copie{% if enfants.nombre > 1 %}, enfant par enfant{% endif %}", "la copie"),
        ("{% if reponses.complement %}la déclaration{% endif %}", ""),
        ("acte de ce {% if reponses.a %}retrait{% else %}refus{% endif %}", ""),
        ("la donnée « {{ reponses.nom }} »", ""),
        ("{% if a %}{% if b %}x{% endif %}{% endif %}la copie", ""),
    ],
)
def test_only_words_that_stand_by_themselves_are_points(text: str, said: str) -> None:
    expected = (BlankPoint("p", said, is_certain=True),) if said else ()
    assert blank_points(letter(AskedPoint("p", text))) == expected


def test_a_point_that_hangs_on_an_answer_is_only_offered() -> None:
    assert blank_points(letter(AskedPoint("p", "la date", when=TICKED))) == (BlankPoint("p", "la date", False),)


def test_the_items_of_a_list_nobody_typed_are_no_points() -> None:
    assert blank_points(letter(AskedPoint("p", "la correction de {{ ligne.donnee }}", each="erreurs"))) == ()


def test_the_questions_of_the_bank_are_offered_by_the_number_that_paper_shows() -> None:
    questionnaire = library().letters.lookup("questionnaire")
    points = blank_points(questionnaire)
    assert len(points) == len(questionnaire.questions)
    first = questionnaire.questions[0]
    assert points[0] == BlankPoint(f"question-{first.id}", f"question {first.number} : {first.label}", False)


@pytest.mark.parametrize("template", library().letters.first_letters, ids=lambda one: one.id)
def test_each_letter_of_the_house_offers_points_that_read(template: LetterTemplate) -> None:
    points = blank_points(template)
    assert points
    assert len({point.id for point in points}) == len(points)
    assert not [point for point in points if set("{}%") & set(point.text) or point.text.endswith((",", " "))]
