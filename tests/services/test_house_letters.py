"""The letters of the house with every file they accept and every answer missing: none may break on a family."""

from typing import Any

import pytest

from app.domain.answers import RefusedAnswers, accepts_file
from app.domain.document import Document
from app.domain.letters import FileCount
from app.services.composing import compose_letter
from app.services.library import library
from app.services.samples import AnswersFile, samples_of

LETTERS = [template.id for template in library().letters]


def draft(letter: str, sample: AnswersFile, **changes: Any) -> Document:
    """The letter of a sample with changes, as its draft would show it, sent without an envelope."""
    assert sample.on is not None
    raw = sample.answers | {"lettre": sample.answers["lettre"] | {"envoi": "courriel"}} | changes
    return compose_letter(library(), library().letters.lookup(letter), raw, sample.on, "CD-26-ESSAI", may_miss=True)


@pytest.mark.parametrize("letter", LETTERS)
def test_each_letter_can_be_written_about_each_file_it_accepts(letter: str) -> None:
    template = library().letters.lookup(letter)
    if template.files is FileCount.NONE:
        return
    written = 0
    for file in library().processings:
        if accepts_file(template, file):
            for sample in samples_of(template, library().folder):
                try:
                    written += bool(draft(letter, sample, fichiers=[file.id]).body)
                except RefusedAnswers:
                    continue  # these replies, or this age, do not go with that file: the wizard asks again
    assert written


@pytest.mark.parametrize("letter", LETTERS)
def test_each_letter_shows_as_a_draft_before_any_of_its_questions_is_answered(letter: str) -> None:
    template = library().letters.lookup(letter)
    for sample in samples_of(template, library().folder):
        document = draft(letter, sample, reponses={})
        asked = {gap.field.split(".")[1] for gap in document.gaps()}
        assert asked <= {field.id for field in template.fields}
        assert document.body


@pytest.mark.parametrize("letter", LETTERS)
def test_each_letter_numbers_its_grounds_from_one_and_calls_each_of_them(letter: str) -> None:
    template = library().letters.lookup(letter)
    for sample in samples_of(template, library().folder):
        document = draft(letter, sample)
        assert [ground.number for ground in document.grounds] == list(range(1, len(document.grounds) + 1))
        text = document.to_json()
        assert all(f'"law_id":"{ground.law_id}","node":"Citation"' in text for ground in document.grounds)
