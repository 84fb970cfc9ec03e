"""The loader of `letters/authorities/`: faults are refused at their line, real addresses fit an envelope."""

from pathlib import Path

import pytest

from app.domain.authorities import AuthorityBook
from app.domain.errors import LibraryFault, UnknownReference
from app.domain.processings import Confidence
from app.library.authorities import POSTAL_LINE_LENGTH, load_authorities

LETTERS = Path(__file__).parents[2] / "letters"

BODIES = """\
[[authority]]
id = "cnil"
name = "CNIL"
lines = ["CNIL", "75334 PARIS CEDEX 07"]
email = "qui@exemple.fr"
source = "une page"
confidence = "high"

[[authority]]
id = "autre"
name = "Autre"
source = "une page"
confidence = "low"
"""

REGIONS = """\
[[academy]]
code = "14"
name = "Rennes"
departments = [{ code = "35", name = "Ille-et-Vilaine" }]
lines = ["Rectorat", "35705 RENNES CEDEX 7"]
lines_source = "annuaire"
lines_confidence = "low"
dpd_email = "dpd@exemple.fr"
dpd_source = "un code"
dpd_confidence = "low"
"""


def written(folder: Path, bodies: str = BODIES, regions: str = REGIONS) -> Path:
    (folder / "authorities.toml").write_text(bodies, encoding="utf-8")
    (folder / "academies.toml").write_text(regions, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def book() -> AuthorityBook:
    return load_authorities(LETTERS / "authorities")


def test_good_files_are_read_and_a_low_confidence_is_never_printed(tmp_path: Path) -> None:
    book = load_authorities(written(tmp_path))
    rennes = book.academy("14")

    assert book.get("cnil").printable_email == "qui@exemple.fr"
    assert rennes.lines
    assert rennes.printable_lines == ()
    assert rennes.dpd is not None
    assert rennes.dpd.value == "dpd@exemple.fr"
    assert rennes.dpd.printable is None
    assert rennes.mediator is None


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ('name = "CNIL"', 'name = "CNIL"\nsigle = "C"', 4, "sigle"),
        ('lines = ["CNIL", ', f'lines = ["{"x" * 39}", ', 4, "38"),
        ("75334 PARIS CEDEX 07", "75334 Paris Cedex 07", 4, "capitales"),
        ('["CNIL", ', '["a", "b", "c", "d", "e", "f", ', 4, "6 lignes"),
        ("qui@exemple.fr", "qui chez exemple", 5, "courriel"),
        ('id = "autre"', 'id = "cnil"', 10, "deux fois"),
        ('confidence = "low"', 'confidence = "peut-être"', 13, "peut-être"),
        ('source = "une page"\nconfidence = "low"', 'confidence = "low"', 9, "source"),
    ],
)
def test_a_fault_among_the_bodies_is_named_with_its_line(
    tmp_path: Path, before: str, after: str, line: int, words: str
) -> None:
    with pytest.raises(LibraryFault) as caught:
        load_authorities(written(tmp_path, bodies=BODIES.replace(before, after)))

    assert caught.value.path.endswith("/authorities.toml")
    assert (caught.value.line, words in caught.value.reason) == (line, True), str(caught.value)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('lines_source = "annuaire"\n', "", "lines_source"),
        ('dpd_confidence = "low"\n', "", "dpd_confidence"),
        ('name = "Ille-et-Vilaine"', 'nom = "Ille-et-Vilaine"', "name"),
        ('name = "Rennes"', 'name = "Rennes"\nrecteur = "M. X"', "recteur"),
    ],
)
def test_a_fault_among_the_academies_is_named(tmp_path: Path, before: str, after: str, words: str) -> None:
    assert before in REGIONS

    with pytest.raises(LibraryFault, match=words):
        load_authorities(written(tmp_path, regions=REGIONS.replace(before, after)))


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(LibraryFault, match=r"authorities\.toml:1: .*introuvable"):
        load_authorities(tmp_path)


def test_an_unknown_body_or_academy_says_what_to_do(book: AuthorityBook) -> None:
    with pytest.raises(UnknownReference, match="Choisissez"):
        book.get("oms")
    with pytest.raises(UnknownReference, match="Choisissez"):
        book.academy("99")


def test_every_real_address_fits_the_window_of_an_envelope(book: AuthorityBook) -> None:
    addresses = [body.lines for body in book if body.lines] + [a.lines for a in book.academies if a.lines]

    assert len(addresses) >= 14
    for lines in addresses:
        assert len(lines) <= 6
        assert all(len(line) <= POSTAL_LINE_LENGTH for line in lines)
        assert lines[-1] == lines[-1].upper()


def test_the_three_bodies_of_appeal_have_an_address(book: AuthorityBook) -> None:
    assert book.get("cnil").printable_lines[-1] == "75334 PARIS CEDEX 07"
    assert book.get("cada").printable_email == "cada@cada.fr"
    assert book.get("ddd").printable_lines[1] == "Libre réponse 71120"


def test_the_academies_cover_the_departments_once(book: AuthorityBook) -> None:
    codes = [department.code for academy in book.academies for department in academy.departments]

    assert len(book.academies) == 34
    assert len(codes) == len(set(codes))
    rennes = book.academy_of_department("35")
    assert rennes is not None
    assert rennes.name == "Rennes"
    assert book.academy_of_department("00") is None


def test_a_doubtful_mail_is_marked_and_not_printed(book: AuthorityBook) -> None:
    marseille, reunion = book.academy("02"), book.academy("28")

    assert marseille.dpd is not None
    assert marseille.dpd.confidence is Confidence.LOW
    assert marseille.dpd.printable is None
    assert reunion.dpd is not None
    assert reunion.dpd.printable == "dpd@ac-reunion.fr"
    assert book.academy("01").printable_lines == ()
