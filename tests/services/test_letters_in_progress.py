"""What becomes of the letters that families have begun, when their association publishes another version or withdraws
it: carried, kept or stopped, never lost, and a sealed one never touched."""

from typing import Any

import pytest
from flask import Flask

from app.domain.errors import Conflict, InvalidAnswer, UnknownReference
from app.domain.progress import CHECK
from app.domain.versions import VersionState
from app.services.drafts import OpenDraft, begin_draft, open_draft, save_answers, start_draft
from app.services.packs.history import history
from app.services.packs.letters import published_letters
from app.services.packs.offered import offered_letter
from app.services.packs.publishing import DraftChoice, plan_publication, publish, withdraw
from app.services.packs.sources import LetterSource
from app.services.packs.standing import LetterWithdrawn
from app.services.sealing import open_letter, prepare_letter, read_draft_letter, seal_letter
from tests.at_once import at_once
from tests.domain.wizard_answers import complete
from tests.running_house import QuickPool
from tests.services.association_letters import Desk, quicken
from tests.services.letter_rows import ANNE, CHLOE, ready_draft, sealed, work

SLUG = "acces-cantine"


@pytest.fixture
def desk(any_app: Flask, monkeypatch: pytest.MonkeyPatch, quick_pdf: QuickPool) -> Desk:
    quicken(monkeypatch)
    made = Desk(any_app)
    made.begin()
    made.publish()
    return made


REASON = "\n\nMa raison : {{ reponses.motif }}.\n\n> Vous dites pourquoi.\n\n"


def key_of(desk: Desk) -> str:
    return offered_letter(desk.house, desk.slug, SLUG).key


def begun(desk: Desk, holder: str = ANNE) -> str:
    return ready_draft(desk.house, holder, key_of(desk))


def opened(desk: Desk, draft_id: str, holder: str = ANNE) -> OpenDraft:
    return open_draft(desk.house, holder, draft_id)


def with_question(source: LetterSource, **question: Any) -> LetterSource:
    """The letter with one more question, which its text prints when it was answered."""
    asked = {"id": "motif", "kind": "ligne", "label": "Pour quelle raison ?", "required": True} | question
    text = REASON if asked["required"] else f"\n\n{{% if reponses.motif %}}{REASON}{{% endif %}}\n"
    return source.with_front(field=[*source.fields, asked]).with_body(source.body + text)


def without_question(source: LetterSource, field_id: str, text: str) -> LetterSource:
    """The letter without a question, nor the text that read it."""
    kept = [one for one in source.fields if one["id"] != field_id]
    assert text in source.body
    return source.with_front(field=kept).with_body(source.body.replace(text, ""))


def ready(desk: Desk, source: LetterSource, **reply: str) -> None:
    """Write, propose and accept the next version, its samples answering what is new."""
    desk.write(source)
    desk.submit_with(reply)
    desk.accept()


def test_what_is_not_published_cannot_be_begun(desk: Desk) -> None:
    desk.write(desk.source().with_front(hint="Autre."))
    version = desk.submit()
    with pytest.raises(UnknownReference):
        start_draft(desk.house, ANNE, f"{SLUG}~{version.id}")
    assert offered_letter(desk.house, desk.slug, SLUG).key != f"{SLUG}~{version.id}"


@pytest.mark.parametrize("key", [f"{SLUG}~", f"{SLUG}~inconnue", "~", f"{SLUG}~{'x' * 22}", "acces~acces"])
def test_a_key_that_names_nothing_begins_nothing(desk: Desk, key: str) -> None:
    with pytest.raises(UnknownReference):
        begin_draft(desk.house, ANNE, key)


def test_a_draft_goes_on_with_a_version_that_breaks_nothing(desk: Desk) -> None:
    draft_id = begun(desk)
    before = opened(desk, draft_id)
    ready(desk, desk.source().with_front(hint="Mieux dit."))
    plan = plan_publication(desk.house, desk.editor, SLUG)
    assert (plan.drafts, plan.broken, plan.breaking) == (1, 0, ())
    publish(desk.house, desk.editor, SLUG, desk.now().version)
    after = opened(desk, draft_id)
    assert after.template.id == key_of(desk) != before.template.id
    assert (after.answers, after.way.expected, after.version) == (before.answers, CHECK, before.version + 1)
    assert (before.has_moved, after.has_moved, after.lost) == (False, True, ())


def test_an_old_page_does_not_write_over_a_draft_that_was_carried(desk: Desk) -> None:
    draft_id = begun(desk)
    page = opened(desk, draft_id)
    ready(desk, desk.source().with_front(hint="Mieux dit."))
    publish(desk.house, desk.editor, SLUG, desk.now().version)
    with pytest.raises(Conflict):
        save_answers(desk.house, ANNE, draft_id, page.answers, "envoi", seen=page.version)


def test_a_change_that_breaks_drafts_is_published_only_after_a_choice(desk: Desk) -> None:
    begun(desk), begun(desk, CHLOE)
    ready(desk, with_question(desk.source()), motif="curiosité")
    plan = plan_publication(desk.house, desk.editor, SLUG)
    assert (plan.drafts, plan.broken) == (2, 2)
    assert ["est ajoutée" in change.sentence for change in plan.breaking] == [True]
    with pytest.raises(InvalidAnswer) as refused:
        publish(desk.house, desk.editor, SLUG, desk.now().version)
    assert refused.value.field == "choix"
    assert [card.state for card in history(desk.house, desk.editor, SLUG).versions] == [
        VersionState.ACCEPTEE, VersionState.PUBLIEE,
    ]  # fmt: skip


def test_drafts_may_finish_with_their_own_version(desk: Desk) -> None:
    draft_id = begun(desk)
    key = key_of(desk)
    ready(desk, with_question(desk.source()), motif="curiosité")
    publish(desk.house, desk.editor, SLUG, desk.now().version, DraftChoice.KEEP)
    assert opened(desk, draft_id).template.id == key != key_of(desk)
    letter = open_letter(desk.house, ANNE, sealed(desk.house, draft_id))
    assert (letter.template_id, letter.template_version) == (key, "1")


def test_drafts_may_go_on_with_the_new_version_which_asks_what_it_lacks(desk: Desk) -> None:
    draft_id = begun(desk)
    ready(desk, with_question(desk.source()), motif="curiosité")
    publish(desk.house, desk.editor, SLUG, desk.now().version, DraftChoice.MOVE)
    draft = opened(desk, draft_id)
    assert (draft.template.id, draft.way.expected) == (key_of(desk), "question-motif")
    assert (draft.has_moved, draft.lost) == (True, ())
    replies = draft.answers["reponses"] | {"motif": "un oubli"}
    save_answers(desk.house, ANNE, draft_id, draft.answers | {"reponses": replies}, "question-motif")
    assert "Ma raison" in read_draft_letter(opened(desk, draft_id)).to_json()
    assert open_letter(desk.house, ANNE, sealed(desk.house, draft_id)).template_version == "2"


def test_an_answer_that_the_new_version_cannot_read_is_named_to_the_parent(desk: Desk) -> None:
    ready(desk, with_question(desk.source()), motif="curiosité")
    publish(desk.house, desk.editor, SLUG, desk.now().version)
    key = key_of(desk)
    draft_id = start_draft(desk.house, ANNE, key)
    notes = opened(desk, draft_id).answers["carnet"]
    source = desk.source()
    raw = ready_answers(notes) | {"reponses": {"format": "papier", "canal_papier": "courrier", "motif": "un mot"}}
    save_answers(desk.house, ANNE, draft_id, raw, "envoi")
    fields = [one | ({"kind": "date"} if one["id"] == "motif" else {}) for one in source.fields]
    body = source.body.replace("{{ reponses.motif }}", "{{ reponses.motif|date }}")
    ready(desk, source.with_front(field=fields).with_body(body), motif="2026-11-02")
    publish(desk.house, desk.editor, SLUG, desk.now().version, DraftChoice.MOVE)
    draft = opened(desk, draft_id)
    assert draft.lost == ("Pour quelle raison\u202f?",)
    assert "motif" not in draft.answers["reponses"]
    assert draft.answers["signataires"] == raw["signataires"]
    assert draft.way.expected == "question-recherche"


def ready_answers(notes: dict[str, Any]) -> dict[str, Any]:
    """The answers of a family that has answered everything, with the notes of its own draft."""
    raw = complete()
    raw["carnet"] |= notes
    return raw


def test_a_question_that_is_no_longer_asked_goes_with_its_answer(desk: Desk) -> None:
    ready(desk, with_question(desk.source(), required=False), motif="un mot")
    publish(desk.house, desk.editor, SLUG, desk.now().version)
    draft_id = begun(desk)
    draft = opened(desk, draft_id)
    replies = draft.answers["reponses"] | {"motif": "un mot"}
    save_answers(desk.house, ANNE, draft_id, draft.answers | {"reponses": replies}, "question-motif")
    text = f"{{% if reponses.motif %}}{REASON}{{% endif %}}"
    ready(desk, without_question(desk.source(), "motif", text), motif="")
    publish(desk.house, desk.editor, SLUG, desk.now().version, DraftChoice.MOVE)
    moved = opened(desk, draft_id)
    assert (moved.way.expected, moved.lost) == (CHECK, ("Pour quelle raison\u202f?",))
    assert open_letter(desk.house, ANNE, sealed(desk.house, draft_id)).template_version == "3"


def test_a_withdrawn_letter_is_neither_begun_nor_finished_and_says_why(desk: Desk) -> None:
    draft_id, key = begun(desk), key_of(desk)
    assert opened(desk, draft_id).withdrawal == ""
    withdraw(desk.house, desk.editor, SLUG, "L’article a changé.", desk.now().version)
    draft = opened(desk, draft_id)
    assert "Parents d’Alès a retiré cette lettre le 21\u00a0novembre\u00a02026" in draft.withdrawal
    assert "«\u202fL’article a changé.\u202f»" in draft.withdrawal
    with pytest.raises(LetterWithdrawn, match="L’article a changé"):
        seal_letter(desk.house, ANNE, draft_id)
    with pytest.raises(UnknownReference):
        begin_draft(desk.house, ANNE, key)
    with pytest.raises(UnknownReference, match="L’article a changé"):
        offered_letter(desk.house, desk.slug, SLUG)
    with desk.house.units.reading() as unit:
        assert published_letters(unit, desk.association_id) == ()


def test_a_withdrawal_stops_the_drafts_of_the_versions_before_too(desk: Desk) -> None:
    draft_id = begun(desk)
    ready(desk, with_question(desk.source()), motif="curiosité")
    publish(desk.house, desk.editor, SLUG, desk.now().version, DraftChoice.KEEP)
    withdraw(desk.house, desk.editor, SLUG, "Erreur.", desk.now().version)
    assert opened(desk, draft_id).withdrawal
    assert {card.state for card in history(desk.house, desk.editor, SLUG).versions} == {VersionState.RETIREE}


def test_a_draft_stopped_by_a_withdrawal_goes_on_with_the_version_that_mends_it(desk: Desk) -> None:
    draft_id = begun(desk)
    withdraw(desk.house, desk.editor, SLUG, "Erreur.", desk.now().version)
    ready(desk, desk.source().with_front(hint="Corrigée."))
    (cohort,) = plan_publication(desk.house, desk.editor, SLUG).cohorts
    assert (cohort.is_withdrawn, cohort.drafts) == (True, 1)
    publish(desk.house, desk.editor, SLUG, desk.now().version)
    assert opened(desk, draft_id).withdrawal == ""
    assert sealed(desk.house, draft_id)


def test_a_sealed_letter_keeps_its_version_whatever_happens(desk: Desk) -> None:
    draft_id, key = begun(desk), key_of(desk)
    letter_id = sealed(desk.house, draft_id)
    before = open_letter(desk.house, ANNE, letter_id)
    ready(desk, with_question(desk.source()), motif="curiosité")
    assert plan_publication(desk.house, desk.editor, SLUG).drafts == 0
    publish(desk.house, desk.editor, SLUG, desk.now().version)
    withdraw(desk.house, desk.editor, SLUG, "Erreur.", desk.now().version)
    assert open_letter(desk.house, ANNE, letter_id) == before
    assert before.template_id == key
    assert before.document.credit == "Modèle de lettre proposé par Parents d’Alès."


def test_a_letter_is_sealed_or_stopped_never_both(desk: Desk) -> None:
    draft_id = begun(desk)
    prepare_letter(desk.house, ANNE, draft_id)
    work(desk.house)
    seen = desk.now().version
    found = at_once(
        lambda: seal_letter(desk.house, ANNE, draft_id),
        lambda: withdraw(desk.house, desk.editor, SLUG, "Erreur.", seen),
    )
    assert found[1] is None
    draft = opened(desk, draft_id)
    assert draft.letter_id == found[0] if isinstance(found[0], str) else isinstance(found[0], LetterWithdrawn)


def test_a_letter_sealed_while_a_version_is_published_is_of_one_version(desk: Desk) -> None:
    draft_id, old = begun(desk), key_of(desk)
    prepare_letter(desk.house, ANNE, draft_id)
    work(desk.house)
    ready(desk, desk.source().with_front(hint="Mieux dit."))
    seen = desk.now().version
    found = at_once(
        lambda: seal_letter(desk.house, ANNE, draft_id),
        lambda: publish(desk.house, desk.editor, SLUG, seen).drafts,
    )
    assert not isinstance(found[1], Exception)
    if isinstance(found[0], str):
        assert open_letter(desk.house, ANNE, found[0]).template_id == old
    else:
        assert isinstance(found[0], Conflict) or found[0] is None
        assert opened(desk, draft_id).template.id == key_of(desk)


def test_the_pdf_asked_for_before_a_publication_is_not_that_of_another_text(desk: Desk) -> None:
    draft_id = begun(desk)
    prepare_letter(desk.house, ANNE, draft_id)
    source = desk.source()
    ready(desk, source.with_body(source.body + "\n\nEt merci.\n\n> Vous remerciez.\n"))
    publish(desk.house, desk.editor, SLUG, desk.now().version)
    work(desk.house)
    assert seal_letter(desk.house, ANNE, draft_id) is None
    letter = open_letter(desk.house, ANNE, sealed(desk.house, draft_id))
    assert "Et merci." in letter.document.to_json()
