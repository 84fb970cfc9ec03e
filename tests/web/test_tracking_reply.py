"""The reply read together: each way through gives its facts, nothing is kept before the end, nothing typed is lost."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from app.domain.dossier.events import Event, EventKind, Outcome, PointReply, PointState
from app.services.dossiers import open_dossier
from app.web.holder import hash_of
from app.web.tracking.reply_questions import MOST_PAGES_OF_POINTS
from tests.running_house import house_of
from tests.services.dossier_rows import LATER, TODAY, fact, sent
from tests.web.dossier_way import OwnDossier, statements_that_write, with_dossier
from tests.web.walking import TOKEN, Sheet

PROVED = fact(EventKind.RECEIVED, LATER + timedelta(days=2))
MANY = tuple(f"le point {number}" for number in range(1, MOST_PAGES_OF_POINTS + 2))
WAYS: list[tuple[str, list[dict[str, Any]], Event]] = [
    ("tout", [], fact(EventKind.ANSWERED, outcome=Outcome.COMPLETE, points=(
        PointReply("point-1", PointState.ANSWERED), PointReply("point-2", PointState.ANSWERED)))),
    ("partie", [{"points-point-1": "repondu"}, {"points-point-2": "en-partie"}],
     fact(EventKind.ANSWERED, outcome=Outcome.PARTIAL, points=(
         PointReply("point-1", PointState.ANSWERED), PointReply("point-2", PointState.PARTLY)))),
    ("partie", [{"points-point-1": "repondu"}, {"points-point-2": "repondu"}],
     fact(EventKind.ANSWERED, outcome=Outcome.COMPLETE, points=(
         PointReply("point-1", PointState.ANSWERED), PointReply("point-2", PointState.ANSWERED)))),
    ("refus", [{"motifs": ["fichier-obligatoire", "autre"]}, {"voies": "non"}],
     fact(EventKind.REFUSED, reasons=("fichier-obligatoire", "autre"))),
    ("identite", [{"motivee": "oui"}], fact(EventKind.IDENTITY_ASKED)),
    ("frais", [{"note": "25 euros"}], fact(EventKind.FEE_ASKED, note="25 euros")),
    ("delai", [{"jusqu_au": "", "motivee": "non"}], fact(EventKind.EXTENDED, has_reasons=False)),
    ("pas-nous", [{"note": "le rectorat"}], fact(EventKind.MISDIRECTED, note="le rectorat")),
    ("transmise", [{"note": ""}], fact(EventKind.TRANSFERRED)),
    ("accuse", [], fact(EventKind.ACKNOWLEDGED)),
]  # fmt: skip


@pytest.fixture
def own(app: Flask) -> OwnDossier:
    """A letter sent and received two months ago, with two points."""
    return with_dossier(app, events=(sent(LATER), PROVED))


def facts_of(app: Flask, own: OwnDossier) -> list[Event]:
    """What the dossier was told of replies."""
    kept = open_dossier(house_of(app), hash_of(TOKEN), own.id).events
    return [one.event for one in kept if one.event.kind not in (EventKind.SENT, EventKind.RECEIVED)]


def press(own: OwnDossier, sheet: Sheet, action: str = "continuer", **fields: Any) -> Sheet:
    """Fill what is given on a page, keep what it carries, press a button."""
    return own.walker.post(own.at("/reponse"), {**sheet.typed, **carried(sheet), **fields, "action": action})


def carried(sheet: Sheet) -> dict[str, list[str]]:
    """What a page carries without showing it, a name as often as it stands there."""
    found: dict[str, list[str]] = {}
    for control in sheet.controls:
        if control.get("type") == "hidden" and control.get("name") != "csrf_token":
            found.setdefault(control.get("name"), []).append(control.get("value"))
    return found


def read(own: OwnDossier, nature: str, details: list[dict[str, Any]]) -> Sheet:
    """Answer every question, up to the summary."""
    sheet = own.walker.get(own.at("/reponse"))
    for answers in ({"jour": "aujourdhui"}, {"nature": nature}, *details):
        assert set(answers) <= {control.get("name") for control in sheet.controls}, sheet.heading
        sheet = press(own, sheet, **answers)
        assert sheet.response.status_code == 200, sheet.errors
        assert urlsplit(sheet.response.request.url).query == ""
    return sheet


@pytest.mark.parametrize(("nature", "details", "expected"), WAYS, ids=[f"{way[0]}-{n}" for n, way in enumerate(WAYS)])
def test_each_reply_gives_its_fact_at_the_end_and_not_before(
    app: Flask, own: OwnDossier, nature: str, details: list[dict[str, Any]], expected: Event
) -> None:
    summary = read(own, nature, details)
    assert summary.heading == "Ce que nous avons compris"
    assert facts_of(app, own) == []
    for _ in range(2):  # a second click tells the same reply
        told = press(own, summary, "noter")
        assert told.response.status_code == 303, told.words
    assert facts_of(app, own) == [expected]


def test_five_questions_at_most_are_asked_when_the_points_are_few(own: OwnDossier) -> None:
    for nature, details, _event in WAYS:
        assert 2 + len(details) <= 5
        assert read(own, nature, details).heading == "Ce que nous avons compris"


def test_nothing_is_written_before_the_last_button(app: Flask, own: OwnDossier) -> None:
    own.walker.known_token = own.walker.get(own.at("/reponse")).token
    written = statements_that_write(app)
    read(own, "refus", [{"motifs": ["autre"]}, {"voies": "oui"}])
    assert written == []


def test_the_summary_names_the_letter_that_follows(own: OwnDossier) -> None:
    summary = read(own, "partie", [{"points-point-1": "non"}, {"points-point-2": "repondu"}])
    assert "demander ce qui manque dans la réponse" in summary.words
    assert "1. La copie du dossier : non" in summary.words
    told = press(own, summary, "noter")
    page = own.walker.get(told.response.headers["Location"])
    assert f'action="{own.at("/suite/incomplete")}"' in page.text


def test_each_answer_can_be_taken_again_and_the_others_stay(app: Flask, own: OwnDossier) -> None:
    summary = read(own, "refus", [{"motifs": ["autre"]}, {"voies": "oui"}])
    back = press(own, summary, "reprendre-detail-1")
    assert back.heading == "Quelles raisons vous donne-t-on ?"
    assert back.typed["motifs"] == ["autre"]
    following = press(own, back, motifs=["demande-excessive"])
    assert following.typed["voies"] == ["oui"]
    press(own, press(own, following), "noter")
    assert facts_of(app, own) == [fact(EventKind.REFUSED, reasons=("demande-excessive",), has_remedies=True)]


def test_the_way_back_keeps_what_was_answered(own: OwnDossier) -> None:
    nature = press(own, own.walker.get(own.at("/reponse")), jour="hier")
    first = press(own, nature, "retour", nature="frais")
    assert first.typed["jour"] == ["hier"]
    assert press(own, first).typed["nature"] == ["frais"]


def test_another_nature_forgets_the_details_of_the_first(app: Flask, own: OwnDossier) -> None:
    summary = read(own, "refus", [{"motifs": ["autre"]}, {"voies": "oui"}])
    nature = press(own, summary, "reprendre-nature")
    press(own, press(own, nature, nature="accuse"), "noter")
    assert facts_of(app, own) == [fact(EventKind.ACKNOWLEDGED)]


def test_many_points_stand_on_one_page_and_few_on_a_page_each(app: Flask, own: OwnDossier) -> None:
    long = with_dossier(app, events=(sent(LATER), PROVED), points=MANY)
    page = press(long, press(long, long.walker.get(long.at("/reponse")), jour="hier"), nature="partie")
    assert page.heading == "Point par point, que vous a-t-on répondu ?"
    assert [f"{n}. Le point {n}" in page.words for n in range(1, len(MANY) + 1)] == [True] * len(MANY)
    refused = press(long, page, **{"points-point-1": "repondu"})
    assert refused.response.status_code == 400
    assert len(refused.errors) == len(MANY) - 1
    assert refused.typed["points-point-1"] == ["repondu"]
    assert "Point 2 : choisissez une des trois réponses." in refused.errors[0]
    answers = {f"points-point-{number}": "repondu" for number in range(1, len(MANY) + 1)}
    summary = press(long, page, **answers | {"points-point-3": "en-partie"})
    assert "3. Le point 3 : en partie" in summary.words
    assert f"Points qui ont leur réponse : {len(MANY) - 1} sur {len(MANY)}" in summary.words
    assert "Le point 4" not in summary.words
    one = press(own, press(own, own.walker.get(own.at("/reponse")), jour="hier"), nature="partie")
    assert one.heading == "Point 1 sur 2 : que vous répond-on ?"
    assert "copie du dossier" not in (one.root.find(".//title").text or "")


def test_a_letter_without_points_asks_what_is_missing_in_one_s_own_words(app: Flask) -> None:
    own = with_dossier(app, events=(sent(LATER), PROVED), points=())
    summary = read(own, "partie", [{"note": "les destinataires"}])
    press(own, summary, "noter")
    assert facts_of(app, own) == [fact(EventKind.ANSWERED, outcome=Outcome.PARTIAL, note="les destinataires")]


@pytest.mark.parametrize(
    ("events", "day", "sentence"),
    [
        ((), {"jour": "hier"}, "figure sans envoi"),
        ((sent(TODAY),), {"jour": "hier"}, "ne peut pas précéder"),
        ((sent(LATER),), {"jour": "autre", "le": "2027-03-01"}, "pas encore passé"),
        ((sent(LATER),), {"jour": "autre", "le": "29/02/2026"}, "février 2026 s’arrête au 28"),
        ((sent(LATER),), {}, "Dites quel jour"),
    ],
)
def test_a_day_that_cannot_be_is_refused_on_the_first_page(
    app: Flask, events: tuple[Event, ...], day: dict[str, str], sentence: str
) -> None:
    own = with_dossier(app, events=events)
    page = press(own, own.walker.get(own.at("/reponse")), **day)
    assert page.response.status_code == 400
    assert sentence in " ".join(page.errors)
    assert page.heading == "Quel jour la réponse est-elle arrivée ?"


@pytest.mark.parametrize(
    "fields",
    [
        {"etape": "resume", "action": "noter"},
        {"etape": "resume", "action": "noter", "jour": "hier"},
        {"etape": "resume", "action": "noter", "jour": "hier", "nature": "refus"},
        {"etape": "resume", "action": "noter", "jour": "hier", "nature": "partie", "points-point-1": "repondu"},
        {"etape": "resume", "action": "reprendre-resume", "jour": "hier"},
        {"etape": "<svg>", "action": "reprendre-<svg>", "nature": "<svg onload=1>", "jour": "hier"},
        {"etape": "detail-9", "action": "retour", "le": "\x07\ud800", "note": "x" * 5000},
        {},
    ],
)
def test_a_form_made_by_hand_keeps_nothing_and_is_asked_again(
    app: Flask, own: OwnDossier, fields: dict[str, str]
) -> None:
    own.walker.known_token = own.walker.get(own.at("/reponse")).token
    answer = own.walker.post(own.at("/reponse"), {k: v.encode("utf-8", "ignore").decode() for k, v in fields.items()})
    assert answer.response.status_code in (200, 400)
    assert "<svg onload" not in answer.text
    assert facts_of(app, own) == []


def test_what_a_page_carries_is_only_what_these_pages_ask(own: OwnDossier) -> None:
    first = own.walker.get(own.at("/reponse"))
    page = press(own, first, jour="hier", intrus="Zibeline", reference="X")
    assert "Zibeline" not in page.text
    assert set(page.typed) <= {"etape", "jour", "le", "nature"}


def test_a_reply_is_corrected_point_by_point(app: Flask, own: OwnDossier) -> None:
    press(own, read(own, "partie", [{"points-point-1": "non"}, {"points-point-2": "repondu"}]), "noter")
    kept = open_dossier(house_of(app), hash_of(TOKEN), own.id).events
    path = own.at(f"/fait/{kept[-1].id}/corriger")
    page = own.walker.get(path)
    assert page.typed["points-point-1"] == ["non"]
    told = own.walker.post(path, {**page.typed, "points-point-1": "repondu"})
    assert told.response.status_code == 303, told.errors
    assert facts_of(app, own)[0].outcome is Outcome.COMPLETE


def test_what_can_only_happen_once_is_refused_before_the_summary(app: Flask, own: OwnDossier) -> None:
    press(own, read(own, "identite", [{"motivee": "non"}]), "noter")
    sheet = press(own, press(own, own.walker.get(own.at("/reponse")), jour="hier"), nature="identite")
    refused = press(own, sheet, motivee="oui")
    assert refused.response.status_code == 400
    assert "figure deux fois" in " ".join(refused.errors)
    assert refused.typed["jour"] == ["hier"]
    assert len(facts_of(app, own)) == 1
