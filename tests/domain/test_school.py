"""A school as a letter names it: the noun, the article, the head, whatever people type."""

import pytest

from app.domain.address import postal_address
from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.french import Gender, a_, de
from app.domain.offices import Office, Sector, Stage
from app.domain.school import School, school

ADDRESS = postal_address(field="a", street="1 rue A", postcode="30100", town="Alès")


def named(name: str, stage: Stage = Stage.COLLEGE, sector: Sector = Sector.PUBLIC) -> School:
    return school(name=name, stage=stage, sector=sector, address=ADDRESS)


@pytest.mark.parametrize(
    ("typed", "stage", "name", "with_article"),
    [
        ("Jean-Moulin", Stage.COLLEGE, "collège Jean-Moulin", "le collège Jean-Moulin"),
        ("collège Jean-Moulin", Stage.COLLEGE, "collège Jean-Moulin", "le collège Jean-Moulin"),
        ("Collège Jean-Moulin", Stage.COLLEGE, "collège Jean-Moulin", "le collège Jean-Moulin"),
        ("COLLEGE Jean-Moulin", Stage.COLLEGE, "collège Jean-Moulin", "le collège Jean-Moulin"),
        ("le collège Jean-Moulin", Stage.COLLEGE, "collège Jean-Moulin", "le collège Jean-Moulin"),
        ("La Fontaine", Stage.COLLEGE, "collège La Fontaine", "le collège La Fontaine"),
        ("Le Corbusier", Stage.LYCEE, "lycée Le Corbusier", "le lycée Le Corbusier"),
        ("Les Tilleuls", Stage.ELEMENTAIRE, "école Les Tilleuls", "l’école Les Tilleuls"),
        ("l'école des Tilleuls", Stage.ELEMENTAIRE, "école des Tilleuls", "l’école des Tilleuls"),
        ("Ecole primaire", Stage.ELEMENTAIRE, "école primaire", "l’école primaire"),
        ("des Lilas", Stage.MATERNELLE, "école maternelle des Lilas", "l’école maternelle des Lilas"),
        ("Maternelle des Lilas", Stage.MATERNELLE, "maternelle des Lilas", "la maternelle des Lilas"),
        ("Institution Saint-Joseph", Stage.LYCEE, "institution Saint-Joseph", "l’institution Saint-Joseph"),
        ("Cité scolaire Gambetta", Stage.LYCEE, "cité scolaire Gambetta", "la cité scolaire Gambetta"),
        ("LP Jules-Ferry", Stage.LYCEE, "LP Jules-Ferry", "le LP Jules-Ferry"),
        ("EREA Paul-Doumer", Stage.COLLEGE, "EREA Paul-Doumer", "l’EREA Paul-Doumer"),
        ("Groupe scolaire B", Stage.ELEMENTAIRE, "groupe scolaire B", "le groupe scolaire B"),
    ],
)
def test_a_school_is_a_noun_group_that_takes_its_article(
    typed: str, stage: Stage, name: str, with_article: str
) -> None:
    found = named(typed, stage)
    assert (found.name, found.named) == (name, with_article)


def test_the_article_contracts() -> None:
    assert de(named("Jean-Moulin").named) == "du collège Jean-Moulin"
    assert a_(named("Les Lilas", Stage.ELEMENTAIRE).named) == "à l’école Les Lilas"


@pytest.mark.parametrize(
    ("stage", "sector", "head"),
    [
        (Stage.MATERNELLE, Sector.PUBLIC, Office.DIRECTEUR_ECOLE),
        (Stage.ELEMENTAIRE, Sector.PUBLIC, Office.DIRECTEUR_ECOLE),
        (Stage.COLLEGE, Sector.PUBLIC, Office.PRINCIPAL),
        (Stage.LYCEE, Sector.PUBLIC, Office.PROVISEUR),
        (Stage.LYCEE, Sector.PRIVE, Office.CHEF_PRIVE),
    ],
)
def test_each_kind_of_school_has_its_head(stage: Stage, sector: Sector, head: Office) -> None:
    assert named("A", stage, sector).head is head


@pytest.mark.parametrize(
    ("stage", "sector", "words"),
    [
        (Stage.ELEMENTAIRE, Sector.PUBLIC, ("la directrice", "le directeur", "la direction")),
        (Stage.COLLEGE, Sector.PUBLIC, ("la principale", "le principal", "la direction")),
        (Stage.LYCEE, Sector.PUBLIC, ("la proviseure", "le proviseur", "la direction")),
        (Stage.LYCEE, Sector.PRIVE, ("la cheffe d’établissement", "le chef d’établissement", "la direction")),
    ],
)
def test_the_head_is_named_in_the_gender_known(stage: Stage, sector: Sector, words: tuple[str, str, str]) -> None:
    for gender, expected in zip((Gender.F, Gender.M, Gender.N), words, strict=True):
        found = school(name="A", stage=stage, sector=sector, address=ADDRESS, head_gender=gender)
        assert found.head_words == expected


@pytest.mark.parametrize("name", ["", "   "])
def test_a_school_without_a_name_is_a_missing_answer(name: str) -> None:
    with pytest.raises(MissingAnswer) as caught:
        named(name)
    assert caught.value.field == "etablissement.nom"


@pytest.mark.parametrize("name", ["<b>A</b>", "12 ?", "x" * 81, "a\ue000b"])
def test_a_name_that_cannot_be_printed_is_refused(name: str) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        named(name)
    assert caught.value.field == "etablissement.nom"
