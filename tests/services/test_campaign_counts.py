"""What a campaign counts: every letter begun, and of the others only those whose family agreed, each once."""

from datetime import date, timedelta

import pytest
from flask import Flask

from app.delivery.errors import RenderTimeout
from app.domain.campaigns import CampaignFact
from app.domain.dossier.events import EventKind, Outcome
from app.domain.errors import DomainError
from app.services.campaigns.counting import count
from app.services.campaigns.paper import PosterFailed, campaign_poster, campaign_qr
from app.services.campaigns.reading import OpenCampaign, open_campaign
from app.services.dossier_events import record_event, withdraw_event
from app.services.dossiers import follow_letter
from app.services.drafts import erase_draft
from app.services.house import House
from app.services.sealing import seal_letter
from app.storage.association import Association
from app.storage.campaign import Campaign
from app.storage.dossier import Dossier
from app.storage.draft import Draft
from app.storage.letter import Letter
from tests.at_once import at_once
from tests.delivery.test_images import LOGO
from tests.running_house import QuickPool
from tests.services.association_letters import Desk
from tests.services.campaign_rows import begun, finished, made, numbers
from tests.services.dossier_rows import fact, sent
from tests.services.letter_rows import ANNE, sealed

TODAY = date(2026, 11, 21)


@pytest.fixture
def desk(any_app: Flask, quick_pdf: QuickPool) -> Desk:
    return Desk(any_app)


@pytest.fixture
def campaign(desk: Desk) -> OpenCampaign:
    return made(desk.house, desk.editor)


def followed(house: House, code: str, *, may_count: bool) -> str:
    """The dossier of a letter begun from the campaign, finished and followed."""
    letter_id = sealed(house, finished(house, begun(house, code, may_count=may_count)))
    return follow_letter(house, ANNE, letter_id).dossier_id


def test_a_letter_begun_is_counted_and_tied_to_nothing(desk: Desk, campaign: OpenCampaign) -> None:
    draft_id = begun(desk.house, campaign.code)
    assert numbers(desk.house, campaign.id) == {"OPENED": 1}
    with desk.house.units.reading() as unit:
        assert unit.session.get_one(Draft, draft_id).campaign_id is None


def test_without_the_family_s_agreement_nothing_more_is_counted(desk: Desk, campaign: OpenCampaign) -> None:
    house = desk.house
    dossier_id = followed(house, campaign.code, may_count=False)
    record_event(house, ANNE, dossier_id, sent(TODAY))
    record_event(house, ANNE, dossier_id, fact(EventKind.REFUSED, TODAY))
    assert numbers(house, campaign.id) == {"OPENED": 1}
    with house.units.reading() as unit:
        row = unit.session.get_one(Dossier, dossier_id)
        assert (row.campaign_id, row.campaign_counted) == (None, "")


def test_with_it_each_step_is_counted_once(desk: Desk, campaign: OpenCampaign) -> None:
    house = desk.house
    draft_id = finished(house, begun(house, campaign.code, may_count=True))
    letter_id = sealed(house, draft_id)
    assert seal_letter(house, ANNE, draft_id) == letter_id
    assert numbers(house, campaign.id) == {"OPENED": 1, "SEALED": 1}
    dossier_id = follow_letter(house, ANNE, letter_id).dossier_id
    assert follow_letter(house, ANNE, letter_id).dossier_id == dossier_id
    first = record_event(house, ANNE, dossier_id, sent(TODAY))
    record_event(house, ANNE, dossier_id, sent(TODAY))
    assert numbers(house, campaign.id) == {"OPENED": 1, "SEALED": 1, "SENT": 1}
    withdraw_event(house, ANNE, dossier_id, first)
    record_event(house, ANNE, dossier_id, sent(TODAY, number="1A 000 000 0000 0"))
    record_event(house, ANNE, dossier_id, fact(EventKind.ANSWERED, TODAY, outcome=Outcome.PARTIAL))
    record_event(house, ANNE, dossier_id, fact(EventKind.REFUSED, TODAY))
    assert numbers(house, campaign.id) == {"OPENED": 1, "SEALED": 1, "SENT": 1, "ANSWERED": 1}


def test_a_refused_fact_counts_nothing(desk: Desk, campaign: OpenCampaign) -> None:
    dossier_id = followed(desk.house, campaign.code, may_count=True)
    with pytest.raises(DomainError):
        record_event(desk.house, ANNE, dossier_id, sent(TODAY + timedelta(days=1)))
    assert numbers(desk.house, campaign.id) == {"OPENED": 1, "SEALED": 1}


def test_the_letter_keeps_the_campaign_and_nothing_of_it_is_printed(desk: Desk, campaign: OpenCampaign) -> None:
    letter_id = sealed(desk.house, finished(desk.house, begun(desk.house, campaign.code, may_count=True)))
    with desk.house.units.reading() as unit:
        letter = unit.session.get_one(Letter, letter_id)
        assert letter.campaign_id == campaign.id
        assert campaign.id not in str(letter.document_json)
        assert campaign.code not in str(letter.document_json)
        assert campaign.title not in str(letter.document_json)


def test_erasing_a_letter_leaves_the_counts_alone(desk: Desk, campaign: OpenCampaign) -> None:
    draft_id = begun(desk.house, campaign.code, may_count=True)
    erase_draft(desk.house, ANNE, draft_id)
    assert numbers(desk.house, campaign.id) == {"OPENED": 1}


def test_two_at_once_are_both_counted(desk: Desk, campaign: OpenCampaign) -> None:
    def more() -> None:
        with desk.house.units.writing() as unit:
            count(unit, campaign.id, CampaignFact.SEALED)

    for _ in range(5):
        assert at_once(more, more) == [None, None]
    assert numbers(desk.house, campaign.id) == {"SEALED": 10}


def test_two_families_who_begin_at_once_are_both_counted(desk: Desk, campaign: OpenCampaign) -> None:
    drafts = at_once(*(lambda holder=sign * 64: begun(desk.house, campaign.code, holder=holder) for sign in "abc"))
    assert len({draft for draft in drafts if isinstance(draft, str)}) == 3
    assert numbers(desk.house, campaign.id) == {"OPENED": 3}


def test_a_campaign_that_is_gone_counts_nothing_and_stops_nobody(desk: Desk, campaign: OpenCampaign) -> None:
    house = desk.house
    dossier_id = followed(house, campaign.code, may_count=True)
    waiting = finished(house, begun(house, campaign.code, may_count=True))
    with house.units.writing() as unit:
        unit.session.delete(unit.session.get_one(Campaign, campaign.id))
    record_event(house, ANNE, dossier_id, sent(TODAY))
    assert sealed(house, waiting)
    assert numbers(house, campaign.id) == {}


def test_a_page_is_told_steps_and_never_a_number(desk: Desk, campaign: OpenCampaign) -> None:
    with desk.house.units.writing() as unit:
        for _ in range(7):
            count(unit, campaign.id, CampaignFact.OPENED)
    shown = open_campaign(desk.house, desk.editor, campaign.id).counts
    assert [(line.name, line.told.words) for line in shown][:2] == [
        ("Lettres commencées", "de 5 à 9"),
        ("Lettres finies", "moins de 5"),
    ]


def test_the_poster_carries_the_association_and_its_logo(
    desk: Desk, campaign: OpenCampaign, quick_pdf: QuickPool
) -> None:
    with desk.house.units.writing() as unit:
        row = unit.session.get_one(Association, desk.association_id)
        row.logo, row.legal_notice = LOGO, "Association loi 1901,\nAlès."
    assert campaign_poster(desk.house, desk.editor, campaign.id).startswith(b"%PDF")
    page = quick_pdf.pages[-1]
    for words in ("Parents d’Alès", campaign.title, campaign.link, "loi 1901, Alès.", "carnet:logo", "Des mots."):
        assert words in page
    assert campaign_qr(desk.house, desk.editor, campaign.id).startswith(b"<?xml")


def test_a_poster_that_cannot_be_made_is_said_so(desk: Desk, campaign: OpenCampaign, quick_pdf: QuickPool) -> None:
    quick_pdf.fault = RenderTimeout("trop lent")
    with pytest.raises(PosterFailed, match="recommencez dans une minute"):
        campaign_poster(desk.house, desk.editor, campaign.id)
