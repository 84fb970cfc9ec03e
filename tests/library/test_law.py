"""The law folder: each fault names its file and line, and the real folder holds. Never asks the network."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from app.domain.errors import LibraryFault, NotCitable, NotInForce
from app.domain.law import Confidence, LawBook
from app.library.law import load_law

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "law" / "law.json"
TODAY = date(2026, 11, 21)

GOOD = """\
[text]
id = "rgpd"
title = "Règlement (UE) 2016/679 (RGPD)"
short = "RGPD"

[[record]]
id = "rgpd-12-3"
article = "article 12, § 3"
summary = "Un mois pour répondre."
in_force_from = 2018-05-25
in_force_to = 2030-01-01
url = "https://eur-lex.europa.eu/"
source = "EUR-Lex"
confidence = "high"
confidence_reason = "Article lu."
checked_on = 2026-11-21
notes = ["Relu."]

[[record]]
id = "decision"
text = "Conseil d’État, 18 mars 2019"
short = "CE, 18 mars 2019"
article = ""
summary = "Une situation particulière."
source = "Décision"
confidence = "low"
confidence_reason = "Non lue."
checked_on = 2026-11-21
citable = false
"""

NAMED_BY_THE_LETTERS = [
    "rgpd-12-3",
    "rgpd-12-4",
    "rgpd-12-5",
    "rgpd-12-6",
    "rgpd-13",
    "rgpd-14",
    "rgpd-15",
    "rgpd-17",
    "rgpd-18",
    "rgpd-19",
    "rgpd-21-1",
    "rgpd-22",
    "rgpd-77",
    "rgpd-37-39",
    "rgpd-79",
    "lil-8",
    "lil-56",
    "civ-372-2",
    "crpa-L114-2",
    "crpa-L114-3",
    "crpa-L311-1",
    "crpa-L311-3-1",
    "crpa-L311-7",
    "edu-D111-4",
    "edu-L111-4",
    "ce-488201",
    "crc-gc25",
    "ce-2019-03-18-eleves",
    "1182-3-1",
    "1182-3-2c",
    "1182-3-4",
    "cpc-641",
    "cpc-642",
    "ce-362568",
    "ce-387763",
    "ce-465229",
    "dec-10",
    "dec-77",
    "crpa-R311-13",
    "crpa-R343-1",
    "crpa-R343-4",
    "crpa-L421-3",
    "cja-R421-1",
    "cja-R421-2",
    "cja-R311-1",
    "feries-alsace-moselle",
    "ddd",
    "edu-L23-10-1",
    "pen-R625-10",
    "pen-R625-11",
    "pen-R625-12",
    "pen-226-18-1",
]

KNOWLEDGE_ONLY = [
    "id-non",
    "id-oui",
    "id-autorite",
    "frais",
    "refus-licites",
    "absence",
    "acte-usuel",
    "rt-ecole",
    "omnibus",
    "loi-reseaux",
    "esc-data",
    "esc-doc",
    "esc-rgpd-implicite",
    "dec-silence",
    "dec-mineurs",
    "crpa-verif",
    "lsu-droits-snes",
    "lsu-conservation",
    "lsu-destinataires",
    "lsu-pratique-dasen",
    "lsu-modifications",
    "onde-droits",
    "edpb-exemples",
    "map-ancien-6",
    "map-ancien-7",
    "map-ancien-8",
    "map-ancien-26-27",
    "map-ancien-32",
    "map-ancien-38",
    "map-ancien-39",
    "map-ancien-40",
]


@pytest.fixture(scope="module")
def book() -> LawBook:
    return load_law(ROOT / "letters" / "law")


def a_folder(tmp_path: Path, **files: str) -> Path:
    folder = tmp_path / "letters" / "law"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / f"{name}.toml").write_text(content, encoding="utf-8")
    return folder


def test_a_good_file_gives_its_records_whole(tmp_path: Path) -> None:
    article, decision = load_law(a_folder(tmp_path, rgpd=GOOD))
    assert article.citation == "RGPD, article 12, § 3"
    assert article.in_force_from == date(2018, 5, 25)
    assert article.in_force_to == date(2030, 1, 1)
    assert article.notes == ("Relu.",)
    assert article.is_citable
    assert decision.citation == "CE, 18 mars 2019"
    assert decision.title == "Conseil d’État, 18 mars 2019"
    assert decision.url is None
    assert not decision.is_citable


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ('notes = ["Relu."]', 'resume = "x"', 17, "resume"),
        ('short = "RGPD"', 'short = "RGPD"\nresume = "x"', 5, "resume"),
        ('source = "EUR-Lex"\n', "", 6, "source"),
        ("checked_on = 2026-11-21\nnotes", "notes", 6, "checked_on"),
        ('article = "article 12, § 3"\n', "", 6, "article"),
        ('id = "rgpd-12-3"\n', "", 6, "id"),
        ('id = "rgpd-12-3"', "id = 12", 7, "id"),
        ('id = "rgpd-12-3"', 'id = "rgpd 12"', 7, "tirets"),
        ('id = "decision"', 'id = "rgpd-12-3"', 20, "existe déjà dans letters/law/rgpd.toml"),
        ('summary = "Un mois pour répondre."', 'summary = " "', 9, "summary"),
        ("in_force_from = 2018-05-25", 'in_force_from = "2018-05-25"', 10, "date"),
        ("in_force_from = 2018-05-25", "in_force_from = 2018-05-25T00:00:00", 10, "date"),
        ("in_force_to = 2030-01-01", "in_force_to = 2018-05-24", 11, "ordre"),
        ('"https://eur-lex.europa.eu/"', '"javascript:alert(1)"', 12, "https"),
        ('confidence = "high"', 'confidence = "sûre"', 14, "sûre"),
        ('notes = ["Relu."]', 'notes = "Relu."', 17, "liste"),
        ('notes = ["Relu."]', "notes = [1]", 17, "notes"),
        ('text = "Conseil d’État, 18 mars 2019"\n', "", 21, "ensemble"),
        ("citable = false\n", "", 26, "confiance faible"),
        ("citable = false", "citable = true", 29, "confiance faible"),
        ("citable = false", 'citable = "non"', 29, "true ou false"),
        ('id = "rgpd"', 'id = "loi"', 2, "nom du fichier"),
        ('title = "Règlement (UE) 2016/679 (RGPD)"\n', "", 1, "title"),
        ("[text]", "[texte]", 1, "text"),
        ("in_force_from = 2018-05-25", "in_force_from = 2018-02-30", 10, "TOML"),
        (GOOD[GOOD.index("[[record]]") :], "", 1, "[[record]]"),
        (GOOD, "", 1, "text"),
    ],
)
def test_a_fault_names_the_file_the_line_and_the_remedy(
    tmp_path: Path, old: str, new: str, line: int, word: str
) -> None:
    assert old in GOOD
    with pytest.raises(LibraryFault) as caught:
        load_law(a_folder(tmp_path, rgpd=GOOD.replace(old, new, 1)))
    assert (caught.value.path, caught.value.line) == ("letters/law/rgpd.toml", line)
    assert word in caught.value.reason
    assert str(tmp_path) not in str(caught.value)


def test_an_id_used_in_two_files_is_a_fault_of_the_second(tmp_path: Path) -> None:
    twin = GOOD.replace('id = "rgpd"', 'id = "zzz"', 1)
    with pytest.raises(LibraryFault) as caught:
        load_law(a_folder(tmp_path, rgpd=GOOD, zzz=twin))
    assert (caught.value.path, caught.value.line) == ("letters/law/zzz.toml", 7)
    assert "letters/law/rgpd.toml" in caught.value.reason


def test_a_file_in_another_encoding_is_a_fault(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    (folder / "rgpd.toml").write_bytes(GOOD.encode("cp1252"))
    with pytest.raises(LibraryFault, match="UTF-8"):
        load_law(folder)


@pytest.mark.parametrize("name", ["law", "ailleurs"])
def test_an_empty_or_absent_folder_is_a_fault_and_not_an_empty_book(tmp_path: Path, name: str) -> None:
    folder = a_folder(tmp_path).parent / name
    with pytest.raises(LibraryFault, match=f"letters/{name}:1"):
        load_law(folder)


@pytest.mark.parametrize("id", NAMED_BY_THE_LETTERS)
def test_every_reference_the_letters_need_may_be_cited_today(book: LawBook, id: str) -> None:
    assert book.lookup(id, on=TODAY).citation


@pytest.mark.parametrize("id", KNOWLEDGE_ONLY)
def test_working_knowledge_is_kept_but_never_cited(book: LawBook, id: str) -> None:
    with pytest.raises(NotCitable):
        book.lookup(id, on=TODAY)


def test_the_folder_holds_the_whole_reviewed_file(book: LawBook) -> None:
    assert len(book) == 257
    counts = {level: sum(record.confidence is level for record in book) for level in Confidence}
    assert counts == {Confidence.HIGH: 183, Confidence.MEDIUM: 57, Confidence.LOW: 17}


def test_every_record_says_what_was_read_and_how_sure_we_are(book: LawBook) -> None:
    for record in book:
        assert record.source.strip(), record.id
        assert record.confidence_reason.strip(), record.id
        assert record.checked_on <= TODAY, record.id


def test_no_record_of_low_confidence_is_citable(book: LawBook) -> None:
    low = [record for record in book if record.confidence is Confidence.LOW]
    assert low
    assert not [record.id for record in low if record.is_citable]


@pytest.mark.parametrize("id", ["lil-37-abroge", "dec-art92-ancien"])
def test_an_abrogated_text_is_out_of_force_today(book: LawBook, id: str) -> None:
    with pytest.raises(NotInForce):
        book.lookup(id, on=TODAY)


def test_the_2019_decision_on_pupils_is_cited_by_date_and_formation_without_a_number(book: LawBook) -> None:
    record = book.lookup("ce-2019-03-18-eleves", on=TODAY)
    assert record.citation == "Conseil d’État, 18 mars 2019, 10e et 9e chambres réunies"
    assert "n°" not in record.citation + record.title


@pytest.mark.parametrize(
    ("id", "citation"),
    [
        ("rgpd-12-3", "RGPD, article 12, § 3"),
        ("lil-56", "loi n° 78-17 du 6 janvier 1978, article 56"),
        ("crpa-L114-2", "code des relations entre le public et l’administration, article L. 114-2"),
        ("civ-372-2", "code civil, article 372-2"),
        ("dec-78-79", "décret n° 2019-536 du 29 mai 2019"),
        ("crc-gc25", "Comité des droits de l’enfant, observation générale n° 25 (2021), §§ 67 à 70"),
        ("cjue-154-21", "CJUE, 12 janvier 2023, C-154/21"),
    ],
)
def test_citations_read_as_a_lawyer_would_print_them(book: LawBook, id: str, citation: str) -> None:
    assert book.lookup(id, on=TODAY).citation == citation


def test_printable_words_are_typographically_clean(book: LawBook) -> None:
    for record in book:
        printed = (record.article, record.title, record.citation, record.summary, *record.notes)
        for words in printed:
            assert "'" not in words, record.id
            assert "\u2011" not in words, record.id
            assert not re.search(r"\b[LRD]\d", record.article), record.id


def test_no_summary_is_copied_from_the_shared_file(book: LawBook) -> None:
    if not SHARED.exists():
        pytest.skip("le dossier partagé n’est pas à côté de ce dépôt : rien à comparer")
    shared = {record["id"]: record for record in json.loads(SHARED.read_text(encoding="utf-8"))["records"]}
    assert set(shared) == {record.id for record in book}
    copied = [r.id for r in book if _words(r.summary) == _words(shared[r.id]["summary_fr"])]
    assert copied == []


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
