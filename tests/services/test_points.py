"""The points of a letter: what it asks for, one thing at a time, in words that fit a list."""

import re

import pytest

from app.domain.letters import LetterTemplate
from app.services.composing import points_of
from app.services.library import library
from app.services.samples import AnswersFile, samples_of
from tests.domain.answering import ON

SAMPLES = [
    (letter, sample) for letter in library().letters.first_letters for sample in samples_of(letter, library().folder)
]
NAMES = [f"{letter.id}-{sample.path.stem}" for letter, sample in SAMPLES]


def points(letter: LetterTemplate, sample: AnswersFile) -> dict[str, str]:
    return {point.id: point.text for point in points_of(library(), letter, sample.answers, sample.on or ON)}


def of(name: str) -> dict[str, str]:
    return points(*SAMPLES[NAMES.index(name)])


@pytest.mark.parametrize(("letter", "sample"), SAMPLES, ids=NAMES)
def test_each_letter_asks_for_something_in_words_that_fit_a_list(letter: LetterTemplate, sample: AnswersFile) -> None:
    found = points_of(library(), letter, sample.answers, sample.on or ON)
    assert found
    assert len({point.id for point in found}) == len(found)
    for point in found:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", point.id)
        assert point.text[0].islower()
        assert not point.text.endswith((".", ";", ","))
        assert "  " not in point.text


@pytest.mark.parametrize(("letter", "sample"), SAMPLES, ids=NAMES)
def test_the_points_speak_to_nobody(letter: LetterTemplate, sample: AnswersFile) -> None:
    if letter.id == "questionnaire":
        return  # its own questions are the parent's words
    words = set(re.findall(r"\w+", " ".join(points(letter, sample).values()).lower()))
    assert words.isdisjoint({"je", "nous", "vous", "mon", "ma", "mes", "notre", "votre", "vos", "nos"})


def test_each_correction_and_each_question_is_a_point_of_its_own() -> None:
    wrong = of("rectification-adresse-mere-ecole")
    assert wrong["correction-1"] == "la correction de la donnée «\u202fAdresse de l’enfant\u202f»"
    assert "correction-2" in wrong
    assert "declaration" not in wrong
    asked = of("questionnaire-lycee-eleve-majeur")
    assert list(asked) == [
        "question-sante", "question-analyses-impact", "question-services-en-ligne", "question-deliberations", "libre-1",
    ]  # fmt: skip
    assert asked["question-sante"].startswith("question 1\u00a0: ")


def test_a_file_that_is_no_longer_used_adds_its_own_point() -> None:
    assert [name for name in of("acces-fichiers-disparus-pere") if name.startswith("disparu")] == [
        "disparu-be1d", "disparu-lpc",
    ]  # fmt: skip
    assert not [name for name in of("acces-lsu-pronote-deux-enfants") if name.startswith("disparu")]


def test_what_was_not_asked_is_no_point() -> None:
    assert "recherche" in of("acces-onde-mere-ecole")
    assert "recherche" not in of("acces-siecle-pere-deux-enfants")
    retired, opposed = of("opposition-base-eleves-disparue"), of("opposition-lpi-mandat")
    assert set(retired).isdisjoint(opposed)
    assert {"partage", "duree"} <= set(opposed)
    assert "authentification" not in opposed
