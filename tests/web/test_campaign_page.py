"""The page behind the short link: what anybody reads there, and the way from it to a letter."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.services.campaigns.editing import close_campaign
from app.services.campaigns.reading import OpenCampaign
from app.services.drafts import open_draft
from app.services.house import House
from app.services.packs.publishing import withdraw
from app.storage.association import Association
from app.storage.draft import Draft
from app.web.holder import hash_of
from tests.running_house import MovableClock, house_of
from tests.services.association_letters import Desk, quicken
from tests.services.campaign_rows import SCHOOL, made, numbers
from tests.web.dossier_way import statements_that_write
from tests.web.walking import TOKEN, Sheet, Walker


@pytest.fixture
def desk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Desk:
    quicken(monkeypatch)
    return Desk(app)


@pytest.fixture
def parent(app: Flask) -> Walker:
    return Walker(app)


def page_of(campaign: OpenCampaign) -> str:
    return f"/c/{campaign.code}"


def drafts(house: House) -> list[Draft]:
    with house.units.reading() as unit:
        return list(unit.session.query(Draft))


def began(parent: Walker, campaign: OpenCampaign, **fields: Any) -> Sheet:
    """Press « Commencer »."""
    page = parent.get(page_of(campaign))
    return parent.post(page_of(campaign), page.typed | fields, page.token)


def test_the_page_says_who_proposes_what_and_what_is_answered(desk: Desk, parent: Walker) -> None:
    words = "Chaque jour, le collège **note**.\n\n## Comment faire\n\n- Répondez.\n- Signez."
    campaign = made(desk.house, desk.editor, words=words, closes="2027-01-31",
                    answers={"etablissement": SCHOOL, "fichiers": ["pronote"]})  # fmt: skip
    with desk.house.units.writing() as unit:
        unit.session.get_one(Association, desk.association_id).legal_notice = "Loi 1901, Alès."
    page = parent.get(page_of(campaign))
    assert page.heading == "Que sait Pronote ?"
    for said in ("Parents d’Alès", "Jusqu’au 31 janvier 2027.", "Comment faire", "Répondez.", "Voir ce que l’école",
                 "collège Jean-Moulin, 12 rue de l’Encrier, 30100 Alès", "Pronote", "Loi 1901, Alès.",
                 "Compter ma lettre, sans rien dire de moi"):  # fmt: skip
        assert said in page.words
    assert "<strong>note</strong>" in page.text
    assert page.typed["lettre"] == ["acces"]
    assert "compter" not in page.typed  # nobody is counted without ticking


def test_looking_writes_nothing_and_gives_no_cookie(desk: Desk, parent: Walker) -> None:
    campaign = made(desk.house, desk.editor)
    written = statements_that_write(desk.app)
    for _ in range(3):
        page = parent.get(page_of(campaign))
    assert written == []
    assert not [name for name in page.response.headers.getlist("Set-Cookie") if name.startswith("carnet=")]
    assert numbers(desk.house, campaign.id) == {}


def test_a_letter_begins_with_what_the_association_answered(desk: Desk, parent: Walker) -> None:
    campaign = made(desk.house, desk.editor, answers={"etablissement": SCHOOL, "fichiers": ["pronote"]})
    parent.client.set_cookie("carnet", TOKEN)
    answer = began(parent, campaign)
    assert answer.response.status_code == 303
    _, draft_id, step = answer.response.headers["Location"].strip("/").split("/")
    assert step == "savoir"
    draft = open_draft(desk.house, hash_of(TOKEN), draft_id)
    assert draft.answers["etablissement"] == SCHOOL
    # What was answered stands in its page, and can be changed there.
    parent.draft_id = draft_id
    assert parent.open("niveau").typed["etablissement-niveau"] == ["college"]
    assert parent.open("fichiers").typed["fichiers"] == ["pronote"]
    changed = parent.send("niveau", {"etablissement-niveau": "lycee"}, parent.open("niveau").token)
    assert changed.response.status_code in (200, 303)
    assert [(row.campaign_id, row.id) for row in drafts(desk.house)] == [(None, draft_id)]
    assert numbers(desk.house, campaign.id) == {"OPENED": 1}


def test_a_family_that_ticks_the_box_is_tied_to_the_campaign(desk: Desk, parent: Walker) -> None:
    campaign = made(desk.house, desk.editor)
    assert began(parent, campaign, compter="oui").response.status_code == 303
    assert [row.campaign_id for row in drafts(desk.house)] == [campaign.id]


@pytest.mark.parametrize(
    "fields", [{"lettre": ""}, {"lettre": "opposition"}, {"lettre": "<b>"}, {"lettre": "x" * 9000}]
)
def test_a_letter_must_be_one_of_the_page_s(desk: Desk, parent: Walker, fields: dict[str, str]) -> None:
    campaign = made(desk.house, desk.editor)
    answer = began(parent, campaign, compter="oui", **fields)
    assert answer.response.status_code == 400
    assert answer.errors == ["Erreur : Choisissez la lettre à écrire, puis appuyez sur Commencer."]
    assert answer.typed["compter"] == ["oui"]  # what was ticked stays ticked
    assert drafts(desk.house) == []
    assert "Set-Cookie" not in answer.response.headers or "carnet=" not in answer.response.headers["Set-Cookie"]
    assert numbers(desk.house, campaign.id) == {}


def test_before_its_first_day_and_after_its_last_it_says_so_calmly(
    desk: Desk, parent: Walker, clock: MovableClock
) -> None:
    campaign = made(desk.house, desk.editor, opens="2026-11-22", closes="2026-11-23")
    token = parent.get("/lettres/acces").token
    early = parent.get(page_of(campaign))
    assert early.response.status_code == 200
    assert "ouvre le 22 novembre 2026" in early.words
    assert "/lettres" in early.text
    assert "<form" not in early.text
    clock.move(timedelta(days=1))
    assert parent.get(page_of(campaign)).typed["lettre"] == ["acces"]
    clock.move(timedelta(days=2))
    late = parent.get(page_of(campaign))
    assert "Cette campagne est finie" in late.words
    pressed = parent.post(page_of(campaign), {"lettre": "acces"}, token)
    assert (pressed.response.status_code, pressed.response.headers["Location"]) == (303, page_of(campaign))
    assert drafts(desk.house) == []


def test_one_that_somebody_closed_says_so_whatever_its_dates(desk: Desk, parent: Walker) -> None:
    campaign = made(desk.house, desk.editor, closes="2027-01-31")
    close_campaign(desk.house, desk.editor, campaign.id)
    assert "Cette campagne est finie" in parent.get(page_of(campaign)).words


def test_a_letter_withdrawn_since_is_no_longer_offered(desk: Desk, parent: Walker) -> None:
    desk.begin()
    desk.publish()
    campaign = made(desk.house, desk.editor, letters=("~acces-cantine", "acces"))
    page = parent.get(page_of(campaign))
    assert "Accès cantine" in page.text or "Voir ce que" in page.text
    withdraw(desk.house, desk.editor, "acces-cantine", "Une erreur.", desk.now().version)
    pressed = parent.post(page_of(campaign), {"lettre": "~acces-cantine"}, page.token)
    assert pressed.response.status_code == 400
    after = parent.get(page_of(campaign))
    assert "a retiré une lettre de cette page" in after.words
    assert after.typed["lettre"] == ["acces"]


def test_a_campaign_without_any_letter_left_leads_to_the_others(desk: Desk, parent: Walker) -> None:
    desk.begin()
    desk.publish()
    campaign = made(desk.house, desk.editor, letters=("~acces-cantine",))
    withdraw(desk.house, desk.editor, "acces-cantine", "Une erreur.", desk.now().version)
    page = parent.get(page_of(campaign))
    assert "n’est plus proposée" in page.words
    assert 'href="/lettres"' in page.text
    assert "<form" not in page.text


def test_a_code_badly_copied_leads_to_its_page(desk: Desk, parent: Walker, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter("4K01M2")
    monkeypatch.setattr("app.services.campaigns.editing.secrets.choice", lambda _letters: next(drawn))
    made(desk.house, desk.editor)
    for typed in ("4k01m2", "4KOIM2", "4k-0lm2", "4K0%201M2", "4KOLMZ"):
        answer = parent.client.get(f"/c/{typed}")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/c/4K01M2")


@pytest.mark.parametrize("typed", ["AAAAAA", "4K7QM2", "x" * 40, "%00", "%F0%9F%98%80", "..", "4K7QM2'--"])
def test_an_unknown_code_says_how_to_read_it(parent: Walker, desk: Desk, typed: str) -> None:
    answer = parent.client.get(f"/c/{typed}")
    assert answer.status_code == 404
    assert parent.client.get(f"/c/{'x' * 41}").status_code == 404


def test_nobody_tries_codes_by_the_hundred(desk: Desk, parent: Walker, monkeypatch: pytest.MonkeyPatch) -> None:
    statuses = [parent.client.get(f"/c/{number:06}").status_code for number in range(302)]
    assert statuses[0] == 404
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "<style>*{}</style>",
     "{{ 7 * 7 }} {% if x %}", "a\n\n| b | c |\n|---|---|\n| d | <e> |", "\\<b\\>"],
)  # fmt: skip
def test_whatever_the_words_hold_they_are_only_words(desk: Desk, parent: Walker, words: str) -> None:
    campaign = made(desk.house, desk.editor, words=words, title="<b>Titre</b> & {{ 7 * 7 }}")
    page = parent.get(page_of(campaign))  # which the strict reader reads
    part = page.root.find(".//main")
    assert not [one for one in part.iter() if one.tag in ("script", "img", "style", "b", "e", "i") and one.get("src")]
    assert not [one for one in part.iter("a") if "javascript" in (one.get("href") or "")]
    assert "<b>Titre</b> & {{ 7 * 7 }}" in page.heading


def test_a_closed_association_s_campaign_is_gone(desk: Desk, parent: Walker) -> None:
    campaign = made(desk.house, desk.editor)
    with desk.house.units.writing() as unit:
        unit.session.get_one(Association, desk.association_id).closed_at = unit.now
    assert parent.get(page_of(campaign)).response.status_code == 404


def test_a_form_without_its_token_begins_nothing(app: Flask, desk: Desk) -> None:
    campaign = made(desk.house, desk.editor)
    assert app.test_client().post(page_of(campaign), data={"lettre": "acces"}).status_code == 400
    assert drafts(house_of(app)) == []


def test_no_other_site_may_frame_the_page(desk: Desk, parent: Walker) -> None:
    campaign = made(desk.house, desk.editor)
    assert "frame-ancestors 'none'" in parent.get(page_of(campaign)).response.headers["Content-Security-Policy"]
