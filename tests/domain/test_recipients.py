"""The finder: who answers for a file, through whom, with copies to whom."""

from itertools import product

import pytest

from app.domain.offices import TITLES, Office, Right, Sector, Stage, address_lines, head_of_school
from app.domain.people import Gender
from app.domain.processings import (
    Confidence,
    Evidence,
    Opposition,
    OppositionStatus,
    Processing,
    ProcessingStatus,
    SchoolKind,
)
from app.domain.recipients import DATA_RIGHTS, find_recipient, group_recipients

ROUTE = (Office.DIRECTEUR_ECOLE, Office.IEN)
EVERYWHERE = tuple(Stage)


def a_processing(id: str, *, write_to: dict[SchoolKind, Office], **changes: object) -> Processing:
    """A file of which only the doors matter here."""
    return Processing(
        id=id,
        name=f"Fichier {id}",
        short=id.upper(),
        article="le",
        status=ProcessingStatus.ACTIVE,
        controller="Le ministère.",
        confidence=Confidence.LOW,
        write_to=write_to,
        opposition=Opposition(OppositionStatus.UNKNOWN, Evidence.NONE, "Rien n’a été lu."),
        **({"stages": EVERYWHERE} | changes),  # type: ignore[arg-type]
    )


def by_kind(office: Office) -> dict[SchoolKind, Office]:
    return dict.fromkeys(SchoolKind, office)


LSU = a_processing(
    "lsu",
    write_to={
        SchoolKind.ECOLE_PUBLIQUE: Office.DASEN,
        SchoolKind.COLLEGE_PUBLIC: Office.PRINCIPAL,
        SchoolKind.PRIVE: Office.CHEF_PRIVE,
    },
)
RNIE = a_processing(
    "rnie",
    stages=EVERYWHERE,
    write_to=by_kind(Office.DEPP),
    write_to_reason="L’arrêté le dit.",
    authority="depp-rnie",
)
CANTINE = a_processing(
    "cantine",
    write_to=by_kind(Office.PRINCIPAL) | {SchoolKind.ECOLE_PUBLIQUE: Office.MAIRE},
    stages=EVERYWHERE,
)
VIDEO = a_processing(
    "video", write_to=by_kind(Office.DASEN), copies={SchoolKind.ECOLE_PUBLIQUE: (Office.MAIRE, Office.IEN)}
)


@pytest.mark.parametrize(
    ("stage", "sector", "office", "through"),
    [
        (Stage.MATERNELLE, Sector.PUBLIC, Office.DASEN, ROUTE),
        (Stage.ELEMENTAIRE, Sector.PUBLIC, Office.DASEN, ROUTE),
        (Stage.COLLEGE, Sector.PUBLIC, Office.PRINCIPAL, ()),
        (Stage.LYCEE, Sector.PUBLIC, Office.PROVISEUR, ()),
        (Stage.MATERNELLE, Sector.PRIVE, Office.CHEF_PRIVE, ()),
        (Stage.COLLEGE, Sector.PRIVE, Office.CHEF_PRIVE, ()),
    ],
)
def test_without_a_file_the_school_decides_who_answers(
    stage: Stage, sector: Sector, office: Office, through: tuple[Office, ...]
) -> None:
    recipient = find_recipient(stage=stage, sector=sector, processing=None, right=Right.ACCES)

    assert (recipient.office, recipient.through, recipient.copies) == (office, through, (Office.DPD,))


@pytest.mark.parametrize(
    ("processing", "stage", "sector", "office", "through"),
    [
        (LSU, Stage.ELEMENTAIRE, Sector.PUBLIC, Office.DASEN, ROUTE),
        (LSU, Stage.COLLEGE, Sector.PUBLIC, Office.PRINCIPAL, ()),
        (LSU, Stage.COLLEGE, Sector.PRIVE, Office.CHEF_PRIVE, ()),
        (LSU, Stage.LYCEE, Sector.PUBLIC, Office.PROVISEUR, ()),
        (RNIE, Stage.ELEMENTAIRE, Sector.PUBLIC, Office.DEPP, ()),
        (RNIE, Stage.LYCEE, Sector.PRIVE, Office.DEPP, ()),
        (CANTINE, Stage.MATERNELLE, Sector.PUBLIC, Office.MAIRE, ()),
        (VIDEO, Stage.COLLEGE, Sector.PUBLIC, Office.DASEN, ()),
    ],
)
def test_a_file_goes_to_the_office_of_its_record(
    processing: Processing, stage: Stage, sector: Sector, office: Office, through: tuple[Office, ...]
) -> None:
    recipient = find_recipient(stage=stage, sector=sector, processing=processing, right=Right.OPPOSITION)

    assert (recipient.office, recipient.through) == (office, through)


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("sector", list(Sector))
def test_questions_go_to_the_head_of_the_school_without_copies(stage: Stage, sector: Sector) -> None:
    for processing in (None, RNIE, CANTINE):
        recipient = find_recipient(stage=stage, sector=sector, processing=processing, right=Right.QUESTIONS)

        assert recipient.office is head_of_school(stage, sector)
        assert recipient.through == ()
        assert recipient.copies == ()
        assert recipient.authority is None


def test_the_head_of_a_public_primary_school_receives_the_questions() -> None:
    recipient = find_recipient(stage=Stage.MATERNELLE, sector=Sector.PUBLIC, processing=None, right=Right.QUESTIONS)

    assert recipient.office is Office.DIRECTEUR_ECOLE


@pytest.mark.parametrize("right", list(Right))
def test_the_data_protection_officer_is_copied_for_data_rights_only(right: Right) -> None:
    recipient = find_recipient(stage=Stage.COLLEGE, sector=Sector.PUBLIC, processing=LSU, right=right)

    assert (Office.DPD in recipient.copies) is (right in DATA_RIGHTS)
    assert ("rgpd-37-39" in recipient.basis) is (right in DATA_RIGHTS)


def test_the_data_protection_officer_is_not_copied_on_their_own_letter() -> None:
    api = a_processing("api", write_to=by_kind(Office.DPD), authority="dpd-men")

    recipient = find_recipient(stage=Stage.COLLEGE, sector=Sector.PUBLIC, processing=api, right=Right.ACCES)

    assert recipient.office is Office.DPD
    assert recipient.copies == ()
    assert recipient.authority == "dpd-men"


def test_who_is_on_the_way_does_not_receive_a_copy_as_well() -> None:
    recipient = find_recipient(stage=Stage.ELEMENTAIRE, sector=Sector.PUBLIC, processing=VIDEO, right=Right.DOCUMENTS)

    assert recipient.through == ROUTE
    assert recipient.copies == (Office.MAIRE,)


def test_the_rules_of_assignment_are_asked_of_the_dasen() -> None:
    recipient = find_recipient(stage=Stage.COLLEGE, sector=Sector.PUBLIC, processing=None, right=Right.ALGORITHME)

    assert recipient.office is Office.DASEN
    assert "affectation" in recipient.reason


def test_the_reason_of_the_record_is_told_first() -> None:
    recipient = find_recipient(stage=Stage.LYCEE, sector=Sector.PUBLIC, processing=RNIE, right=Right.ACCES)

    assert recipient.reason == "L’arrêté le dit."
    assert recipient.authority == "depp-rnie"


def test_a_private_head_is_never_explained_by_the_rule_of_state_schools() -> None:
    onde = a_processing("onde", write_to=by_kind(Office.CHEF_PRIVE), write_to_reason="À l’école publique…")

    recipient = find_recipient(stage=Stage.ELEMENTAIRE, sector=Sector.PRIVE, processing=onde, right=Right.ACCES)

    assert recipient.reason.startswith("Dans un établissement privé")


def test_files_of_one_controller_share_one_letter_in_order() -> None:
    pronote = a_processing(
        "pronote", write_to=by_kind(Office.PRINCIPAL), copies={SchoolKind.COLLEGE_PUBLIC: (Office.RECTEUR,)}
    )

    letters = group_recipients(Stage.COLLEGE, Sector.PUBLIC, [LSU, RNIE, pronote, LSU], Right.ACCES)

    assert [[file.id for file in files] for _, files in letters] == [["lsu", "pronote"], ["rnie"]]
    shared = letters[0][0]
    assert shared.office is Office.PRINCIPAL
    assert shared.copies == (Office.RECTEUR, Office.DPD)
    assert shared.basis == ("edu-L421-3", "rgpd-37-39")


def test_an_address_given_by_an_act_keeps_its_own_letter() -> None:
    gar = a_processing("gar", write_to=by_kind(Office.MINISTRE), authority="dne-gar")
    stop = a_processing("stop", write_to=by_kind(Office.MINISTRE), authority="dgesco")

    letters = group_recipients(Stage.COLLEGE, Sector.PUBLIC, [gar, stop], Right.ACCES)

    assert [recipient.authority for recipient, _ in letters] == ["dne-gar", "dgesco"]


def test_without_files_one_letter_goes_to_the_school() -> None:
    ((recipient, files),) = group_recipients(Stage.LYCEE, Sector.PUBLIC, [], Right.INFORMATION)

    assert recipient.office is Office.PROVISEUR
    assert files == ()


def test_questions_about_several_files_make_one_letter() -> None:
    letters = group_recipients(Stage.ELEMENTAIRE, Sector.PUBLIC, [LSU, RNIE, CANTINE], Right.QUESTIONS)

    assert [len(files) for _, files in letters] == [3]


def test_every_case_has_a_reason_that_is_a_sentence() -> None:
    for stage, sector, right, processing in product(Stage, Sector, Right, (None, LSU, RNIE, CANTINE, VIDEO)):
        reason = find_recipient(stage=stage, sector=sector, processing=processing, right=right).reason

        assert reason[0].isupper()
        assert reason.endswith(".")


@pytest.mark.parametrize("office", list(Office))
@pytest.mark.parametrize("gender", list(Gender))
def test_every_office_opens_an_address_in_lines_that_fit_the_envelope(office: Office, gender: Gender) -> None:
    lines = address_lines(office, gender)

    assert 1 <= len(lines) <= 2
    assert all(0 < len(line) <= 38 for line in lines)
    assert TITLES[office].full.agreeing(gender).startswith(("le ", "la ", "l’"))
