"""Campaigns as their association makes them: what is kept, what is refused, and who was faster."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from app.domain.access import Role
from app.domain.campaigns import CODE_LETTERS, CampaignState
from app.domain.errors import Conflict, InvalidAnswer, NotAllowed, NotFound
from app.services.campaigns.beginning import NoLongerOffered
from app.services.campaigns.editing import (
    MOST_CAMPAIGNS,
    ChangedMeanwhile,
    change_campaign,
    close_campaign,
    create_campaign,
    prepare_replies,
    reopen_campaign,
)
from app.services.campaigns.reading import (
    campaigns_of,
    letters_on_offer,
    open_campaign,
    public_campaign,
    questions_to_prepare,
)
from app.services.drafts import open_draft
from app.services.packs.publishing import withdraw
from app.storage.association import Association
from app.storage.campaign import Campaign
from tests.running_house import MovableClock
from tests.services.association_letters import Desk, quicken
from tests.services.campaign_rows import SCHOOL, begun, made, told, typed
from tests.services.letter_rows import ANNE

TODAY = date(2026, 11, 21)


@pytest.fixture
def desk(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Desk:
    quicken(monkeypatch)
    return Desk(any_app)


@pytest.fixture
def quick_desk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """On one database, where the other would answer the same."""
    quicken(monkeypatch)
    return Desk(app)


def refusal(desk: Desk, **changes: Any) -> InvalidAnswer:
    """Why such a campaign is refused; nothing of it is kept."""
    with pytest.raises(InvalidAnswer) as refused:
        create_campaign(desk.house, desk.editor, typed(**changes))
    assert campaigns_of(desk.house, desk.editor) == ()
    return refused.value


def test_a_campaign_is_kept_as_it_was_made(desk: Desk) -> None:
    answers = {"etablissement": SCHOOL, "fichiers": ["pronote"]}
    campaign = made(
        desk.house, desk.editor, closes="2027-01-31", letters=("acces", "opposition", "acces"), answers=answers
    )
    assert campaign.title == "Que sait Pronote\u202f?"
    assert campaign.prefilled == answers
    assert campaign.dates.closes_on == date(2027, 1, 31)
    assert campaign.state is CampaignState.OPEN
    assert [letter.ref for letter in campaign.letters] == ["acces", "opposition"]
    assert set(campaign.code) <= set(CODE_LETTERS)
    assert len(campaign.code) == 6
    assert campaign.link == f"http://127.0.0.1:8000/c/{campaign.code}"
    assert ("Établissement", "collège Jean-Moulin, 12 rue de l’Encrier, 30100 Alès") in campaign.prefilled_words
    assert [count.told.words for count in campaign.counts] == ["moins de 5"] * 4
    assert told(desk.house) == ["Émile a créé la campagne «\u202fQue sait Pronote\u202f?\u202f»."]


def test_only_who_may_writes_and_everybody_in_the_space_reads(desk: Desk) -> None:
    campaign = made(desk.house, desk.editor)
    administrator = desk.member(Role.ADMINISTRATOR)
    change_campaign(desk.house, administrator, campaign.id, typed("Autre"), campaign.version)
    for role in (Role.REVIEWER, Role.VOLUNTEER):
        member = desk.member(role)
        assert open_campaign(desk.house, member, campaign.id).title == "Autre"
        with pytest.raises(NotAllowed):
            create_campaign(desk.house, member, typed())
        with pytest.raises(NotAllowed):
            change_campaign(desk.house, member, campaign.id, typed(), campaign.version)
        with pytest.raises(NotAllowed):
            close_campaign(desk.house, member, campaign.id)
        with pytest.raises(NotAllowed):
            prepare_replies(desk.house, member, campaign.id, {}, campaign.version)


def test_another_association_finds_nothing(desk: Desk) -> None:
    campaign = made(desk.house, desk.editor)
    other = Desk(desk.app, "nimes", "Parents de Nîmes").editor
    assert campaigns_of(desk.house, other) == ()
    for use in (
        lambda: open_campaign(desk.house, other, campaign.id),
        lambda: change_campaign(desk.house, other, campaign.id, typed("Volée"), campaign.version),
        lambda: prepare_replies(desk.house, other, campaign.id, {}, campaign.version),
        lambda: close_campaign(desk.house, other, campaign.id),
        lambda: reopen_campaign(desk.house, other, campaign.id),
        lambda: open_campaign(desk.house, desk.editor, "x" * 64),
    ):
        with pytest.raises(NotFound):
            use()
    assert open_campaign(desk.house, desk.editor, campaign.id) == campaign


def test_of_two_editors_the_second_writes_over_nothing(desk: Desk) -> None:
    campaign = made(desk.house, desk.editor)
    change_campaign(desk.house, desk.editor, campaign.id, typed("La première"), campaign.version)
    with pytest.raises(ChangedMeanwhile):
        change_campaign(desk.house, desk.editor, campaign.id, typed("La seconde"), campaign.version)
    with pytest.raises(ChangedMeanwhile):
        prepare_replies(desk.house, desk.editor, campaign.id, {"format": "papier"}, campaign.version)
    now = open_campaign(desk.house, desk.editor, campaign.id)
    assert now.title == "La première"
    change_campaign(desk.house, desk.editor, campaign.id, typed("La seconde"), now.version)
    assert open_campaign(desk.house, desk.editor, campaign.id).title == "La seconde"


def test_closing_and_opening_again_is_told_once(desk: Desk) -> None:
    campaign = made(desk.house, desk.editor, "Non")
    for _ in range(2):
        close_campaign(desk.house, desk.editor, campaign.id)
    assert public_campaign(desk.house, campaign.code).state is CampaignState.CLOSED
    for _ in range(2):
        reopen_campaign(desk.house, desk.editor, campaign.id)
    assert public_campaign(desk.house, campaign.code).state is CampaignState.OPEN
    assert sorted(told(desk.house)) == [
        "Émile a clos la campagne «\u202fNon\u202f».",
        "Émile a créé la campagne «\u202fNon\u202f».",
        "Émile a rouvert la campagne «\u202fNon\u202f».",
    ]


def test_dates_open_and_close_by_themselves(app: Flask, clock: MovableClock) -> None:
    desk = Desk(app)
    campaign = made(desk.house, desk.editor, opens="2026-11-22", closes="2026-11-22")
    assert public_campaign(desk.house, campaign.code).state is CampaignState.BEFORE
    with pytest.raises(NoLongerOffered):
        begun(desk.house, campaign.code)
    clock.move(timedelta(days=1))
    assert open_draft(desk.house, ANNE, begun(desk.house, campaign.code)).reference
    clock.move(timedelta(hours=14))  # still the same day in UTC, the next one in Paris
    assert public_campaign(desk.house, campaign.code).state is CampaignState.CLOSED
    with pytest.raises(NoLongerOffered):
        begun(desk.house, campaign.code)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": ""}, "titre", "titre"),
        ({"words": "x" * 100_000}, "mots", "4000"),
        ({"words": "[ici](https://exemple.fr)"}, "mots", "un lien"),
        ({"words": "![x](https://exemple.fr/x.png)"}, "mots", "une image"),
        ({"words": "<https://exemple.fr>"}, "mots", "un lien"),
        ({"words": "# Grand"}, "mots", "un trop grand titre"),
        ({"words": "Un.\n\n> Citation"}, "mots", "une citation"),
        ({"words": "Un.\n\n---\n\nDeux."}, "mots", "un trait"),
        ({"words": "```\ncode\n```"}, "mots", "du code"),
        ({"letters": ()}, "lettres", "au moins une lettre"),
        ({"letters": ("inconnue",)}, "lettres", "plus publiée"),
        ({"letters": ("~acces",)}, "lettres", "plus publiée"),
        ({"letters": ("relance",)}, "lettres", "plus publiée"),
        ({"letters": tuple(f"l{number}" for number in range(7))}, "lettres", "6 lettres au plus"),
        ({"closes": "2026-11-20"}, "fermeture", "déjà passé"),
        ({"opens": "2027-02-01", "closes": "2027-01-01"}, "fermeture", "avant de commencer"),
        ({"opens": "9999-12-31"}, "ouverture", "Corrigez"),
        ({"closes": "0001-01-01"}, "fermeture", "Corrigez"),
        ({"answers": {"fichiers": ["inconnu"]}}, "fichiers", "inconnu"),
        ({"answers": {"fichiers": ["pronote"]}, "letters": ("questionnaire",)}, "fichiers", "ne nomme de fichier"),
        ({"answers": {"fichiers": "pronote"}}, "fichiers", ""),
        ({"answers": {"etablissement": {"niveau": "universite"}}}, "etablissement.niveau", "Dites"),
        ({"answers": {"etablissement": {"nom": "collège Jean-Moulin"}}}, "etablissement.niveau", "Dites"),
        ({"answers": {"etablissement": SCHOOL | {"adresse": {"voie": "12 rue", "code_postal": "ABC"}}}},
         "etablissement.adresse.code_postal", "code postal"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_where_it_stands(quick_desk: Desk, changes: Any, field: str, words: str) -> None:
    refused = refusal(quick_desk, **changes)
    assert field in [fault.field for fault in refused.faults]
    assert words.casefold() in " ".join(fault.message for fault in refused.faults).casefold()


def test_every_fault_is_said_at_once(quick_desk: Desk) -> None:
    refused = refusal(quick_desk, title="", words="# x", letters=(), opens="hier")
    assert [fault.field for fault in refused.faults] == ["titre", "mots", "lettres", "ouverture"]


def test_a_file_that_one_of_the_letters_refuses_names_that_letter(quick_desk: Desk) -> None:
    refused = refusal(quick_desk, letters=("acces", "opposition"), answers={"fichiers": ["pronote", "ent"]})
    assert any(fault.message.startswith("Lettre «") for fault in refused.faults)


def test_markup_in_the_words_is_only_words(quick_desk: Desk) -> None:
    campaign = made(quick_desk.house, quick_desk.editor, words="<script>alert(1)</script> **Non** & <b>oui</b>")
    html = str(public_campaign(quick_desk.house, campaign.code).words.html)
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <strong>Non</strong> &amp; &lt;b&gt;oui&lt;/b&gt;" in html


def test_a_small_heading_alone_skips_no_level(quick_desk: Desk) -> None:
    campaign = made(quick_desk.house, quick_desk.editor, words="Un.\n\n### Petit\n\n- a\n- b\n\n## Grand\n\n### Autre")
    words = public_campaign(quick_desk.house, campaign.code).words
    html = str(words.html)
    assert html.index("<h2>Petit") < html.index("<h2>Grand") < html.index("<h3>Autre")
    assert words.lead == "Un."


def test_replies_are_prepared_and_checked_by_the_wizard_s_own_rules(desk: Desk) -> None:
    house, campaign = desk.house, made(desk.house, desk.editor)
    ((letter, questions),) = questions_to_prepare(campaign, TODAY)
    assert letter.ref == "acces"
    assert "format" in {field.id for field in questions}
    with pytest.raises(InvalidAnswer) as refused:
        prepare_replies(house, desk.editor, campaign.id, {"format": "parchemin"}, campaign.version)
    assert refused.value.faults[0].field == "reponses.format"
    prepare_replies(house, desk.editor, campaign.id, {"format": "papier", "inconnue": "x"}, campaign.version)
    now = open_campaign(house, desk.editor, campaign.id)
    assert now.prefilled == {"reponses": {"format": "papier"}}
    # A change of the page keeps them, as long as its letters ask them.
    change_campaign(house, desk.editor, campaign.id, typed("Autre"), now.version)
    now = open_campaign(house, desk.editor, campaign.id)
    assert now.prefilled == {"reponses": {"format": "papier"}}
    change_campaign(house, desk.editor, campaign.id, typed("Autre", letters=("questionnaire",)), now.version)
    assert open_campaign(house, desk.editor, campaign.id).prefilled == {}


def test_a_letter_begins_with_what_was_prepared_and_can_be_changed(desk: Desk) -> None:
    answers = {"etablissement": SCHOOL, "fichiers": ["pronote"]}
    campaign = made(desk.house, desk.editor, answers=answers)
    prepare_replies(desk.house, desk.editor, campaign.id, {"format": "papier"}, campaign.version)
    draft = open_draft(desk.house, ANNE, begun(desk.house, campaign.code))
    assert {name: draft.answers[name] for name in answers} == answers
    assert draft.answers["reponses"] == {"format": "papier"}
    done = {step.id for step in draft.way.steps if step.is_done}
    assert {"niveau", "secteur", "fichiers", "question-format", "etablissement"} <= done
    assert draft.way.expected == "savoir"
    assert draft.template.id == "acces"


def test_an_answer_that_a_letter_cannot_read_any_more_stops_nobody(desk: Desk) -> None:
    campaign = made(desk.house, desk.editor, answers={"etablissement": SCHOOL, "fichiers": ["pronote"]})
    with desk.house.units.writing() as unit:
        row = unit.session.get_one(Campaign, campaign.id)
        row.prefilled = {
            "etablissement": {**SCHOOL, "niveau": "universite"},
            "fichiers": ["disparu"],
            "signataires": [{}],
        }
    draft = open_draft(desk.house, ANNE, begun(desk.house, campaign.code))
    assert draft.way.expected == "niveau"
    assert "signataires" not in draft.answers
    assert "fichiers" not in draft.answers


def test_the_association_s_own_letter_is_offered_in_its_published_version(desk: Desk) -> None:
    desk.begin()
    desk.publish()
    assert letters_on_offer(desk.house, desk.editor)[0].ref == "~acces-cantine"
    campaign = made(desk.house, desk.editor, letters=("~acces-cantine", "acces"))
    public = public_campaign(desk.house, campaign.code)
    assert [letter.is_own for letter in public.letters] == [True, False]
    draft = open_draft(desk.house, ANNE, begun(desk.house, campaign.code, "~acces-cantine"))
    assert draft.template.id.startswith("acces-cantine~")
    withdraw(desk.house, desk.editor, "acces-cantine", "Une erreur.", desk.now().version)
    public = public_campaign(desk.house, campaign.code)
    assert ([letter.ref for letter in public.letters], public.has_lost_a_letter) == (["acces"], True)
    with pytest.raises(NoLongerOffered):
        begun(desk.house, campaign.code, "~acces-cantine")
    now = open_campaign(desk.house, desk.editor, campaign.id)
    assert [letter.template is None for letter in now.letters] == [True, False]
    with pytest.raises(InvalidAnswer, match="plus publiée"):
        change_campaign(desk.house, desk.editor, campaign.id, typed(letters=("~acces-cantine",)), now.version)


@pytest.mark.parametrize("ref", ["", "relance", "~acces", "acces~x", "opposition", "../acces"])
def test_only_the_letters_of_the_campaign_begin_there(quick_desk: Desk, ref: str) -> None:
    campaign = made(quick_desk.house, quick_desk.editor)
    with pytest.raises(NoLongerOffered):
        begun(quick_desk.house, campaign.code, ref)


@pytest.mark.parametrize("typed_code", ["", "AAAAAA", "000000", "x" * 40, "\x00", "4K7QM2 OR 1=1"])
def test_an_unknown_code_opens_nothing(quick_desk: Desk, typed_code: str) -> None:
    made(quick_desk.house, quick_desk.editor)
    with pytest.raises(NotFound, match="Aucune campagne"):
        public_campaign(quick_desk.house, typed_code)


def test_a_code_is_found_however_it_was_typed(quick_desk: Desk) -> None:
    campaign = made(quick_desk.house, quick_desk.editor)
    spoken = campaign.code.lower().replace("0", "o").replace("1", "i").replace("5", "s")
    for one in (spoken, f" {spoken[:3]} {spoken[3:]} ", spoken.upper()):
        assert public_campaign(quick_desk.house, one).code == campaign.code


def test_a_closed_association_has_no_page_left(quick_desk: Desk) -> None:
    campaign = made(quick_desk.house, quick_desk.editor)
    with quick_desk.house.units.writing() as unit:
        unit.session.get_one(Association, quick_desk.association_id).closed_at = unit.now
    with pytest.raises(NotFound, match="Aucune campagne"):
        public_campaign(quick_desk.house, campaign.code)


def test_a_space_keeps_so_many_campaigns_and_no_more(quick_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.campaigns.editing.MOST_CAMPAIGNS", 1)
    made(quick_desk.house, quick_desk.editor)
    with pytest.raises(InvalidAnswer, match=str(MOST_CAMPAIGNS)):
        create_campaign(quick_desk.house, quick_desk.editor, typed())


def test_a_code_already_given_is_not_given_again(quick_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter("000000000000111111")
    monkeypatch.setattr("app.services.campaigns.editing.secrets.choice", lambda _letters: next(drawn))
    assert [made(quick_desk.house, quick_desk.editor).code for _ in range(2)] == ["000000", "111111"]


def test_two_that_draw_the_same_code_at_once_are_told_to_try_again(quick_desk: Desk) -> None:
    first = made(quick_desk.house, quick_desk.editor)
    names = ("association_id", "code", "title", "words", "letters", "prefilled", "created_at", "updated_at")

    def twin() -> None:
        with quick_desk.house.units.writing() as unit:
            row = unit.session.get_one(Campaign, first.id)
            unit.session.add(Campaign(**{name: getattr(row, name) for name in names}))

    with pytest.raises(Conflict):
        twin()


def test_what_a_form_shows_is_what_a_change_keeps(quick_desk: Desk) -> None:
    campaign = made(quick_desk.house, quick_desk.editor, answers={"etablissement": {"niveau": "college"}})
    same = replace(
        typed(), title=campaign.title, answers={"etablissement": {"niveau": "college", "nom": "", "adresse": {}}}
    )
    change_campaign(quick_desk.house, quick_desk.editor, campaign.id, same, campaign.version)
    assert open_campaign(quick_desk.house, quick_desk.editor, campaign.id).prefilled == campaign.prefilled
