"""What a person may type is what the letter's typeface can draw."""

from pathlib import Path

import fontpkg_source_serif_4
import pytest
from fontTools.ttLib import TTFont

from app.domain.errors import InvalidAnswer
from app.domain.plaintext import plain_line
from app.domain.repertoire import REPERTOIRE

FONTS = sorted((Path(fontpkg_source_serif_4.__file__).parent / "files").glob("*.ttf"))


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.stem)
def test_the_typeface_draws_every_sign_of_the_repertoire(font: Path) -> None:
    drawn = {chr(code) for code in TTFont(font).getBestCmap()}
    assert drawn | {"\u00ad"} >= REPERTOIRE


@pytest.mark.parametrize("name", ["Zoë Œuvrard", "Łukasz Żółć", "Ελένη", "Ольга", "Nguyễn Thị Ánh", "Çağla Şen"])
def test_the_names_of_families_pass(name: str) -> None:
    assert plain_line(name, "nom", "Nom") == name


@pytest.mark.parametrize("text", ["😀", "李", "שלום", "محمد", "x\u2500y"])
def test_a_sign_that_cannot_be_printed_is_named(text: str) -> None:
    with pytest.raises(InvalidAnswer, match="ne sait pas imprimer"):
        plain_line(text, "nom", "Nom")
