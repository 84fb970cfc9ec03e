"""Short codes: drawn, read back however they are typed, and a slip of the hand placed; never mended in silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.short_codes import ALPHABET, CODES, DRAWN, FIELD, GROUP, LENGTH, Misread, code_of, grouped, read_code

NUMBERS = st.integers(0, CODES - 1)
PLACES = st.integers(0, LENGTH - 1)


def bare(code: str) -> str:
    return code.replace("-", "")


def with_sign(code: str, place: int, sign: str) -> str:
    return code[:place] + sign + code[place + 1 :]


@given(NUMBERS)
def test_a_code_that_was_drawn_reads_as_itself(number: int) -> None:
    code = code_of(number)
    assert read_code(code) == code
    assert len(bare(code)) == LENGTH
    assert code[GROUP] == "-"


@given(NUMBERS, NUMBERS)
def test_two_numbers_never_draw_the_same_code(one: int, other: int) -> None:
    assert (code_of(one) == code_of(other)) is (one == other)


@given(NUMBERS, PLACES, st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_found_and_placed(number: int, place: int, sign: str) -> None:
    code = bare(code_of(number))
    typed = with_sign(code, place, sign)
    if typed == code:
        assert read_code(typed) == grouped(code)
        return
    with pytest.raises(Misread) as misread:
        read_code(typed)
    # Now and then a wrong sign looks like two neighbours in the wrong order: then both are named.
    assert misread.value.places == (place + 1,) or len(misread.value.places) == 2


def test_a_wrong_sign_is_hardly_ever_taken_for_two_neighbours() -> None:
    named = 0
    code = bare(code_of(123_456_789_012))
    tried = [with_sign(code, place, sign) for place in range(LENGTH) for sign in ALPHABET if sign != code[place]]
    for typed in tried:
        with pytest.raises(Misread) as misread:
            read_code(typed)
        named += len(misread.value.places) == 1
    assert named / len(tried) > 0.95


@given(NUMBERS, st.integers(0, LENGTH - 2))
def test_two_neighbours_in_the_wrong_order_are_found(number: int, place: int) -> None:
    code = bare(code_of(number))
    typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if typed == code:
        assert read_code(typed) == grouped(code)
        return
    with pytest.raises(Misread) as misread:
        read_code(typed)
    assert len(misread.value.places) == 2


@given(NUMBERS, st.lists(PLACES, min_size=2, max_size=2, unique=True), st.data())
def test_no_two_wrong_signs_make_another_code(number: int, places: list[int], data: st.DataObject) -> None:
    code = bare(code_of(number))
    typed = code
    for place in places:
        typed = with_sign(typed, place, data.draw(st.sampled_from([sign for sign in ALPHABET if sign != code[place]])))
    with pytest.raises(Misread):
        read_code(typed)


@given(NUMBERS, st.sampled_from([" ", "", " - ", "\u00a0", "–", "\t", "."]), st.booleans())
def test_case_spaces_and_look_alikes_do_not_matter(number: int, between: str, is_small: bool) -> None:
    code = code_of(number)
    first, _, second = code.partition("-")
    typed = f" {first}{between}{second} ".replace("0", "O").replace("1", "l").replace("2", "z").replace("V", "u")
    assert read_code(typed.lower() if is_small else typed) == code


@given(st.text(max_size=80))
def test_anything_typed_gets_a_code_or_a_sentence(typed: str) -> None:
    told = ""
    try:
        read = read_code(typed)
    except InvalidAnswer as refused:
        told = f"{refused.field}: {refused.message}"
    else:
        assert read == grouped(bare(read))
    assert not told or (told.startswith(f"{FIELD}: ") and told.endswith("."))


@pytest.mark.parametrize("typed", ["", " ", "--", "\u00a0"])
def test_nothing_typed_is_said_to_be_missing(typed: str) -> None:
    with pytest.raises(MissingAnswer, match="Recopiez le code"):
        read_code(typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("4K7QM", "le vôtre en a 5. Il en manque"),
        ("4", "le vôtre en a un seul"),
        ("4K7QM2PX9D4", "le vôtre en a 11. Il y en a trop"),
        ("4K7QM-2PX9é", "« É »"),
        ("4K7QM-2PX9\u202e", "invisible"),
        ("4" * 61, "trop long"),
        ("<b>", "« < »"),
    ],
)
def test_what_cannot_be_a_code_is_told_why(typed: str, words: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        read_code(typed)
    assert words in refused.value.message


def test_the_sentence_names_the_place() -> None:
    code = bare(code_of(0))
    assert code == "0" * LENGTH
    with pytest.raises(Misread, match="vérifiez le 5e signe"):
        read_code(with_sign(code, 4, "7"))
    with pytest.raises(Misread, match="vérifiez le 1er signe"):
        read_code(with_sign(code, 0, "7"))
    swapped = bare(code_of(7 * len(ALPHABET)))
    assert swapped[:2] == "07"
    with pytest.raises(Misread, match="1er et 2e signes"):
        read_code(swapped[1] + swapped[0] + swapped[2:])


@pytest.mark.parametrize("number", [-1, CODES])
def test_a_number_outside_draws_nothing(number: int) -> None:
    with pytest.raises(ValueError, match="drawn"):
        code_of(number)


def test_the_alphabet_has_no_two_signs_alike() -> None:
    assert len(set(ALPHABET)) == 31
    assert not set("ILOUZ") & set(ALPHABET)
    assert DRAWN == LENGTH - 2
