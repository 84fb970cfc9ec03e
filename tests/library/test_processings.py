"""The loader of `letters/processings/`: a planted fault is refused at its line, every real file works."""

import tomllib
from pathlib import Path

import pytest

from app.domain.errors import LibraryFault
from app.domain.offices import Office, Right, Sector, Stage
from app.domain.processings import Evidence, OppositionStatus, ProcessingBook, ProcessingStatus
from app.domain.recipients import find_recipient, group_recipients
from app.domain.solidity import Stance, solidity, stance
from app.domain.typography import typeset
from app.library.authorities import load_authorities
from app.library.processings import load_processings

LETTERS = Path(__file__).parents[2] / "letters"

GOOD = """\
id = "essai"
name = "Fichier d’essai"
short = "Essai"
status = "retired"
stages = ["college"]
controller = "Le chef d’établissement."
confidence = "low"
references = ["rgpd-15"]
replaced_by = "suivant"

[write_to]
college_public = "principal"
prive = "chef-prive"

[[act]]
title = "Un arrêté"
date = 2017-10-24

[opposition]
status = "unknown"
evidence = "none"
comment = "Rien n’a été lu."

[[source]]
read = "une page"
kind = "officiel"
"""

LAW = frozenset({"rgpd-15"})

FOUNDING = {
    "lpc", "lsu", "be1d", "onde", "sconet", "siecle", "ocean", "notanet", "cyclades",
    "webclasseur", "folios", "pronote", "teleservice-vie-scolaire", "gafam",
}  # fmt: skip


def written(folder: Path, text: str) -> Path:
    following = GOOD.replace('"essai"', '"suivant"').replace('replaced_by = "suivant"\n', "")
    (folder / "essai.toml").write_text(text, encoding="utf-8")
    (folder / "suivant.toml").write_text(following, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def law_ids() -> frozenset[str]:
    files = sorted((LETTERS / "law").glob("*.toml"))
    return frozenset(
        record["id"]
        for file in files
        for record in tomllib.loads(file.read_text(encoding="utf-8"))["record"]
        if record.get("citable", True) and record["confidence"] != "low"
    )


@pytest.fixture(scope="module")
def book(law_ids: frozenset[str]) -> ProcessingBook:
    return load_processings(LETTERS / "processings", law_ids)


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    book = load_processings(written(tmp_path, GOOD), LAW)

    essai = book.get("essai")
    assert essai.is_retired
    assert essai.replaced_by == ("suivant",)
    assert essai.acts[0].signed_on is not None
    assert essai.acts[0].signed_on.isoformat() == "2017-10-24"
    assert essai.acts[0].is_read is False
    assert essai.retention is None
    assert essai.purposes == ()
    assert essai.sources[0].url is None


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ('short = "Essai"', 'short = "Essai"\nsurnom = "E"', 4, "surnom"),
        ('short = "Essai"', "short = 12", 3, "texte"),
        ('short = "Essai"', 'short = "  "', 3, "vide"),
        ('short = "Essai"\n', "", 1, "short"),
        ('stages = ["college"]', 'stages = "college"', 5, "liste"),
        ('stages = ["college"]', 'stages = ["college", 3]', 5, "texte"),
        ('stages = ["college"]', 'stages = ["universite"]', 5, "universite"),
        ('stages = ["college"]', "stages = []", 5, "niveau"),
        ('stages = ["college"]', 'stages = ["college", "lycee"]', 11, "lycee_public"),
        ('status = "retired"', 'status = "mort"', 4, "mort"),
        ('confidence = "low"', 'confidence = "sure"', 7, "sure"),
        ('confidence = "low"', 'confidence = "low"\nfounding_text = "oui"', 8, "true ou false"),
        ('"rgpd-15"', '"rgpd-99"', 8, "rgpd-99"),
        ('"suivant"', '"perdu"', 9, "perdu"),
        ('replaced_by = "suivant"', 'replaced_by = "essai"', 9, "essai"),
        ('"principal"', '"roi"', 12, "roi"),
        ('prive = "chef-prive"', 'prive = "chef-prive"\nhopital = "maire"', 14, "hopital"),
        ('prive = "chef-prive"\n', "", 11, "prive"),
        ("2017-10-24", '"2017-10-24"', 17, "date"),
        ("2017-10-24", "2017-10-24T10:00:00", 17, "date"),
        ('evidence = "none"', 'evidence = "rumeur"', 21, "rumeur"),
        ('comment = "Rien n’a été lu."\n', "", 19, "comment"),
        ('kind = "officiel"', 'kind = "officiel"\nauteur = "moi"', 27, "auteur"),
        ('id = "essai"', 'id = "autre"', 1, "essai"),
        ("[opposition]", "[[opposition]]", 19, "opposition"),
        ("[[source]]", "[source]", 24, "source"),
        ('short = "Essai"', "short = Essai", 3, "TOML"),
    ],
)
def test_a_planted_fault_is_named_with_its_line(tmp_path: Path, before: str, after: str, line: int, words: str) -> None:
    assert before in GOOD

    with pytest.raises(LibraryFault) as caught:
        load_processings(written(tmp_path, GOOD.replace(before, after)), LAW)

    assert caught.value.path.endswith("/essai.toml")
    assert (caught.value.line, words in caught.value.reason) == (line, True), str(caught.value)


def test_law_ids_are_not_checked_when_none_are_given(tmp_path: Path) -> None:
    book = load_processings(written(tmp_path, GOOD.replace("rgpd-15", "rgpd-99")), None)

    assert book.get("essai").references == ("rgpd-99",)


def test_an_empty_folder_and_a_file_in_another_encoding_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryFault, match="fiches"):
        load_processings(tmp_path, None)
    (tmp_path / "latin.toml").write_bytes('id = "élève"'.encode("latin-1"))
    with pytest.raises(LibraryFault, match="UTF-8"):
        load_processings(tmp_path, None)


def test_every_file_of_the_house_loads_against_the_citable_law(book: ProcessingBook) -> None:
    assert len(book) == len(list((LETTERS / "processings").glob("*.toml"))) == 36
    assert {processing.id for processing in book.founding()} == FOUNDING


def test_every_address_that_a_file_gives_exists(book: ProcessingBook) -> None:
    authorities = load_authorities(LETTERS / "authorities")

    given = {processing.authority for processing in book if processing.authority}

    assert given
    assert all(name in authorities for name in given)


@pytest.mark.parametrize("id", sorted(FOUNDING))
def test_a_founding_file_finds_its_recipient_at_each_of_its_stages(book: ProcessingBook, id: str) -> None:
    processing = book.get(id)

    for stage in processing.stages:
        for sector in Sector:
            for right in Right:
                recipient = find_recipient(stage=stage, sector=sector, processing=processing, right=right)
                assert recipient.office in Office
                assert recipient.reason
    assert solidity(processing.opposition).reason
    assert processing.unread
    assert processing.sources


def test_the_retired_founding_files_lead_to_a_file_in_use(book: ProcessingBook) -> None:
    expected = {
        "lpc": ["lsu"], "be1d": ["onde"], "sconet": ["siecle"], "notanet": ["cyclades", "lsu"],
        "webclasseur": ["folios"],
    }  # fmt: skip

    for file, successors in expected.items():
        assert book.get(file).is_retired
        assert [following.id for following in book.successors(file)] == successors


def test_what_families_call_a_file_finds_it(book: ProcessingBook) -> None:
    names = {
        "LSUN": "lsu",
        "base eleves": "be1d",
        "BE1D": "be1d",
        "carnet de correspondance numérique": "teleservice-vie-scolaire",
        "Avenir(s)": "folios",
        "géants du web": "gafam",
        "ecoledirecte": "pronote",
        "SYGNE": "siecle",
        "INE": "rnie",
    }

    for words, file in names.items():
        assert book.search(words)[0].id == file, words


def test_the_corrections_of_the_second_reading_prevail(book: ProcessingBook) -> None:
    lsu, lsl, rnie = book.get("lsu"), book.get("lsl"), book.get("rnie")

    assert lsu.opposition.status is OppositionStatus.CONTESTED
    assert stance(lsu.opposition) is Stance.CONDITIONAL
    assert lsu.opposition.quote is None
    assert lsl.opposition.status is OppositionStatus.PARTIAL
    assert stance(rnie.opposition) is Stance.AFFIRM
    assert rnie.opposition.evidence is Evidence.ACT
    assert book.get("be1d").status is ProcessingStatus.RETIRED


def test_the_otp_key_is_a_note_and_not_a_file(book: ProcessingBook) -> None:
    assert "otp" not in book
    assert any("OTP" in note for note in book.get("lpc").notes)


def test_what_nobody_read_is_empty_and_said(book: ProcessingBook) -> None:
    for processing in book:
        is_complete = all((processing.data, processing.readers, processing.retention, processing.security))
        assert is_complete or processing.unread, processing.id


def test_no_text_of_a_file_keeps_a_filler_or_a_wrong_space(book: ProcessingBook) -> None:
    for processing in book:
        texts = [
            *(processing.name, processing.controller, processing.history, processing.retention),
            *(processing.security, processing.links, processing.legal_basis, processing.write_to_reason),
            *(processing.opposition.comment, *processing.purposes, *processing.data, *processing.readers),
            *(*processing.unread, *processing.notes),
        ]
        for text in filter(None, texts):
            assert text == typeset(text), (processing.id, text)
            assert "non vérifié" not in text.casefold(), (processing.id, text)


def test_a_real_letter_about_several_files_is_split_by_controller(book: ProcessingBook) -> None:
    files = [book.get(file) for file in ("onde", "lsu", "rnie", "cantine")]

    letters = group_recipients(Stage.ELEMENTAIRE, Sector.PUBLIC, files, Right.ACCES)

    assert [(recipient.office, len(group)) for recipient, group in letters] == [
        (Office.DASEN, 2), (Office.DEPP, 1), (Office.MAIRE, 1),
    ]  # fmt: skip


def test_the_harassment_survey_splits_access_from_objection(book: ProcessingBook) -> None:
    survey = book.get("enquete-harcelement")

    access = find_recipient(stage=Stage.ELEMENTAIRE, sector=Sector.PUBLIC, processing=survey, right=Right.ACCES)
    objection = find_recipient(stage=Stage.ELEMENTAIRE, sector=Sector.PUBLIC, processing=survey, right=Right.OPPOSITION)

    assert (access.office, access.authority) == (Office.DIRECTEUR_ECOLE, None)
    assert (objection.office, objection.authority) == (Office.MINISTRE, "dgesco")


def test_every_basis_of_the_finder_is_a_citable_law_record(book: ProcessingBook, law_ids: frozenset[str]) -> None:
    for processing in (None, *book):
        for stage in Stage:
            for sector in Sector:
                for right in Right:
                    found = find_recipient(stage=stage, sector=sector, processing=processing, right=right)
                    assert set(found.basis) <= law_ids
