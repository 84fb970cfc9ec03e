"""The blueprints of the house, in one explicit list; it must hold no logic."""

from flask import Blueprint

from app.web.accounts.account_views import account_pages
from app.web.accounts.invitation_views import invitation_pages
from app.web.accounts.password_views import password_pages
from app.web.accounts.proof_views import proof_pages
from app.web.accounts.sign_in_views import sign_in_pages
from app.web.campaign.campaign_views import short_pages
from app.web.espace.campaign_views import campaign_pages
from app.web.espace.editor_question_views import question_pages
from app.web.espace.editor_row_views import row_pages
from app.web.espace.editor_text_views import text_pages
from app.web.espace.editor_views import editor_pages
from app.web.espace.identity_views import identity_pages
from app.web.espace.journal_views import journal_pages
from app.web.espace.letter_list_views import letter_list_pages
from app.web.espace.member_views import member_pages
from app.web.espace.packs_views import packs_pages
from app.web.espace.paper_stub_views import paper_stub_pages
from app.web.espace.paper_views import paper_pages
from app.web.espace.review_views import review_pages
from app.web.espace.space_views import space_pages
from app.web.espace.workshop_views import workshops_pages
from app.web.health import health_pages
from app.web.letters.views import letter_pages
from app.web.paper.stub_views import stub_pages
from app.web.paper.views import form_pages
from app.web.public.association_letters import association_letter_pages
from app.web.public.association_views import association_pages
from app.web.public.views import public_pages
from app.web.tracking.calendar_views import calendar_pages
from app.web.tracking.contact_views import contact_pages
from app.web.tracking.data_views import data_pages
from app.web.tracking.doors_views import door_pages
from app.web.tracking.dossier_views import dossier_pages
from app.web.tracking.event_views import event_pages
from app.web.tracking.outside_views import outside_pages
from app.web.tracking.piece_views import piece_pages
from app.web.tracking.reply_views import reply_pages
from app.web.wizard.triage import triage_pages
from app.web.wizard.views import wizard_pages
from app.web.workshop.views import workshop_pages

BLUEPRINTS: tuple[Blueprint, ...] = (
    health_pages,
    public_pages,
    association_pages,
    association_letter_pages,
    form_pages,
    space_pages,
    member_pages,
    letter_list_pages,
    editor_pages,
    text_pages,
    question_pages,
    row_pages,
    review_pages,
    identity_pages,
    journal_pages,
    packs_pages,
    campaign_pages,
    short_pages,
    paper_pages,
    paper_stub_pages,
    workshops_pages,
    triage_pages,
    wizard_pages,
    letter_pages,
    dossier_pages,
    event_pages,
    reply_pages,
    outside_pages,
    stub_pages,
    workshop_pages,
    door_pages,
    contact_pages,
    calendar_pages,
    piece_pages,
    data_pages,
    sign_in_pages,
    account_pages,
    proof_pages,
    password_pages,
    invitation_pages,
)
