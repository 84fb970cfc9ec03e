"""Two texts side by side: what stayed, what came, what went, and a time that stays small."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.difference import Mark, Passage, differences, folded, passages

TEXTS = st.lists(st.sampled_from(["Madame,", "je demande la copie.", "je demande tout.", "Merci.", ""])).map(
    "\n\n".join
)


def marks(old: str, new: str) -> list[Mark]:
    return [passage.mark for passage in differences(old, new)]


def side(found: tuple[Passage, ...], left_out: Mark) -> list[str]:
    """The passages of one of both texts, put together again."""
    whole = ["".join(piece.text for piece in one.pieces if piece.mark is not left_out) for one in found]
    return [text for text in whole if text.strip()]


def test_a_text_does_not_differ_from_itself() -> None:
    assert marks("Un.\n\nDeux.", "Un.\n\nDeux.") == [Mark.SAME, Mark.SAME]


def test_a_word_that_changed_is_shown_inside_its_passage() -> None:
    (passage,) = differences("Je demande la copie de mon dossier.", "Je demande la copie du dossier scolaire.")
    assert passage.mark is Mark.CHANGED
    assert [(piece.mark, piece.text.strip()) for piece in passage.pieces if piece.mark is not Mark.SAME] == [
        (Mark.REMOVED, "de mon"),
        (Mark.ADDED, "du"),
        (Mark.ADDED, "scolaire"),
    ]


def test_a_passage_that_came_and_one_that_went_are_shown_whole() -> None:
    assert marks("Un.\n\nTrois.", "Un.\n\nBonjour à tous.\n\nTrois.") == [Mark.SAME, Mark.ADDED, Mark.SAME]
    assert marks("Un.\n\nBonjour à tous.\n\nTrois.", "Un.\n\nTrois.") == [Mark.SAME, Mark.REMOVED, Mark.SAME]


def test_two_passages_without_kinship_are_two_passages() -> None:
    assert marks("Le chat dort.", "Veuillez recevoir mes salutations.") == [Mark.ADDED, Mark.REMOVED]


def test_a_line_that_breaks_elsewhere_is_no_change() -> None:
    assert marks("Je demande\nla copie.", "Je demande la\ncopie.") == [Mark.SAME]


@given(TEXTS, TEXTS)
def test_each_text_can_be_read_back(old: str, new: str) -> None:
    found = differences(old, new)
    assert side(found, Mark.REMOVED) == passages(new)
    assert side(found, Mark.ADDED) == passages(old)


def test_what_did_not_change_is_folded_but_for_its_neighbours() -> None:
    old = "\n\n".join(f"Passage {number}." for number in range(9))
    found = folded(differences(old, old.replace("Passage 4.", "Quatrième passage.")))
    shown = [(one.mark, one.folded) for one in found]
    assert shown[0] == shown[-1] == (Mark.SAME, 3)
    assert sum(one.folded for one in found) == 6


def test_hostile_texts_are_compared_all_the_same() -> None:
    one = "\n\n".join(["a b " * 300] * 40)
    other = "\n\n".join(["b a " * 300] * 40)
    assert differences(one, other)
    assert marks("mot " * 9000, "autre " * 9000) == [Mark.ADDED, Mark.REMOVED]
