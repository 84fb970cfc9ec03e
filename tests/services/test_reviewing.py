"""A version reaches families through a second person alone, and what they had begun is never lost."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.access import Role
from app.domain.document import from_json
from app.domain.errors import Conflict, InvalidAnswer, NotAllowed, NotFound
from app.domain.journal import sentence
from app.domain.versions import VersionState
from app.services.packs.history import history, read_version
from app.services.packs.letters import open_version, save_source
from app.services.packs.publishing import plan_publication, publish, withdraw
from app.services.packs.reviewing import FaultyLetter, review, submit, take_back
from app.services.staff.member import Member
from app.storage.journal import JournalEntry
from tests.at_once import at_once
from tests.services.association_letters import Desk, quicken

SLUG = "acces-cantine"


@pytest.fixture
def desk(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Desk:
    quicken(monkeypatch)
    return Desk(any_app)


def judge(desk: Desk, member: Member, accepts: bool, comment: str = "") -> Any:
    return review(desk.house, member, SLUG, is_accepted=accepts, comment=comment, seen=desk.now().version)


def told(desk: Desk) -> list[str]:
    with desk.house.units.reading() as unit:
        return [sentence(row.kind, row.details) for row in unit.session.scalars(select(JournalEntry))]


def test_a_letter_goes_from_the_house_to_families_through_a_second_person(desk: Desk) -> None:
    desk.begin()
    proposed = desk.submit(words="Le nom de la cantine.")
    assert proposed.state is VersionState.RELECTURE
    assert desk.accept().state is VersionState.ACCEPTEE
    published = publish(desk.house, desk.editor, SLUG, desk.now().version)
    assert (published.version.state, published.replaced, published.drafts) == (VersionState.PUBLIEE, None, 0)
    (card,) = history(desk.house, desk.editor, SLUG).versions
    assert (card.authors, card.reviewer, card.note) == (("Émile",), "Rosa", "Le nom de la cantine.")
    assert sorted(told(desk)) == sorted(
        [
            "Émile a commencé la lettre «\u202fAccès cantine\u202f».",
            "Émile a proposé à la relecture la lettre «\u202fAccès cantine\u202f», version 1.",
            "Rosa a accepté la lettre «\u202fAccès cantine\u202f», version 1.",
            "Émile a publié la lettre «\u202fAccès cantine\u202f», version 1.",
        ]
    )


def test_what_the_second_person_reads_is_made_when_the_version_is_proposed(desk: Desk) -> None:
    desk.begin()
    assert read_version(desk.house, desk.reviewer, SLUG, 1).letters == ()
    desk.submit()
    reading = read_version(desk.house, desk.reviewer, SLUG, 1)
    assert len(reading.letters) == 9
    assert all(from_json(document.to_json()) == document for _, document in reading.letters)
    assert reading.compared_with == "la lettre du carnet « Accès aux données »"
    assert [change.sentence for change in reading.changes] == ["Le titre devient « Accès cantine »."]


def test_a_version_with_a_fault_is_not_proposed_and_says_where(desk: Desk) -> None:
    desk.begin()
    source = desk.source()
    desk.write(source.with_body(source.body + "\n\n{{ reponses.inconnue }}\n\n> Une faute.\n"))
    with pytest.raises(FaultyLetter) as faulty:
        desk.submit()
    assert any("reponses.inconnue" in fault.message and fault.place == "texte" for fault in faulty.value.faults)
    assert desk.now().state is VersionState.REDACTION


def test_a_letter_that_would_follow_another_is_not_proposed(desk: Desk) -> None:
    desk.begin("", SLUG)
    source = desk.source()
    kept = {key: value for key, value in source.front.items() if key not in ("right", "point")}
    desk.write(type(source)(kept | {"kind": "suite", "files": "dossier"}, source.body))
    with pytest.raises(FaultyLetter):
        desk.submit()


def test_nobody_reads_over_what_they_wrote(desk: Desk) -> None:
    administrator = desk.member(Role.ADMINISTRATOR)
    desk.begin()
    save_source(desk.house, administrator, SLUG, desk.now().source, desk.now().version)
    desk.submit()
    with pytest.raises(NotAllowed, match="Vous avez écrit dans cette version"):
        judge(desk, administrator, accepts=True)
    with pytest.raises(NotAllowed):
        judge(desk, desk.editor, accepts=True)
    assert judge(desk, desk.member(Role.ADMINISTRATOR), accepts=True).state is VersionState.ACCEPTEE


def test_a_refusal_needs_a_word_and_sends_back_to_writing(desk: Desk) -> None:
    desk.begin()
    desk.submit()
    with pytest.raises(InvalidAnswer, match="ce qui est à reprendre"):
        judge(desk, desk.reviewer, accepts=False, comment="  \n ")
    refused = judge(desk, desk.reviewer, accepts=False, comment="Le délai est faux.")
    assert (refused.state, refused.review_comment) == (VersionState.REFUSEE, "Le délai est faux.")
    with pytest.raises(Conflict):
        publish(desk.house, desk.editor, SLUG, desk.now().version)
    assert desk.write(desk.source().with_front(hint="Corrigé.")).state is VersionState.REDACTION
    assert desk.submit().review_comment == ""


@pytest.mark.parametrize("comment", ["a\x00b", "x" * 4001, "a\u202eb"])
def test_a_comment_that_cannot_be_kept_is_refused_and_decides_nothing(desk: Desk, comment: str) -> None:
    desk.begin()
    desk.submit()
    with pytest.raises(InvalidAnswer):
        judge(desk, desk.reviewer, accepts=False, comment=comment)
    assert desk.now().state is VersionState.RELECTURE


def test_nothing_is_written_in_a_version_that_is_being_read_until_it_is_taken_back(desk: Desk) -> None:
    desk.begin()
    desk.submit()
    for _ in ("being read", "accepted"):
        with pytest.raises(Conflict, match="Reprenez d’abord l’écriture"):
            desk.write(desk.source())
        desk.accept() if desk.now().state is VersionState.RELECTURE else None
    back = take_back(desk.house, desk.editor, SLUG, desk.now().version)
    assert back.state is VersionState.REDACTION
    assert read_version(desk.house, desk.editor, SLUG, 1).letters == ()
    assert desk.write(desk.source()).state is VersionState.REDACTION


def test_what_was_accepted_is_what_was_read(desk: Desk) -> None:
    desk.begin()
    seen = desk.submit().version
    take_back(desk.house, desk.editor, SLUG, seen)
    desk.write(desk.source().with_front(hint="Autre chose."))
    desk.submit()
    with pytest.raises(Conflict):
        review(desk.house, desk.reviewer, SLUG, is_accepted=True, comment="", seen=seen)
    assert desk.now().state is VersionState.RELECTURE


def test_of_two_people_who_publish_at_once_one_is_told(desk: Desk) -> None:
    desk.begin()
    desk.submit()
    seen = desk.accept().version
    administrator = desk.member(Role.ADMINISTRATOR)
    found = at_once(
        lambda: publish(desk.house, desk.editor, SLUG, seen),
        lambda: publish(desk.house, administrator, SLUG, seen),
    )
    assert sorted(isinstance(one, Conflict) for one in found) == [False, True]
    assert [card.state for card in history(desk.house, desk.editor, SLUG).versions] == [VersionState.PUBLIEE]


def test_a_publication_meets_a_version_that_was_taken_back_at_once(desk: Desk) -> None:
    desk.begin()
    desk.submit()
    seen = desk.accept().version
    found = at_once(
        lambda: publish(desk.house, desk.editor, SLUG, seen).version.state,
        lambda: take_back(desk.house, desk.editor, SLUG, seen).state,
    )
    (state,) = [one for one in found if isinstance(one, VersionState)]
    assert sum(isinstance(one, Conflict) for one in found) == 1
    assert desk.now().state is state


def test_a_new_version_replaces_the_published_one_and_the_story_is_kept(desk: Desk) -> None:
    desk.begin()
    desk.publish()
    assert desk.write(desk.source().with_front(hint="Pour la cantine.")).number == 2
    assert [card.state for card in history(desk.house, desk.editor, SLUG).versions] == [
        VersionState.REDACTION, VersionState.PUBLIEE,
    ]  # fmt: skip
    desk.submit()
    desk.accept()
    assert plan_publication(desk.house, desk.editor, SLUG).replaced == 1
    publish(desk.house, desk.editor, SLUG, desk.now().version)
    assert [(card.number, card.state) for card in history(desk.house, desk.editor, SLUG).versions] == [
        (2, VersionState.PUBLIEE), (1, VersionState.REMPLACEE),
    ]  # fmt: skip
    assert read_version(desk.house, desk.editor, SLUG, 2).compared_with == "la version 1"


def test_a_version_whose_law_has_changed_since_the_reading_is_not_published(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.begin()
    desk.submit()
    desk.accept()

    def refuse(*_given: object) -> None:
        raise FaultyLetter(())

    monkeypatch.setattr("app.services.packs.publishing.tried", refuse)
    with pytest.raises(FaultyLetter):
        publish(desk.house, desk.editor, SLUG, desk.now().version)
    assert desk.now().state is VersionState.ACCEPTEE


def test_a_withdrawal_needs_a_reason_and_a_published_version(desk: Desk) -> None:
    desk.begin()
    with pytest.raises(Conflict, match="n’est pas publiée"):
        withdraw(desk.house, desk.editor, SLUG, "Erreur.", desk.now().version)
    seen = desk.publish().version
    with pytest.raises(InvalidAnswer, match="Dites pourquoi"):
        withdraw(desk.house, desk.editor, SLUG, "", seen)
    withdraw(desk.house, desk.editor, SLUG, "L’article a changé.", seen)
    (card,) = history(desk.house, desk.editor, SLUG).versions
    assert (card.state, card.withdrawn_reason) == (VersionState.RETIREE, "L’article a changé.")
    with pytest.raises(Conflict):
        withdraw(desk.house, desk.editor, SLUG, "Encore.", desk.now().version)


def test_a_letter_that_was_withdrawn_comes_back_under_another_number(desk: Desk) -> None:
    desk.begin()
    withdraw(desk.house, desk.editor, SLUG, "Erreur.", desk.publish().version)
    desk.write(desk.source().with_front(hint="Corrigée."))
    assert desk.publish().number == 2


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.VOLUNTEER])
def test_who_does_not_publish_neither_proposes_nor_publishes_nor_withdraws(desk: Desk, role: Role) -> None:
    member = desk.member(role)
    seen = desk.begin().version
    for act in (
        lambda: submit(desk.house, member, SLUG, "", seen),
        lambda: take_back(desk.house, member, SLUG, seen),
        lambda: publish(desk.house, member, SLUG, seen),
        lambda: plan_publication(desk.house, member, SLUG),
        lambda: withdraw(desk.house, member, SLUG, "Erreur.", seen),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_letter_of_another_association_is_found_by_nobody(desk: Desk) -> None:
    desk.begin()
    other = Desk(desk.app, "nimes", "Parents de Nîmes").member(Role.ADMINISTRATOR)
    for act in (
        lambda: submit(desk.house, other, SLUG, "", 1),
        lambda: publish(desk.house, other, SLUG, 1),
        lambda: withdraw(desk.house, other, SLUG, "Erreur.", 1),
        lambda: history(desk.house, other, SLUG),
        lambda: read_version(desk.house, other, SLUG, 1),
        lambda: open_version(desk.house, other, SLUG),
    ):
        with pytest.raises(NotFound):
            act()


def test_the_story_tells_when_each_thing_happened(desk: Desk, clock: Any) -> None:
    desk.begin()
    clock.move(timedelta(days=1))
    desk.submit()
    clock.move(timedelta(days=1))
    desk.accept()
    clock.move(timedelta(days=1))
    publish(desk.house, desk.editor, SLUG, desk.now().version)
    (card,) = history(desk.house, desk.editor, SLUG).versions
    days = [card.created_at, card.submitted_at, card.reviewed_at, card.published_at]
    assert [(day.date() - card.created_at.date()).days for day in days if day] == [0, 1, 2, 3]


def test_a_version_is_tried_in_a_process_that_can_be_killed_before_it_is_proposed(app: Flask) -> None:
    desk = Desk(app)
    desk.begin("", SLUG)
    body = desk.source().body
    desk.write(desk.source().with_body(body + "\n\n{{ signataires.inconnu }}\n\n> Une faute.\n"))
    with pytest.raises(FaultyLetter) as faulty:
        desk.submit()
    assert any("signataires.inconnu" in fault.message for fault in faulty.value.faults)
    desk.write(desk.source().with_body(body))
    assert desk.submit().state is VersionState.RELECTURE
