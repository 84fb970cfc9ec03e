"""What an association's letter may not say: each rule with its line, and none of them against honest words."""

from pathlib import Path

import pytest

from app.domain.errors import LibraryFault
from app.domain.forgery import begins_a_line, forged_block, hidden_signs
from app.domain.letters import LetterTemplate
from app.domain.typed_law import typed_references
from app.services.library import FOLDER, library
from app.services.packs.foreign_text import MOST_CHARACTERS, hostile_faults, refuse_length, wording_faults
from app.services.packs.letter_trial import read_template
from tests.delivery.escape_corpus import FORGED, HOSTILE
from tests.services.pack_cast import texts_of

SOURCE = texts_of()[0]
LAST = SOURCE.count("\n")


def with_body(text: str) -> str:
    """The blank letter, whose last paragraph is this."""
    return f"{SOURCE}\n{text}\n\n> Rien.\n"


def with_head(key: str, more: str = "") -> str:
    """The blank letter, one key of whose head is another; `more`: tables after it."""
    name = key.split(" ")[0]
    lines = [line for line in SOURCE.split("\n") if not line.startswith(f"{name} =")]
    lines.insert(1, key)
    fence = lines.index("+++", 1)
    return "\n".join([*lines[:fence], *more.split("\n"), *lines[fence:]])


def reasons(source: str) -> list[tuple[int, str]]:
    template = read_template(source)
    found = [*hostile_faults(source, template), *wording_faults(template)]
    return [(fault.line, fault.reason.replace("\u202f", " ")) for fault in found]


def test_the_blank_letter_has_no_fault() -> None:
    assert reasons(SOURCE) == []
    assert reasons(with_body("Un mot d’excuse.")) == []


@pytest.mark.parametrize("template", list(library().letters), ids=[letter.id for letter in library().letters])
def test_the_letters_of_the_house_would_pass_the_rules_of_associations(template: LetterTemplate) -> None:
    source = (FOLDER.parent / template.path).read_text(encoding="utf-8")
    assert reasons(source) == []


@pytest.mark.parametrize("clause", sorted((FOLDER / "clauses").glob("*.md")), ids=lambda path: path.stem)
def test_the_clauses_of_the_house_would_pass_as_well(clause: Path) -> None:
    assert reasons(with_body(clause.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(("text", "words"), HOSTILE + FORGED, ids=[text[:40] for text, _ in HOSTILE + FORGED])
def test_each_entry_of_the_corpus_is_refused_where_it_stands(text: str, words: str) -> None:
    found = reasons(with_body(text))
    lines = [line for line, reason in found if words in reason]
    assert lines, found
    assert all(LAST + 2 <= line <= LAST + 2 + text.count("\n") for line in lines)


# What TOML can hold as it is; it would have the rest escaped.
TYPED = [(text, words) for text, words in HOSTILE if text.isprintable() and '"' not in text]


@pytest.mark.parametrize(("text", "words"), TYPED, ids=[text[:40] for text, _ in TYPED])
def test_what_is_hostile_is_refused_in_the_head_as_well(text: str, words: str) -> None:
    found = reasons(with_head(f'hint = "{text}"'))
    assert any(words in reason and line == 2 for line, reason in found), found


HONEST = [
    "L’article du journal parle de la cantine.", "Le règlement intérieur, article 4, le permet.",
    "L’article 12 du règlement intérieur dit le contraire.", "La loi protège les élèves.",
    "Nous avons lu la circulaire de l’établissement.", "La classe de 6e 2 compte 28 élèves.",
    "Rendez-vous le 12-05, salle L 12.", "L’année 2026/2027 commence le 1er septembre.",
    "Un code de vie de classe a été signé.", "Le contrat d’assurance n° 12 ne compte pas.",
    "Son téléphone est le n° 0612345678.", "Ce n° 12345 est celui du dossier.", "Il a 10-12 ans.",
    "L’objet de cette lettre est la cantine.", "Mon fils a perdu un objet : son cartable.",
    "Les signatures des parents sont jointes.", "Madame Durand, qui enseigne ici, nous a répondu.",
    "Monsieur le directeur nous a reçus.", "Copiez cette lettre pour votre dossier.",
    "La voie la plus courte est celle-ci : un rendez-vous.", "Je vous prie de me répondre.",
    "Les salutations du matin sont obligatoires dans cette classe.", "Vu son âge, elle ne peut pas signer.",
    "Le ministère a publié un guide.", "À Alès, les écoles ferment le mercredi.",
    "La pièce jointe au carnet a été perdue.", "Nom : ________", "Signature : ________", "- [ ] oui [ ] non",
    "La loi du plus fort n’a pas sa place ici.", "Le décret de la directrice nous a surpris.",
    "Nous renvoyons à la liste D 3, page 12.", "Voir le tableau R 1-2.",
]  # fmt: skip


@pytest.mark.parametrize("text", HONEST)
def test_no_rule_fires_on_honest_words(text: str) -> None:
    assert reasons(with_body(text)) == []


LAW = [
    "l’article 15 du RGPD", "Article L. 311-1", "art. 9", "art L311-1", "articles 12 et 13", "l’article premier",
    "l’article 1er de la Constitution", "L'ARTICLE QUINZE DU RGPD", "un article du code de l’éducation", "R.421-5",
    "R. 421-5", "L. 311-1 du code", "D332-2", "loi n° 78-17", "Loi nº 78-17", "la loi du 6 janvier 1978",
    "l’arrêté du 24 juillet 2018", "le décret n° 2019-536", "règlement (UE) 2016/679", "directive 95/46",
    "loi de 1978", "avis n° 20184400", "CE, 3 mai 2021, n° 450000", "arrêt C-311/18", "délibération n° 2020-091",
    "l’article\u00a015\u00a0du\u202fRGPD",
]  # fmt: skip


@pytest.mark.parametrize("text", LAW)
def test_law_typed_by_hand_is_found(text: str) -> None:
    assert list(typed_references(f"Comme le dit {text}, nous demandons.")) != []


def test_a_reference_that_several_rules_see_is_named_once() -> None:
    assert list(typed_references("la loi n° 78-17 du 6 janvier 1978")) == ["loi n° 78-17"]


def test_the_words_of_an_option_are_held_to_the_same_rules() -> None:
    head = '[[field]]\nid = "quoi"\nkind = "choix"\nlabel = "Quoi ?"\noptions = [\n  { value = "a", label = "%s" },\n]'
    for words, reason in (("L’article 15 du RGPD", "tapée à la main"), ("Signé électroniquement", "une signature")):
        found = reasons(with_head("max_pages = 2", head % words))
        assert any(reason in said for _, said in found), found


LIMITS = {
    "max_chars": ("max_chars = 20001", ""),
    "max_pages": ("max_pages = 9", ""),
    "title": (f'title = "{"mot " * 40}"', ""),
    "a long answer": ("max_pages = 2", '[[field]]\nid = "a"\nkind = "texte"\nlabel = "A"\nmax = 5001'),
    "many rows": (
        "max_pages = 2",
        ('[[field]]\nid = "a"\nkind = "lignes"\nlabel = "A"\nmax_rows = 31\n'
         'columns = [{ id = "b", kind = "ligne", label = "B" }]'),
    ),
    "many questions": (
        "max_pages = 2", "\n".join(f'[[field]]\nid = "a{n}"\nkind = "ligne"\nlabel = "A"' for n in range(41)),
    ),
    "many points": ("max_pages = 2", "\n".join(f'[[point]]\nid = "a{n}"\ntext = "A"' for n in range(31))),
    "many options": (
        "max_pages = 2",
        '[[field]]\nid = "a"\nkind = "choix"\nlabel = "A"\noptions = ['
        + ", ".join(f'{{ value = "v{n}", label = "V" }}' for n in range(61)) + "]",
    ),
    "many enclosures": ("enclosures = [" + ", ".join('{ text = "A" }' for _ in range(21)) + "]", ""),
    "a clause twice": ('opening = ["qui-ecrit", "qui-ecrit"]', ""),
}  # fmt: skip


@pytest.mark.parametrize("head", LIMITS.values(), ids=LIMITS)
def test_what_has_no_measure_is_refused(head: tuple[str, str]) -> None:
    found = reasons(with_head(*head))
    assert any("le plus est" in reason or "fois" in reason for _, reason in found), found


def test_a_text_too_long_to_be_looked_at_is_refused_at_once() -> None:
    refuse_length("x" * MOST_CHARACTERS)
    with pytest.raises(LibraryFault, match="Raccourcissez-la"):
        refuse_length("x" * (MOST_CHARACTERS + 1))


def test_more_than_three_sheets_of_their_own_are_refused() -> None:
    found = reasons(with_body("\n\n---\n\n".join(["a"] * 5)))
    assert [reason for _, reason in found if "feuilles" in reason]


def test_only_what_begins_a_line_of_the_page_can_imitate_one() -> None:
    assert begins_a_line("Objet : a", "")
    assert begins_a_line("- Objet : a", "un mot")
    assert begins_a_line("Objet : a", "un mot  ")
    assert not begins_a_line("objet : a", "la suite d’une phrase et d’un")


def test_a_place_to_sign_is_honest_where_somebody_else_is_asked_to() -> None:
    line = "Signature et cachet de l’établissement :"
    assert forged_block(line)
    assert forged_block(line, is_annex=True) == ""
    assert forged_block("Signature : ________") == ""
    assert forged_block("Signé électroniquement : ________", is_annex=True)


@pytest.mark.parametrize("text", ["Élève, œuvre, ÿ, Ç", "1 000 €, 20 %", "« mot »", "l’été – ici", "un\u00a0mot"])
def test_everyday_french_hides_nothing(text: str) -> None:
    assert list(hidden_signs(text)) == []
