"""The book of school files: lookup, search, successors, and who a record tells the family to write to."""

import pytest

from app.domain.errors import UnknownReference
from app.domain.offices import Office, Right, Sector, Stage
from app.domain.processings import (
    Confidence,
    Evidence,
    Opposition,
    OppositionStatus,
    Processing,
    ProcessingBook,
    ProcessingStatus,
    SchoolKind,
    folded,
)

SILENCE = Opposition(OppositionStatus.UNKNOWN, Evidence.NONE, "Rien n’a été lu.")


def a_processing(id: str, **changes: object) -> Processing:
    values: dict[str, object] = {
        "id": id,
        "name": f"Fichier {id}",
        "short": id.upper(),
        "article": "le",
        "status": ProcessingStatus.ACTIVE,
        "stages": (Stage.COLLEGE,),
        "controller": "Le ministère.",
        "confidence": Confidence.LOW,
        "write_to": {SchoolKind.COLLEGE_PUBLIC: Office.PRINCIPAL},
        "opposition": SILENCE,
    }
    return Processing(**(values | changes))  # type: ignore[arg-type]


def a_chain(*ids: str) -> ProcessingBook:
    """Each file replaced by the next one."""
    pairs = zip(ids, (*ids[1:], None), strict=True)
    return ProcessingBook(
        a_processing(name, replaced_by=(following,) if following else ()) for name, following in pairs
    )


def test_a_file_is_found_by_its_id_and_an_unknown_id_says_what_to_do() -> None:
    book = ProcessingBook([a_processing("lsu")])

    assert book.get("lsu").short == "LSU"
    assert "lsu" in book
    assert "lsl" not in book
    with pytest.raises(UnknownReference, match=r"lsl.*Choisissez"):
        book.get("lsl")


def test_a_search_ignores_accents_and_case_and_puts_exact_names_first() -> None:
    book = ProcessingBook(
        [
            a_processing("a-propos", name="Autour de la base élèves"),
            a_processing("be1d", name="Premier degré", short="Base élèves", aliases=("BE1D",)),
            a_processing("video"),
        ]
    )

    assert [found.id for found in book.search("BASE  ELEVES")] == ["be1d", "a-propos"]
    assert [found.id for found in book.search("be1d")] == ["be1d"]
    assert book.search("  ") == ()
    assert book.search("’?!") == ()
    assert folded("L’Élève, n° 1") == "l eleve n 1"


def test_the_files_of_a_stage_come_with_the_retired_ones_last() -> None:
    book = ProcessingBook(
        [
            a_processing("ancien", status=ProcessingStatus.RETIRED),
            a_processing("nouveau"),
            a_processing("ecole", stages=(Stage.ELEMENTAIRE,)),
        ]
    )

    assert [processing.id for processing in book.for_stage(Stage.COLLEGE)] == ["nouveau", "ancien"]
    assert book.for_stage(Stage.LYCEE) == ()


def test_successors_are_followed_to_the_end_of_the_chain() -> None:
    book = a_chain("webclasseur", "folios", "avenirs")

    assert [found.id for found in book.successors("webclasseur")] == ["avenirs"]
    assert book.successors("avenirs") == ()


def test_a_file_may_have_several_successors_and_a_loop_ends() -> None:
    two = ProcessingBook([a_processing("n", replaced_by=("c", "l")), a_processing("c"), a_processing("l")])
    loop = ProcessingBook([a_processing("x", replaced_by=("y",)), a_processing("y", replaced_by=("x",))])

    assert [found.id for found in two.successors("n")] == ["c", "l"]
    assert loop.successors("x") == ()


def test_a_right_with_its_own_rule_comes_before_the_general_door() -> None:
    processing = a_processing(
        "enquete",
        write_to_for={Right.OPPOSITION: {SchoolKind.COLLEGE_PUBLIC: Office.MINISTRE}},
        authority="dgesco",
        authority_rights=(Right.OPPOSITION,),
    )

    assert processing.office_for(SchoolKind.COLLEGE_PUBLIC, Right.OPPOSITION) is Office.MINISTRE
    assert processing.office_for(SchoolKind.COLLEGE_PUBLIC, Right.ACCES) is Office.PRINCIPAL
    assert processing.office_for(SchoolKind.LYCEE_PUBLIC, Right.ACCES) is None
    assert processing.authority_for(Right.OPPOSITION) == "dgesco"
    assert processing.authority_for(Right.ACCES) is None


@pytest.mark.parametrize(
    ("article", "short", "named"), [("le", "LSU", "le LSU"), ("l’", "ENT", "l’ENT"), ("", "ONDE", "ONDE")]
)
def test_a_short_name_takes_its_article(article: str, short: str, named: str) -> None:
    assert a_processing("x", article=article, short=short).named == named


@pytest.mark.parametrize(
    ("stage", "sector", "kind"),
    [
        (Stage.MATERNELLE, Sector.PUBLIC, SchoolKind.ECOLE_PUBLIQUE),
        (Stage.ELEMENTAIRE, Sector.PUBLIC, SchoolKind.ECOLE_PUBLIQUE),
        (Stage.COLLEGE, Sector.PUBLIC, SchoolKind.COLLEGE_PUBLIC),
        (Stage.LYCEE, Sector.PUBLIC, SchoolKind.LYCEE_PUBLIC),
        (Stage.MATERNELLE, Sector.PRIVE, SchoolKind.PRIVE),
        (Stage.LYCEE, Sector.PRIVE, SchoolKind.PRIVE),
    ],
)
def test_a_school_has_one_door(stage: Stage, sector: Sector, kind: SchoolKind) -> None:
    assert SchoolKind.of(stage, sector) is kind
