"""Greetings, closings and the way through the head of school."""

import pytest

from app.domain.courtesy import Intermediary, closing, envelope_line, salutation, under_cover
from app.domain.french import Gender
from app.domain.offices import Office

# They run no school: nobody writes through them.
OUTSIDE = frozenset({Office.CNIL, Office.CADA, Office.MEDIATEUR, Office.DEFENSEUR})


@pytest.mark.parametrize("office", list(Office))
@pytest.mark.parametrize("gender", list(Gender))
def test_every_office_has_a_greeting_that_agrees(office: Office, gender: Gender) -> None:
    greeting = salutation(office, gender)
    start = {Gender.M: "Monsieur l", Gender.F: "Madame l", Gender.N: "Madame, Monsieur,"}[gender]
    assert greeting.startswith(start)
    assert greeting.endswith(",")
    assert f"d’agréer, {greeting} l’expression" in closing(office, gender, signatories_are_plural=True)


@pytest.mark.parametrize("office", [office for office in Office if office not in OUTSIDE])
@pytest.mark.parametrize("gender", list(Gender))
def test_every_office_one_writes_through_has_an_envelope_line_that_holds(office: Office, gender: Gender) -> None:
    line = envelope_line(office, gender)
    assert line.startswith(("s/c de ", "s/c du ", "s/c de l’"))
    assert len(line) <= 38


def test_the_closing_agrees_with_je_or_nous() -> None:
    assert closing(Office.PRINCIPAL, Gender.F, signatories_are_plural=False) == (
        "Je vous prie d’agréer, Madame la principale, l’expression de ma considération distinguée."
    )
    assert closing(Office.DASEN, Gender.N, signatories_are_plural=True) == (
        "Nous vous prions d’agréer, Madame, Monsieur, l’expression de notre considération distinguée."
    )


def test_a_minister_is_owed_a_high_consideration() -> None:
    assert "ma haute considération" in closing(Office.MINISTRE, Gender.M, signatories_are_plural=False)
    assert "notre haute considération" in closing(Office.RECTEUR, Gender.F, signatories_are_plural=True)


def test_sous_couvert_names_the_school_and_the_inspection() -> None:
    through = (
        Intermediary(Office.DIRECTEUR_ECOLE, Gender.F, "école élémentaire des Tilleuls"),
        Intermediary(Office.IEN, Gender.M, "circonscription d’Alès 1"),
    )
    assert under_cover(through) == (
        "sous couvert de Madame la directrice de l’école élémentaire des Tilleuls "
        "et de Monsieur l’inspecteur de l’éducation nationale, circonscription d’Alès 1"
    )
    assert under_cover(()) == ""


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (
            Intermediary(Office.PRINCIPAL, Gender.N, "collège Jean-Moulin"),
            "de la direction du collège Jean-Moulin",
        ),
        (
            Intermediary(Office.DIRECTEUR_ECOLE, Gender.M, "Les Tilleuls"),
            "de Monsieur le directeur de l’école Les Tilleuls",
        ),
        (Intermediary(Office.IEN, Gender.F), "de Madame l’inspectrice de l’éducation nationale"),
        (Intermediary(Office.MAIRE, Gender.M), "de Monsieur le maire"),
        (Intermediary(Office.MINISTRE), "du ministère chargé de l’éducation nationale"),
    ],
)
def test_an_intermediary_is_named_with_or_without_its_school(one: Intermediary, words: str) -> None:
    assert under_cover((one,)) == f"sous couvert {words}"
