"""What people type is cleaned, or refused with a sentence, quickly."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.contact import email_address, phone_number
from app.domain.errors import InvalidAnswer
from app.domain.plaintext import name_line, plain_line, plain_text


def test_a_line_is_normalised_and_its_spaces_collapse() -> None:
    assert plain_line("\u200b Rene\u0301\u00a0 \t Du\u00adrand\ufeff\n", "nom", "Nom") == "René Durand"
    assert name_line("L'Hermite", "nom", "Nom") == "L’Hermite"


def test_a_text_keeps_its_lines_but_never_two_empty_ones() -> None:
    assert plain_text(" Un \r\n\r\n\n\n deux\u2028trois  ", "t", "Texte") == "Un\n\ndeux\ntrois"
    assert plain_text("<b> reste du texte", "t", "Texte") == "<b> reste du texte"


@pytest.mark.parametrize(
    "sign", ["\x00", "\x1b", "\u202e", "\u2066", "\u200f", "\ue000", "\U000f0000", "\ud800", "\uffff"]
)
def test_a_sign_that_cannot_be_printed_is_refused_by_its_number(sign: str) -> None:
    for clean in (plain_line, plain_text):
        with pytest.raises(InvalidAnswer, match=f"U\\+{ord(sign):04X}") as caught:
            clean(f"Lou{sign} Durand", "enfants.0.prenom", "Prénom")
        assert caught.value.field == "enfants.0.prenom"


def test_heaped_accents_markup_in_names_and_long_texts_are_refused() -> None:
    with pytest.raises(InvalidAnswer, match="empile"):
        plain_line("a" + "\u0301" * 5, "nom", "Nom")
    with pytest.raises(InvalidAnswer, match="le signe <"):
        name_line("<script>", "nom", "Nom")
    with pytest.raises(InvalidAnswer, match="aucune lettre"):
        name_line("42", "nom", "Nom")
    with pytest.raises(InvalidAnswer, match="compte 61 caractères ; nous en gardons 60"):
        name_line("a" * 61, "nom", "Nom")


@pytest.mark.parametrize(
    "seed", ["a", " ", "\u0301", "a\u0301\u0323", "\n", "@", "a@", ".", "a.", "0", "é", "<", "\u202e", " ,"]
)
@pytest.mark.parametrize("clean", [plain_line, plain_text, name_line])
def test_a_hundred_kilobytes_of_anything_are_refused_or_empty(seed: str, clean: object) -> None:
    """How long that takes is measured by `make bench` (benchmarks/validators.py), never by a test."""
    text = seed * (100_000 // len(seed))
    for read in (
        lambda: clean(text, "champ", "Champ"),  # type: ignore[operator]
        lambda: email_address(text, "courriel"),
        lambda: phone_number(text, "telephone"),
    ):
        with suppress(InvalidAnswer):
            assert read() == ""
    with suppress(InvalidAnswer):
        assert len(plain_text(text, "champ", "Champ", 100_000)) <= 100_000


@given(st.text(max_size=80))
def test_a_cleaned_line_is_clean_already(text: str) -> None:
    try:
        once = plain_line(text, "champ", "Champ")
    except InvalidAnswer:
        return
    assert plain_line(once, "champ", "Champ") == once


@pytest.mark.parametrize(
    "email",
    [
        "anne@exemple.fr",
        "a.b+c@sous.domaine.exemple.org",
        "o'neil@exemple.fr",
        "x_y@a--b.fr",
        "1@vermögen.example",
        "a@домен.example",
    ],
)
def test_a_mail_address_is_kept(email: str) -> None:
    assert email_address(email, "courriel") == email


@pytest.mark.parametrize(
    "email",
    [
        "anne", "@exemple.fr", "a@b", "Anne <a@exemple.fr>", "a@1.2.3.4", "a@[1.2.3.4]", "a..b@exemple.fr",
        ".a@exemple.fr",
        "a@b@exemple.fr", "a b@exemple.fr", "a@ex emple.fr", "a@a_b.fr", "a@.exemple.fr", "a@exemple..fr",
        "a@exemple.fr;",
        "a,b@exemple.fr", "a’b@exemple.fr", '"a"@exemple.fr', "a£@exemple.fr", "a@exemple.f",
        "a" * 70 + "@exemple.fr",
        "a@" + "b" * 64 + ".fr",
    ],
)  # fmt: skip
def test_a_mail_address_nobody_could_reach_is_refused(email: str) -> None:
    with pytest.raises(InvalidAnswer, match="courriel"):
        email_address(email, "courriel")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("0466000000", "04 66 00 00 00"),
        ("04.66.00.00.00", "04 66 00 00 00"),
        ("+33 (0)4 66 00 00 00", "04 66 00 00 00"),
        ("0033466000000", "04 66 00 00 00"),
        ("+689 40 00 00 00", "+689 40 00 00 00"),
        ("40 000 000", "40 000 000"),
        ("3646", "3646"),
        ("+49 30 000000", "+49 30 000000"),
    ],
)
def test_a_telephone_number_is_printed_in_pairs_when_it_is_french(typed: str, kept: str) -> None:
    assert phone_number(typed, "telephone") == kept


@pytest.mark.parametrize("typed", ["0466000000 0466000001", "quatre", "12", "04/66", "٠٤٦٦٠٠٠٠٠٠"])
def test_anything_else_than_one_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidAnswer, match=r"[Tt]éléphone"):
        phone_number(typed, "telephone")
