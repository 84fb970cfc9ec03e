"""French grammar and typography, one rule a test."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.french import (
    Gender,
    UnsettledGender,
    a_,
    agree,
    choose,
    de,
    definite,
    enumerate_words,
    is_elided_before,
    number_word,
    of_person,
    ordinal,
    possessive,
    que,
    typeset,
    written_date,
)

NBSP, NNBSP = "\u00a0", "\u202f"


def test_the_first_of_a_month_is_written_1er_with_no_break_spaces() -> None:
    assert written_date(date(2026, 12, 1)) == f"1er{NBSP}décembre{NBSP}2026"
    assert written_date(date(2026, 8, 21), weekday=True) == f"vendredi 21{NBSP}août{NBSP}2026"


def test_words_are_enumerated_with_a_last_et() -> None:
    assert [enumerate_words(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a et b",
        "a, b et c",
    ]


@pytest.mark.parametrize(
    ("text", "of_it", "to_it"),
    [
        ("Alès", "d’Alès", "à Alès"),
        ("le collège Jean-Moulin", "du collège Jean-Moulin", "au collège Jean-Moulin"),
        ("les écoles", "des écoles", "aux écoles"),
        ("la mairie", "de la mairie", "à la mairie"),
        ("l'école", "de l’école", "à l’école"),
        ("Le Havre", "du Havre", "au Havre"),
        ("Les Ulis", "des Ulis", "aux Ulis"),
        ("La Rochelle", "de La Rochelle", "à La Rochelle"),
        ("L’Haÿ-les-Roses", "de L’Haÿ-les-Roses", "à L’Haÿ-les-Roses"),
        ("Lens", "de Lens", "à Lens"),
        ("le lycée Henri-IV", "du lycée Henri-IV", "au lycée Henri-IV"),
        ("Évreux", "d’Évreux", "à Évreux"),
    ],
)
def test_de_and_a_elide_and_contract(text: str, of_it: str, to_it: str) -> None:
    assert de(text) == of_it
    assert a_(text) == to_it


@pytest.mark.parametrize(
    "word", ["ENT", "ONDE", "hôpital", "Yvetot", "Yonne", "Œuilly", "Henri", "« école »", "E\u0301vreux"]
)
def test_these_words_call_for_elision(word: str) -> None:
    assert is_elided_before(word)


@pytest.mark.parametrize(
    "word", ["LSU", "HLM", "handicap", "Honfleur", "Yann", "onze ans", "11 ans", "oui", "", "…", "8"]
)
def test_these_words_refuse_elision(word: str) -> None:
    assert not is_elided_before(word)


def test_an_article_follows_the_sound_of_an_acronym() -> None:
    assert [
        definite("ENT"),
        definite("LSU"),
        definite("école", feminine=True),
        definite("CNIL", feminine=True),
    ] == [
        "l’ENT",
        "le LSU",
        "l’école",
        "la CNIL",
    ]
    assert [que("il"), que("le collège"), que("Anne")] == ["qu’il", "que le collège", "qu’Anne"]


def test_a_family_name_never_contracts() -> None:
    assert of_person("Le Gall") == "de Le Gall"
    assert of_person("Anne Durand") == "d’Anne Durand"


def test_possessives_agree_with_owner_number_and_sound() -> None:
    assert possessive("fille", feminine=True, plural=False, owners_are_plural=False) == "ma fille"
    assert possessive("école", feminine=True, plural=False, owners_are_plural=False) == "mon école"
    assert possessive("fille", feminine=True, plural=False, owners_are_plural=True) == "notre fille"
    assert possessive("enfants", feminine=False, plural=True, owners_are_plural=True) == "nos enfants"


def test_numbers_are_written_in_letters_up_to_twenty_three() -> None:
    assert [
        number_word(1, feminine=True),
        number_word(21, feminine=True),
        number_word(23),
        number_word(24),
    ] == [
        "une",
        "vingt et une",
        "vingt-trois",
        "24",
    ]
    assert [ordinal(n) for n in (1, 2, 4, 5, 9, 21, 24)] == [
        "premier", "deuxième", "quatrième", "cinquième", "neuvième", "vingt et unième", "24e",
    ]  # fmt: skip
    assert ordinal(1, feminine=True) == "première"
    with pytest.raises(ValueError, match="starts at one"):
        ordinal(0)


@pytest.mark.parametrize(
    ("word", "feminine", "masculine_plural"),
    [
        ("informé", "informée", "informés"),
        ("premier", "première", "premiers"),
        ("opposé", "opposée", "opposés"),
        ("inscrit", "inscrite", "inscrits"),
        ("titulaire", "titulaire", "titulaires"),
        ("attentif", "attentive", "attentifs"),
        ("majeur", "majeure", "majeurs"),
        ("légal", "légale", "légaux"),
        ("surpris", "surprise", "surpris"),
        ("directeur", "directrice", "directeurs"),
    ],
)
def test_a_participle_agrees(word: str, feminine: str, masculine_plural: str) -> None:
    assert agree(word, Gender.F) == feminine
    assert agree(word, Gender.F, plural=True) == f"{feminine}s"
    assert agree(word, Gender.M, plural=True) == masculine_plural


def test_an_unknown_gender_is_never_written_as_masculine_unless_asked() -> None:
    with pytest.raises(UnsettledGender, match="informé"):
        agree("informé", Gender.N)
    assert agree("informé", Gender.N, plural=True, neutral_as=Gender.M) == "informés"
    assert agree("titulaire", Gender.N, plural=True) == "titulaires"
    with pytest.raises(UnsettledGender):
        choose("né|née|nés|nées", Gender.N, plural=False)


def test_choose_reads_two_three_four_or_six_forms() -> None:
    assert choose("demande|demandent", Gender.N, plural=True) == "demandent"
    assert choose("le père|la mère|le parent", Gender.N, plural=False) == "le parent"
    assert choose("né|née|nés|nées", Gender.F, plural=True) == "nées"
    assert choose("fils|fille|fils|filles|enfant|enfants", Gender.N, plural=True) == "enfants"
    for wrong in ("seul", "a|b|c|d|e"):
        with pytest.raises(ValueError, match="forms are needed"):
            choose(wrong, Gender.F, plural=False)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Pourquoi ?", f"Pourquoi{NNBSP}?"),
        ("Pourquoi?!", f"Pourquoi{NNBSP}?!"),
        ("Objet : accès", f"Objet{NBSP}: accès"),
        ("« LSU »", f"«{NNBSP}LSU{NNBSP}»"),
        ("«LSU»;", f"«{NNBSP}LSU{NNBSP}»{NNBSP};"),
        ("l'école d'Alès", "l’école d’Alès"),
        ("l'article 21, § 1", f"l’article{NBSP}21, §{NBSP}1"),
        ("articles L. 311-1", f"articles{NBSP}L.{NBSP}311-1"),
        ("loi n°78-17", f"loi n°{NBSP}78-17"),
        ("le 1er décembre 2026.", f"le 1er{NBSP}décembre{NBSP}2026."),
        ("un trait\u2011union", "un trait-union"),
        ("à 10:30, (?) et [!]", "à 10:30, (?) et [!]"),
        ("Voir https://exemple.fr/a?b=1;c:d !", f"Voir https://exemple.fr/a?b=1;c:d{NNBSP}!"),
        ("«https://exemple.fr/l'an»", f"«{NNBSP}https://exemple.fr/l'an{NNBSP}»"),
        ("o'neil@exemple.fr : oui", f"o'neil@exemple.fr{NBSP}: oui"),
        ("Durand &amp; fils", "Durand &amp; fils"),
        ("20 % de M. Durand", f"20{NBSP}% de M.{NBSP}Durand"),
        ("", ""),
    ],
)
def test_typeset_writes_french_spaces(typed: str, printed: str) -> None:
    assert typeset(typed) == printed


_PIECES = st.sampled_from(
    [*" \n\t;:?!«»'()[]&@%", NBSP, NNBSP, "\u2011", "\ufffc", "n°", "§",
     "article ", "L. 3", "1er mars 2026", "://", "a", "7", "É",
     "www.", "&amp;", "M. "]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=25).map("".join) | st.text(max_size=40))
def test_typeset_twice_is_typeset_once(text: str) -> None:
    once = typeset(text)
    assert typeset(once) == once
    assert "\u2011" not in once or "://" in text or "@" in text or "www." in text or "\ufffc" in text


@given(st.text(max_size=60))
def test_typeset_changes_only_spaces_apostrophes_and_hyphens(text: str) -> None:
    def bare(value: str) -> str:
        kept = "".join(letter for letter in value if letter not in " \t\u00a0\u2009\u202f")
        return kept.replace("'", "’").replace("\u2011", "-").replace("\u2010", "-").replace("º", "°")

    assert bare(typeset(text)) == bare(text)


@given(st.text(min_size=1, max_size=30))
def test_elision_only_ever_chooses_between_two_spellings(text: str) -> None:
    assert of_person(text) in (f"d’{text}", f"de {text}")


@pytest.mark.parametrize("seed", ["a'", "«", "; ", " ", "&amp", "@", "1er ", "n°", "?", "article "])
def test_typeset_settles_a_hundred_kilobytes(seed: str) -> None:
    text = typeset(seed * (10_000 // len(seed)))
    assert typeset(text) == text
