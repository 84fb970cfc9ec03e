"""Facts noted, corrected, withdrawn on their pages: a refusal is a sentence beside its field, and nothing is lost."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from app.domain.deadlines import Channel
from app.domain.dossier.events import Event, EventKind, Outcome, RefusalReason
from app.services.dossiers import open_dossier
from app.web.holder import hash_of
from app.web.tracking.event_questions import FACTS, GROUPS
from tests.running_house import house_of
from tests.services.dossier_rows import LATER, TODAY, fact, sent
from tests.web.dossier_way import OwnDossier, statements_that_write, with_dossier
from tests.web.test_letters_secrecy import Recorder, found, in_database
from tests.web.walking import TOKEN, Sheet

YESTERDAY = TODAY - timedelta(days=1)
# What each page is answered, and the fact that it must give.
TOLD: dict[EventKind, tuple[dict[str, Any], Event]] = {
    EventKind.RECEIVED: ({"preuve": "estimee"}, fact(EventKind.RECEIVED, is_estimated=True)),
    EventKind.ACKNOWLEDGED: ({}, fact(EventKind.ACKNOWLEDGED)),
    EventKind.IDENTITY_ASKED: ({"motivee": "non"}, fact(EventKind.IDENTITY_ASKED, has_reasons=False)),
    EventKind.FEE_ASKED: ({"note": "25 euros"}, fact(EventKind.FEE_ASKED, note="25 euros")),
    EventKind.EXTENDED: (
        {"jusqu_au": "2027-01-21", "motivee": "oui"},
        fact(EventKind.EXTENDED, until=date(2027, 1, 21)),
    ),
    EventKind.TRANSFERRED: ({"note": "au rectorat"}, fact(EventKind.TRANSFERRED, note="au rectorat")),
    EventKind.MISDIRECTED: ({"note": ""}, fact(EventKind.MISDIRECTED)),
    EventKind.REFUSED: (
        {"motifs": ["autre", "obligation-legale"], "voies": "oui"},
        fact(EventKind.REFUSED, reasons=("obligation-legale", "autre"), has_remedies=True),
    ),
    EventKind.FOLLOWED_UP: (
        {"voie": "courriel"},
        fact(EventKind.FOLLOWED_UP, channel=Channel.COURRIEL),
    ),
    EventKind.REFERRED_CNIL: ({"reference": "26-1234"}, fact(EventKind.REFERRED_CNIL, number="26-1234")),
    EventKind.MEDIATION: ({}, fact(EventKind.MEDIATION)),
    EventKind.CLOSED: ({"issue": "abandon"}, fact(EventKind.CLOSED, outcome=Outcome.ABANDONED)),
}
DATES = ("31/02/2026", "29/02/2025", "0001-01-01", "9999-12-31", "demain", "\u202e2026", "<svg onload=1>", "1" * 300)


@pytest.fixture
def own(app: Flask) -> OwnDossier:
    """A letter sent two months ago."""
    return with_dossier(app)


def facts_of(app: Flask, own: OwnDossier) -> list[Event]:
    """What the dossier holds, the sending left out."""
    kept = open_dossier(house_of(app), hash_of(TOKEN), own.id).events
    return [one.event for one in kept if one.event.kind is not EventKind.SENT]


def ids_of(app: Flask, own: OwnDossier) -> dict[EventKind, str]:
    """The id of each fact."""
    return {one.event.kind: one.id for one in open_dossier(house_of(app), hash_of(TOKEN), own.id).events}


def note(own: OwnDossier, fact_kind: str, **fields: Any) -> Sheet:
    """Send the page of a fact."""
    return own.walker.post(own.at(f"/noter/{fact_kind}"), fields)


@pytest.mark.parametrize("kind", list(TOLD))
def test_each_fact_is_told_on_one_page(app: Flask, own: OwnDossier, kind: EventKind) -> None:
    fields, expected = TOLD[kind]
    page = own.walker.get(own.at(f"/noter/{kind.value}"))
    names = {control.get("name") for control in page.controls}
    assert set(fields) <= names
    told = note(own, kind.value, jour="aujourdhui", le="", **fields)
    assert told.response.status_code == 303, told.errors
    assert facts_of(app, own) == [expected]
    assert "C’est noté" in own.walker.get(told.response.headers["Location"]).words


def test_every_kind_but_the_sealing_has_its_door_and_its_page() -> None:
    doors = [kind for _id, _heading, kinds in GROUPS for kind in kinds]
    assert sorted(doors) == sorted(FACTS)
    assert set(EventKind) - set(FACTS) == {EventKind.SEALED}


@pytest.mark.parametrize(
    ("jour", "le", "on"),
    [("hier", "", YESTERDAY), ("autre", "2026-11-02", date(2026, 11, 2)), ("", "02/11/2026", date(2026, 11, 2)),
     ("aujourdhui", TODAY.isoformat(), TODAY)],
)  # fmt: skip
def test_a_day_is_chosen_or_typed(app: Flask, own: OwnDossier, jour: str, le: str, on: date) -> None:
    assert note(own, "accuse", jour=jour, le=le).response.status_code == 303
    assert facts_of(app, own) == [fact(EventKind.ACKNOWLEDGED, on)]


@pytest.mark.parametrize("typed", [*DATES, (TODAY + timedelta(days=1)).isoformat(), "2026-09-01"])
def test_a_day_that_cannot_be_is_refused_beside_its_field_and_kept_as_typed(
    app: Flask, own: OwnDossier, typed: str
) -> None:
    page = note(own, "frais-demandes", jour="autre", le=typed, note="Trente <b>euros</b>")
    assert page.response.status_code == 400
    assert page.root.find(".//title").text.startswith("Erreur")
    assert page.root.find(".//p[@id='le-erreur']") is not None
    assert page.typed["jour"] == ["autre"]
    assert page.typed["note"] == "Trente <b>euros</b>"
    assert page.typed["le"] == typed.replace("\x00", "")
    assert facts_of(app, own) == []


def test_two_different_days_are_one_too_many(own: OwnDossier) -> None:
    page = note(own, "accuse", jour="hier", le="2026-11-02")
    assert page.response.status_code == 400
    assert "gardez l’un des deux" in " ".join(page.errors)


@pytest.mark.parametrize(
    ("kind", "missing"),
    [("envoi", {"jour", "voie"}), ("reception", {"jour", "preuve"}), ("refus", {"jour", "voies"}),
     ("prolongation", {"jour", "motivee"}), ("suite-envoyee", {"jour", "voie"}),
     ("cloture", {"jour", "issue"})],
)  # fmt: skip
def test_an_empty_page_says_everything_that_is_missing_at_once(own: OwnDossier, kind: str, missing: set[str]) -> None:
    page = note(own, kind)
    assert page.response.status_code == 400
    assert {
        one.get("id").removesuffix("-erreur") for one in page.root.iter("p") if "erreur" in (one.get("id") or "")
    } == missing


@pytest.mark.parametrize(
    ("events", "kind", "fields", "sentence"),
    [
        ((), "reception", {"preuve": "prouvee"}, "figure sans envoi"),
        ((sent(),), "reception", {"preuve": "prouvee", "jour": "hier"}, "ne peut pas précéder"),
        ((sent(LATER),), "envoi", {"voie": "remise"}, "figure deux fois"),
        ((sent(LATER),), "identite-fournie", {}, "sans demande avant elle"),
        ((sent(LATER), fact(EventKind.RECEIVED)), "accuse", {"jour": "hier"}, "ne peut pas précéder"),
    ],
)
def test_a_fact_that_contradicts_another_is_refused_beside_its_day(
    app: Flask, events: tuple[Event, ...], kind: str, fields: dict[str, str], sentence: str
) -> None:
    own = with_dossier(app, events=events)
    page = note(own, kind, **{"jour": "aujourdhui", **fields})
    assert page.response.status_code == 400
    assert page.root.find(".//p[@id='jour-erreur']") is not None
    assert sentence in " ".join(page.errors)


@pytest.mark.parametrize(
    ("number", "is_good"),
    [("1A 123 456 7890 1", True), ("RK123456785FR", True), ("RK123456784FR", False), ("12", False), ("é" * 40, False)],
)
def test_the_number_of_a_registered_letter_is_checked(app: Flask, number: str, is_good: bool) -> None:
    own = with_dossier(app, events=())
    page = note(own, "envoi", jour="hier", voie="recommande", numero=number)
    assert page.response.status_code == (303 if is_good else 400)
    if not is_good:
        assert page.typed["numero"] == number
        assert page.root.find(".//p[@id='numero-erreur']") is not None


def test_a_number_without_registered_post_is_asked_about(app: Flask) -> None:
    own = with_dossier(app, events=())
    page = note(own, "envoi", jour="hier", voie="courriel", numero="1A 123 456 7890 1")
    assert "Un numéro va avec un recommandé" in " ".join(page.errors)


def test_an_extension_that_ends_before_it_begins_is_refused_beside_its_end(own: OwnDossier) -> None:
    page = note(own, "prolongation", jour="aujourdhui", jusqu_au="2026-11-01", motivee="oui")
    assert page.root.find(".//p[@id='jusqu_au-erreur']") is not None


@pytest.mark.parametrize("kind", ["scellement", "rien", "reponse%00", "x" * 40])
def test_what_nobody_notes_by_hand_has_no_page(own: OwnDossier, kind: str) -> None:
    assert own.walker.get(own.at(f"/noter/{kind}")).response.status_code == 404
    assert note(own, kind, jour="hier").response.status_code == 404


def test_fields_that_a_page_does_not_ask_change_nothing(app: Flask, own: OwnDossier) -> None:
    more = {
        "motivee": "non",
        "reference": "X",
        "issue": "abandon",
        "voies": "oui",
        "kind": "cloture",
        "on": "2020-01-01",
    }
    assert note(own, "accuse", jour="hier", **more).response.status_code == 303
    assert facts_of(app, own) == [fact(EventKind.ACKNOWLEDGED, YESTERDAY)]


@pytest.mark.parametrize("name", ["voie", "motivee", "preuve", "issue", "voies", "motifs", "jour"])
def test_an_answer_that_is_not_offered_is_not_taken(app: Flask, own: OwnDossier, name: str) -> None:
    kinds = {"voie": "suite-envoyee", "motivee": "prolongation", "preuve": "reception",
             "issue": "cloture", "voies": "refus", "motifs": "refus", "jour": "accuse"}  # fmt: skip
    good = {"voie": "remise", "motivee": "oui", "preuve": "prouvee", "issue": "satisfait",
            "voies": "non", "jour": "hier"}  # fmt: skip
    page = note(own, kinds[name], **{**good, name: "<svg onload=1>"})
    if name == "motifs":
        assert facts_of(app, own)[0].reasons == ()
    else:
        assert page.response.status_code == 400, page.response.headers
        assert facts_of(app, own) == []


def test_before_the_sending_only_the_sending_and_the_end_are_offered(app: Flask, own: OwnDossier) -> None:
    unsent = with_dossier(app, events=())
    doors = [
        link.get("href")
        for link in unsent.walker.get(unsent.at("/noter")).root.iter("a")
        if "/noter/" in link.get("href")
    ]
    assert [door.rsplit("/", 1)[1] for door in doors] == ["envoi", "cloture"]
    assert "CADA" not in own.walker.get(own.at("/noter")).words


def test_what_happens_once_and_is_noted_can_only_be_corrected(app: Flask, own: OwnDossier) -> None:
    note(own, "accuse", jour="hier")
    page, known = own.walker.get(own.at("/noter")), ids_of(app, own)
    assert "Déjà noté, le 22 septembre 2026 : le corriger." in page.words
    assert f'href="{own.at(f"/fait/{known[EventKind.SENT]}/corriger")}"' in page.text
    assert f'href="{own.at("/noter/accuse")}"' in page.text


def test_a_fact_is_corrected_on_its_own_page_already_filled(app: Flask, own: OwnDossier) -> None:
    note(own, "refus", jour="aujourdhui", motifs=["autre"], voies="oui")
    path = own.at(f"/fait/{ids_of(app, own)[EventKind.REFUSED]}/corriger")
    typed = own.walker.get(path).typed
    assert typed["jour"] == ["autre"]
    assert typed["le"] == TODAY.isoformat()
    assert typed["motifs"] == ["autre"]
    assert typed["voies"] == ["oui"]
    told = own.walker.post(path, {**typed, "le": YESTERDAY.isoformat(), "voies": "non"})
    assert told.response.status_code == 303, told.errors
    assert facts_of(app, own) == [fact(EventKind.REFUSED, YESTERDAY, reasons=("autre",))]
    again = own.walker.post(path, {**typed, "le": "2026-11-10"})
    assert again.response.status_code == 404  # that fact was replaced: its page is gone


def test_a_correction_is_refused_like_a_new_fact_and_changes_nothing(app: Flask, own: OwnDossier) -> None:
    note(own, "reception", jour="hier", preuve="prouvee")
    path = own.at(f"/fait/{ids_of(app, own)[EventKind.RECEIVED]}/corriger")
    page = own.walker.post(path, {"jour": "autre", "le": "2026-01-01", "preuve": "prouvee"})
    assert page.response.status_code == 400
    assert page.typed["le"] == "2026-01-01"
    assert facts_of(app, own) == [fact(EventKind.RECEIVED, YESTERDAY)]


def test_an_end_is_undone_by_withdrawing_it(app: Flask, own: OwnDossier) -> None:
    note(own, "cloture", jour="aujourdhui", issue="satisfait")
    path = own.at(f"/fait/{ids_of(app, own)[EventKind.CLOSED]}/retirer")
    assert "Terminé" in own.walker.get(path).words
    assert own.walker.post(path, {}).response.status_code == 303
    assert facts_of(app, own) == []
    assert own.walker.get(path).response.status_code == 404


def test_a_fact_on_which_others_rest_stays_and_the_page_says_why(app: Flask, own: OwnDossier) -> None:
    note(own, "reception", jour="hier", preuve="prouvee")
    page = own.walker.post(own.at(f"/fait/{ids_of(app, own)[EventKind.SENT]}/retirer"), {})
    assert page.response.status_code == 400
    assert "D’autres faits reposent sur celui-ci" in page.words
    assert len(facts_of(app, own)) == 1


def test_a_fact_of_another_dossier_does_not_exist(app: Flask, own: OwnDossier) -> None:
    other = with_dossier(app)
    foreign = ids_of(app, other)[EventKind.SENT]
    for page in ("corriger", "retirer"):
        assert own.walker.get(own.at(f"/fait/{foreign}/{page}")).response.status_code == 404
        assert own.walker.post(own.at(f"/fait/{foreign}/{page}"), {"jour": "hier"}).response.status_code == 404


def test_a_refused_page_writes_nothing(app: Flask, own: OwnDossier) -> None:
    own.walker.get(own.at("/noter"))
    own.walker.known_token = own.walker.get(own.at("/noter/envoi")).token
    written = statements_that_write(app)
    note(own, "cloture", jour="autre", le="2027-01-01", issue="satisfait")
    assert written == []


def test_the_reasons_offered_are_those_of_the_kernel(own: OwnDossier) -> None:
    boxes = [one.get("value") for one in own.walker.get(own.at("/noter/refus")).controls if one.get("name") == "motifs"]
    assert boxes == [reason.value for reason in RefusalReason]


def test_no_word_that_was_told_leaves_the_pages(app: Flask, own: OwnDossier, capfd: pytest.CaptureFixture[str]) -> None:
    recorder = Recorder(own.walker.client)
    for kind in ("frais-demandes", "transmission"):
        assert note(own, kind, jour="hier", note="Chinchilla, à Ocelot").response.status_code == 303
        note(own, kind, jour="hier", le="pangolin", note="Zibeline\x07")
    own.walker.post("/suivre/autre-lettre", {"titre": "Quetzal", "droit": "acces"})
    reading = own.walker.post(
        own.at("/reponse"), {"etape": "quand", "jour": "hier", "nature": "frais", "note": "Quetzal"}
    )
    assert "Que dit la réponse" in reading.heading
    assert "Chinchilla, à Ocelot" in own.walker.get(own.at()).words
    for path in ("/suivre", own.at("/noter"), own.at(f"/fait/{ids_of(app, own)[EventKind.FEE_ASKED]}/corriger")):
        own.walker.get(path)
    for response in recorder.responses:
        assert not found(f"{response.request.url} {response.headers}")
        if response.mimetype == "text/html" and b"<title>" in response.data:
            assert not found(Sheet(response).root.find(".//title").text)
    log = capfd.readouterr()
    assert '"event":"request"' in log.err
    assert not found(log.err + log.out)
    in_database(app)
