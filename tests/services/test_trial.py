"""The trial of foreign letters: faults with their place, samples run, and whatever is hostile killed without harm."""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.delivery.errors import RenderFailed, RenderTimeout, RenderTooLarge
from app.domain.answers import RefusedAnswers
from app.domain.errors import DomainError
from app.services.library import library
from app.services.packs import trial
from app.services.packs.families import invented_samples
from app.services.packs.letter_trial import checked_letter, read_template
from app.services.packs.trial import LetterFault, RefusedLetter, TrialPool, preview, sample_answers, try_letter
from app.services.samples import read_answers_text
from tests.delivery.escape_corpus import HOSTILE, SYNTAX
from tests.running_house import house_of
from tests.services.pack_cast import LETTERS, copied_texts, texts_of

ON = date(2026, 11, 21)
SOURCE, SAMPLES = texts_of()
SAMPLE = next(iter(SAMPLES.values()))
ROWS = (
    '\n[[field]]\nid = "l"\nkind = "lignes"\nlabel = "L"\nrequired = false\nmax_rows = 30\n'
    'columns = [{ id = "c", kind = "ligne", label = "C" }]\n'
)
LOOP = "{% for a in reponses.l %}"


def with_body(text: str, head: str = "") -> str:
    before, fence, after = SOURCE.partition("\n+++\n")
    return f"{before}\n{head}{fence}{after}\n{text}\n\n> Rien.\n"


def faults(source: str, samples: dict[str, str] | None = None) -> tuple[LetterFault, ...]:
    return checked_letter(source, SAMPLES if samples is None else samples, ON, library()).faults


FIRST = SOURCE.partition("\n+++\n")[2].count("\n") + 2

PLACES: dict[str, tuple[str, str, int, str]] = {
    "a name in the text": (with_body("{{ enfants.age }}"), "texte", FIRST, "n’existe pas"),
    "the second line of a paragraph": (with_body("Un\n{{ lipsum() }}"), "texte", FIRST + 1, "un appel"),
    "a heading": (with_body("# Titre"), "texte", FIRST, "Un titre"),
    "a branch that nobody takes": (
        with_body("{% if enfants.nombre > 7 %}a{% else %}b{% endif %}"), "texte", FIRST, "aucun exemple",
    ),
    "a passage without a plain sentence": (
        SOURCE + "\nUn passage que rien n’explique.\n", "texte", FIRST, "En clair",
    ),
    "the subject": (
        SOURCE.replace('subject = "', 'subject = "{{ ecole.age }} '), "objet", 1, "« ecole.age »",
    ),
    "an enclosure": (
        SOURCE.replace("max_pages", 'enclosures = [\n  { text = "Une" },\n  { text = "{{ a.b }}" },\n]\nmax_pages'),
        "pièce jointe 2", 1, "« a.b »",
    ),
    "a question": (
        with_body("a", '\n[[field]]\nid = "quoi"\nkind = "ligne"\nlabel = "Quoi ?"\nrequired = false\n'),
        "question quoi", 1, "ne sert à rien",
    ),
    "a point": (SOURCE.replace('text = "une réponse', 'text = "{{ a.b }} une réponse'), "point demande", 3, "« a.b »"),
    "the head": (SOURCE.replace("max_pages = 2", "max_pages = deux"), "en-tête", 12, "TOML"),
    "the whole": (SOURCE.replace("max_chars = 9000", "max_chars = 10"), "lettre", 1, "plus que 10"),
    "no fence": ("Bonjour", "en-tête", 1, "+++"),
    "nothing": ("", "en-tête", 1, "+++"),
}  # fmt: skip


@pytest.mark.parametrize("case", PLACES.values(), ids=PLACES)
def test_each_fault_stands_where_the_editor_can_mend_it(case: tuple[str, str, int, str]) -> None:
    source, place, line, words = case
    found = faults(source)
    assert any((one.place, one.line) == (place, line) and words in one.message for one in found), found


@pytest.mark.parametrize(
    ("sample", "words"),
    [
        ("on =", "n’est pas du TOML"), ("on = 1", "est la date"), ("", "etablissement"), ("a = " + "[" * 5000, "TOML"),
        ("a" + ".a" * 40_000 + " = 1", "TOML"), ("a = " + "9" * 5000, "TOML"),
        (SAMPLE + '\nautre = "x"\n', "question « autre »"),
    ],
    ids=["cut", "no date", "empty", "deep", "dots", "digits", "a stranger"],
)  # fmt: skip
def test_a_sample_that_makes_no_letter_says_why_under_its_name(sample: str, words: str) -> None:
    found = faults(SOURCE, {"mere": sample})
    assert any(one.place == "exemple mere" and words in one.message for one in found), found


def test_a_letter_without_a_sample_says_so() -> None:
    assert any("pas d’exemple" in fault.message for fault in faults(SOURCE, {}))


@pytest.mark.parametrize(("text", "_words"), SYNTAX + HOSTILE, ids=[text[:40] for text, _ in SYNTAX + HOSTILE])
def test_no_escape_is_run_whatever_its_samples(text: str, _words: str) -> None:
    found = checked_letter(with_body(text), SAMPLES, ON, library())
    assert found.faults
    assert found.letters == ()


def test_what_swells_is_stopped_by_its_budget_and_named_in_a_sentence(app: Flask) -> None:
    source = with_body(LOOP * 3 + "{{ a.c }} " + "{% endfor %}" * 3, ROWS)
    rows = "".join(f'\n[[reponses.l]]\nc = "{"a" * 100}"\n' for _ in range(30))
    found = try_letter(house_of(app), source, {"mere": SAMPLE + rows}, ON)
    assert [(fault.place, fault.line) for fault in found.faults] == [("texte", FIRST)]
    assert "dépasse 300000 caractères" in found.faults[0].message


@pytest.fixture
def small_pool() -> Iterator[TrialPool]:
    with TrialPool(1, seconds=3, memory=80 * 1024 * 1024) as pool:
        yield pool


def asked(sample: str = SAMPLE) -> dict[str, Any]:
    return {"source": SOURCE, "samples": {"mere": sample}}


def test_a_letter_that_takes_too_long_is_killed_and_the_next_one_is_served(small_pool: TrialPool) -> None:
    """Each of its texts stays within its budget; together, over sixty samples, they would take half a minute."""
    small_pool.ask("try", ON, asked())
    first = small_pool.process_ids()
    text = "Une preuve" + LOOP * 2 + "{% if a.c == 'z' %}b{% endif %}" * 5 + "{% endfor %}" * 2
    points = "".join(f'\n[[point]]\nid = "p{number}"\ntext = "{text}"\n' for number in range(29))
    rows = "".join(f'\n[[reponses.l]]\nc = "{number}"\n' for number in range(30))
    proofs = "enclosures = [\n" + f'  {{ text = "{text}" }},\n' * 20 + "]\nmax_pages = 2"
    source = with_body("Un mot.", ROWS + points).replace("max_pages = 2", proofs)
    heavy = {"source": source, "samples": {f"e{n}": SAMPLE + rows for n in range(60)}}
    with pytest.raises(RenderTimeout, match="trop de temps"):
        small_pool.ask("try", ON, heavy)
    assert small_pool.process_ids() != first
    assert small_pool.ask("try", ON, asked())[0]["faults"] == []


def test_a_letter_that_takes_too_much_memory_is_killed_and_the_next_one_is_served(small_pool: TrialPool) -> None:
    heavy = SAMPLE + "\nx = [" + "{a=1}," * 300_000 + "]\n"
    with pytest.raises((RenderTooLarge, RenderTimeout), match=r"mémoire|temps"):
        small_pool.ask("try", ON, asked(heavy))
    assert small_pool.ask("try", ON, asked())[0]["faults"] == []


def test_a_killed_letter_is_one_fault_that_says_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killing:
        def ask(self, *_given: object) -> None:
            raise RenderTimeout(TrialPool.words.too_slow)

    monkeypatch.setattr(trial, "trial_pool", Killing)
    found = try_letter(house_of(app), SOURCE, SAMPLES, ON)
    assert [(fault.place, fault.message) for fault in found.faults] == [("lettre", TrialPool.words.too_slow)]
    with pytest.raises(RenderFailed):
        preview(house_of(app), SOURCE, {}, ON)


def test_what_weighs_too_much_is_not_even_sent(app: Flask) -> None:
    found = try_letter(house_of(app), SOURCE, {"mere": "#" * 2_100_000}, ON)
    assert "pèsent trop lourd" in found.faults[0].message
    found = try_letter(house_of(app), SOURCE, {f"e{number}": SAMPLE for number in range(61)}, ON)
    assert "61 exemples" in found.faults[0].message


def test_a_preview_shows_the_letter_with_its_gaps(app: Flask) -> None:
    source = with_body("{{ reponses.quoi }}.", '\n[[field]]\nid = "quoi"\nkind = "ligne"\nlabel = "Quoi ?"\n')
    answers = read_answers_text(SAMPLE, Path("mere.toml")).answers
    document = preview(house_of(app), source, {**answers, "rien": None}, ON)
    assert [gap.label for gap in document.gaps()] == ["Quoi\u202f?"]


def test_a_preview_that_cannot_be_shown_says_where_or_what_is_missing(app: Flask) -> None:
    house, answers = house_of(app), tomllib.loads(SAMPLE)
    with pytest.raises(RefusedAnswers):
        preview(house, SOURCE, {}, ON)
    with pytest.raises(RefusedLetter, match="Texte, ligne") as refused:
        preview(house, with_body("{{ lipsum() }}"), answers, ON)
    assert (refused.value.fault.place, refused.value.fault.line) == ("texte", FIRST)
    with pytest.raises(RefusedLetter):
        preview(house, with_body("{{ enfants.age }}"), answers, ON)
    with pytest.raises(DomainError):
        preview(house, SOURCE, answers | {"enfants": []}, ON)


@pytest.mark.parametrize("base", [letter.id for letter in library().letters.first_letters])
def test_the_families_invented_for_a_copied_letter_leave_no_branch_unread(base: str) -> None:
    source, _ = copied_texts(base, "copie")
    samples = invented_samples(read_template(source), library())
    assert checked_letter(source, samples, ON, library()).faults == ()


def test_families_are_found_for_questions_nobody_asked_before() -> None:
    source, _ = copied_texts("acces", "copie")
    head = (
        '\n[[field]]\nid = "repas"\nkind = "choix"\nlabel = "Quel repas ?"\noptions = [\n'
        '  { value = "midi", label = "Midi" },\n  { value = "soir", label = "Soir" },\n]\n'
        '\n[[field]]\nid = "regime"\nkind = "texte"\nlabel = "Quel régime ?"\nrequired = false\n'
        'when = { "reponses.repas" = ["soir"] }\n'
    )
    body = (
        '\n{% if reponses.repas == "soir" %}\nLe soir{% if reponses.regime %} : {{ reponses.regime }}'
        "{% else %}, sans régime{% endif %}.\n{% else %}\nÀ midi.\n{% endif %}\n\n> Le repas.\n"
    )
    before, fence, after = source.partition("\n+++\n")
    whole = before + head + fence + after + body
    samples = invented_samples(read_template(whole), library())
    assert samples == invented_samples(read_template(whole), library())
    assert checked_letter(whole, samples, ON, library()).faults == ()


def test_a_family_that_breaks_the_letter_is_among_those_found() -> None:
    head = '\n[[field]]\nid = "quoi"\nkind = "ligne"\nlabel = "Quoi ?"\nrequired = false\n'
    source = with_body("{{ reponses.quoi }}.", head)
    samples = invented_samples(read_template(source), library())
    found = checked_letter(source, samples, ON, library()).faults
    assert any("imprime une réponse vide" in fault.message and fault.place == "texte" for fault in found)


def test_samples_come_from_the_process_too() -> None:
    assert sample_answers(SOURCE)
    with pytest.raises(RefusedLetter):
        sample_answers(with_body("{{ lipsum() }}"))
    with pytest.raises(RefusedLetter):
        sample_answers("Bonjour")


def test_the_blank_letter_is_sound_and_its_sample_is_read_back(app: Flask) -> None:
    found = try_letter(house_of(app), SOURCE, SAMPLES, ON)
    assert found.is_sound
    assert [letter.name for letter in found.letters] == ["famille"]
    assert "Maëlle" in found.letters[0].document.to_json()
    assert (LETTERS / "blank").is_dir()
