"""Whatever the editor inserts is sound in every letter that offers it: tried in the real trial process."""

from pathlib import Path

import pytest
from flask import Flask

from app.services.packs.placeholders import inserted, palette_of
from app.services.packs.sources import read_source, write_source
from app.services.packs.trial import sample_answers, try_letter
from tests.running_house import START, house_of

LETTERS = Path(__file__).resolve().parents[2] / "letters" / "packs" / "carnet"
NAMES = ["acces", "opposition", "consentement", "questionnaire", "cnil"]
AT_ONCE = 15
# A question of the letter that this body leaves aside, a case that no family meets: not what is tried here.
ASIDE = ("ne sert à rien", "aucun exemple")
EXPLAINED = "\n\n> Ce que dit ce passage.\n"


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_can_be_inserted_is_sound(app: Flask, name: str) -> None:
    source = read_source((LETTERS / name / "letter.md").read_text(encoding="utf-8"))
    palette = palette_of(source)
    items = [item for shelf in (*palette.names, *palette.situations) for item in shelf.items] + [*palette.grammar]
    for start in range(0, len(items), AT_ONCE):
        body = "Un début." + EXPLAINED
        for item in items[start : start + AT_ONCE]:
            is_case = item.id.startswith("si:")
            body = inserted(body if is_case else f"{body}\nVoici :", item.snippet) + ("" if is_case else EXPLAINED)
        text = write_source(source.with_body(body).with_front(max_chars=20_000, max_pages=6))
        trial = try_letter(house_of(app), text, sample_answers(text), START.date())
        assert [str(fault) for fault in trial.faults if not any(word in fault.message for word in ASIDE)] == []
        assert trial.letters
