"""The page of a dossier and the list of them: where each stands, what it puts forward, and nothing to strangers."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from app.domain.dossier.clocks import Ground, Status
from app.domain.dossier.events import Event, EventKind, Outcome, PointReply, PointState
from app.domain.offices import Right
from app.services.dossier_events import correct_event, record_event, withdraw_event
from app.services.dossiers import follow_letter, open_dossier
from app.web.holder import hash_of
from app.web.tracking.standing import STANDINGS
from tests.running_house import MovableClock, QuickPool, house_of
from tests.services.dossier_rows import LATER, TODAY, fact, sent
from tests.web.dossier_way import OwnDossier, statements_that_write, with_dossier
from tests.web.walking import OTHER_TOKEN, TOKEN, Walker, at_check

SENT, PROVED = sent(LATER, number="1A 123 456 7890 1"), fact(EventKind.RECEIVED, LATER + timedelta(days=2))
PARTIAL = fact(
    EventKind.ANSWERED,
    outcome=Outcome.PARTIAL,
    points=(PointReply("point-1", PointState.ANSWERED), PointReply("point-2", PointState.MISSING)),
)
FEES = fact(EventKind.FEE_ASKED, note="25 euros de copies")
# The facts of a dossier, then the letter that its page puts forward.
FORWARD: list[tuple[tuple[Event, ...], str]] = [
    ((PROVED,), "relance"),
    ((PROVED, PARTIAL), "incomplete"),
    ((PROVED, fact(EventKind.REFUSED)), "contestation-refus"),
    ((fact(EventKind.IDENTITY_ASKED, has_reasons=False),), "refus-identite"),
    ((FEES,), "contestation-frais"),
    ((fact(EventKind.MISDIRECTED),), "reorientation"),
]


def button(walker: Walker, path: str) -> str:
    """Where the one filled button of a page leads."""
    root = walker.get(path).root
    filled = [one for one in root.find(".//main").iter() if one.get("class") == "button"]
    assert len(filled) == 1
    form = next((form for form in root.iter("form") if filled[0] in form), None)
    return str(filled[0].get("href") or (form.get("action") if form is not None else ""))


@pytest.mark.parametrize("status", list(Status))
def test_each_status_has_a_shape_and_words(status: Status) -> None:
    assert STANDINGS[status].shape in {"late", "soon", "waiting", "done"}
    assert STANDINGS[status].words


@pytest.mark.parametrize(("events", "letter"), FORWARD, ids=[letter for _events, letter in FORWARD])
def test_the_page_puts_the_right_letter_forward_and_begins_it(
    app: Flask, events: tuple[Event, ...], letter: str
) -> None:
    own = with_dossier(app, events=(SENT, *events))
    assert button(own.walker, own.at()) == own.at(f"/suite/{letter}")
    begun = own.walker.post(own.at(f"/suite/{letter}"), {}).response
    assert begun.status_code == 303
    draft = own.walker.get(begun.headers["Location"])
    assert draft.response.status_code in (200, 303)
    again = own.walker.post(own.at(f"/suite/{letter}"), {}).response
    assert again.headers["Location"] == begun.headers["Location"]
    assert "Commencée, pas encore finie" in own.walker.get(own.at()).words


@pytest.mark.parametrize(
    ("events", "leads_to"),
    [
        ((), "/noter/envoi"),
        ((sent(TODAY),), "/noter/reception"),
        ((sent(LATER),), "/noter/reception"),
        ((sent(TODAY), fact(EventKind.RECEIVED)), "/agenda"),
        ((sent(LATER), fact(EventKind.REFERRED_CNIL)), "/noter/reception"),
        ((sent(LATER), PROVED, fact(EventKind.REFUSED), fact(EventKind.REFERRED_CNIL)), "/noter"),
        ((sent(LATER), PROVED, fact(EventKind.REFERRED_CNIL)), "/noter"),
        ((sent(LATER), PROVED, fact(EventKind.ANSWERED, outcome=Outcome.COMPLETE)), "/noter/cloture"),
    ],
)
def test_what_is_put_forward_is_what_is_missing(app: Flask, events: tuple[Event, ...], leads_to: str) -> None:
    own = with_dossier(app, events=events)
    assert button(own.walker, own.at()) == own.at(leads_to)


def test_an_arrival_that_was_supposed_is_corrected_once_proved(app: Flask) -> None:
    supposed = fact(EventKind.RECEIVED, LATER + timedelta(days=3), is_estimated=True)
    own = with_dossier(app, events=(SENT, supposed))
    path = button(own.walker, own.at())
    assert path.endswith("/corriger")
    proved = {"jour": "autre", "le": (LATER + timedelta(days=3)).isoformat(), "preuve": "prouvee"}
    assert own.walker.post(path, proved).response.status_code == 303
    assert button(own.walker, own.at()) == own.at("/suite/relance")


def test_a_letter_of_thanks_stays_possible_once_everything_was_answered(app: Flask) -> None:
    own = with_dossier(app, events=(SENT, PROVED, fact(EventKind.ANSWERED, outcome=Outcome.COMPLETE)))
    assert f'action="{own.at("/suite/cloture")}"' in own.walker.get(own.at()).text


def test_a_letter_that_was_begun_is_gone_on_with(app: Flask) -> None:
    own = with_dossier(app, events=(SENT, PROVED))
    begun = own.walker.post(own.at("/suite/relance"), {}).response.headers["Location"]
    assert button(own.walker, own.at()) == begun


def test_a_closed_dossier_puts_nothing_forward_and_says_so_without_shame(app: Flask) -> None:
    own = with_dossier(app, events=(SENT, fact(EventKind.CLOSED, outcome=Outcome.ABANDONED)))
    page = own.walker.get(own.at())
    assert "C’est un choix comme un autre" in page.words
    assert f'href="{own.at("/fait/")}' in page.text
    assert "Reprendre le suivi" in page.words
    assert not [one for one in page.root.find(".//main").iter() if one.get("class") == "button"]


def test_the_line_says_facts_today_and_days_to_come_with_their_reckoning_and_texts(app: Flask) -> None:
    own = with_dossier(app, events=(SENT, fact(EventKind.RECEIVED)))
    page = own.walker.get(own.at())
    stops = [stop.get("class") or "past" for stop in page.root.findall(".//ol[@class='timeline above']/li")]
    assert stops.index("now") == stops.count("past")
    assert "upcoming" in stops
    assert "Un mois plus tard" in page.words
    assert "Les textes" in page.words
    assert "https://www.laposte.fr/outils/suivre-vos-envois?code=1A12345678901" in page.text
    assert 'class="drawn" role="img"' in page.text


def test_two_laws_show_two_delays_and_one_shows_one(app: Flask) -> None:
    both = with_dossier(
        app,
        right=Right.ALGORITHME,
        grounds=(Ground.DATA, Ground.DOCUMENTS),
        events=(sent(TODAY), fact(EventKind.RECEIVED)),
    )
    assert "Deux lois, deux délais" in both.walker.get(both.at()).words
    one = with_dossier(app, events=(sent(TODAY), fact(EventKind.RECEIVED)))
    assert "Deux lois" not in one.walker.get(one.at()).words


def test_a_last_safe_day_that_presses_is_said_before_any_suggestion(app: Flask) -> None:
    refused = fact(EventKind.REFUSED, TODAY - timedelta(days=50))
    own = with_dossier(app, events=(SENT, refused))
    words = own.walker.get(own.at()).words
    assert words.index("À ne pas laisser passer") < words.index("Prochain geste")


def test_what_is_missing_in_an_answer_is_listed(app: Flask) -> None:
    own = with_dossier(app, events=(SENT, PROVED, PARTIAL))
    words = own.walker.get(own.at()).words
    assert "Il manque : la durée de conservation" in words


def test_a_correction_shows_what_was_told_before_and_a_withdrawal_stays_readable(app: Flask) -> None:
    own = with_dossier(app, events=(SENT, PROVED))
    house, holder = house_of(app), hash_of(TOKEN)
    kept = {one.event.kind: one.id for one in open_dossier(house, holder, own.id).events}
    correct_event(house, holder, own.id, kept[EventKind.RECEIVED], fact(EventKind.RECEIVED, LATER + timedelta(days=5)))
    words = own.walker.get(own.at()).words
    assert "Corrigé le 21 novembre 2026 ; avant : Reçue, le 24 septembre 2026." in words
    kept = {one.event.kind: one.id for one in open_dossier(house, holder, own.id).events}
    withdraw_event(house, holder, own.id, kept[EventKind.RECEIVED])
    words = own.walker.get(own.at()).words
    assert "Le 21 novembre 2026 : « Reçue, le 27 septembre 2026 » retiré." in words
    assert "Le 21 novembre 2026 : « Reçue, le 24 septembre 2026 » corrigé." in words


def test_the_list_shows_what_presses_first(app: Flask) -> None:
    with_dossier(app, title="En chemin", events=(sent(TODAY),))
    with_dossier(app, title="En retard", events=(SENT, PROVED))
    with_dossier(app, title="Terminée", events=(SENT, fact(EventKind.CLOSED, outcome=Outcome.SATISFIED)))
    own = with_dossier(app, title="Pas envoyée", events=())
    words = own.walker.get("/suivre").words
    order = [words.index(title) for title in ("En retard", "Pas envoyée", "En chemin", "Terminée")]
    assert order == sorted(order)


def test_somebody_who_follows_nothing_is_welcomed(app: Flask) -> None:
    page = Walker(app).get("/suivre")
    assert page.response.status_code == 200
    assert "Aucun dossier n’est ouvert sur cet appareil." in page.words
    assert "Set-Cookie" not in page.response.headers
    for door in ("/lettres", "/suivre/autre-lettre", "/retrouver", "/delais"):
        assert f'href="{door}"' in page.text


def test_a_finished_letter_waits_on_the_list_until_it_is_followed(app: Flask, quick_pdf: QuickPool) -> None:
    walker = at_check(app)
    letter_id = walker.finish()
    assert f'href="/lettre/{letter_id}"' in walker.get("/suivre").text
    begun = follow_letter(house_of(app), hash_of(TOKEN), letter_id)
    for path in ("/suivre", "/reprendre"):
        page = walker.get(path).text
        assert f'href="/lettre/{letter_id}"' not in page
        assert f'href="/dossier/{begun.dossier_id}"' in page


def test_no_title_says_what_the_family_wrote(app: Flask) -> None:
    own = with_dossier(app, title="Le dossier de Zibeline", events=(SENT, FEES))
    page = own.walker.get(own.at())
    assert "Zibeline" in page.words
    assert "Zibeline" not in (page.root.find(".//title").text or "")


def test_reading_a_dossier_writes_nothing(app: Flask) -> None:
    own = with_dossier(app, events=(SENT, PROVED))
    written = statements_that_write(app)
    for path in ("/suivre", "/reprendre", own.at(), own.at("/noter"), own.at("/noter/refus"), own.at("/reponse")):
        assert own.walker.get(path).response.status_code == 200
    assert written == []


@pytest.mark.parametrize("token", [None, OTHER_TOKEN])
def test_somebody_else_s_dossier_does_not_exist(app: Flask, token: str | None) -> None:
    own = with_dossier(app, events=(SENT, PROVED))
    chloe = Walker(app)
    if token:
        chloe.client.set_cookie("carnet", token)
    for page in ("", "/noter", "/noter/envoi", "/reponse"):
        assert chloe.get(own.at(page)).response.status_code == 404
    for page in ("/noter/reception", "/reponse", "/suite/relance"):
        assert chloe.post(own.at(page), {"jour": "hier"}).response.status_code == 404
    assert own.id not in chloe.get("/suivre").text


@pytest.mark.parametrize("letter", ["acces", "rien", "x" * 64, "relance%00", "../acces"])
def test_only_a_letter_that_follows_another_begins_in_a_dossier(app: Flask, own: OwnDossier, letter: str) -> None:
    assert own.walker.post(own.at(f"/suite/{letter}"), {}).response.status_code == 404


@pytest.fixture
def own(app: Flask) -> OwnDossier:
    return with_dossier(app)


def test_a_finished_next_letter_is_put_forward_until_it_is_sent(app: Flask, quick_pdf: QuickPool) -> None:
    own = with_dossier(app, events=(SENT, PROVED))
    letter_id = next_letter(app, own, "relance")
    assert button(own.walker, own.at()) == f"/lettre/{letter_id}"
    note = own.walker.get(f"/lettre/{letter_id}")
    assert "Pas encore envoyée" in note.words
    asked = own.walker.get(own.at("/noter/suite-envoyee?lettre=relance"))
    assert asked.typed["lettre"] == ["relance"]
    unknown = {"jour": "aujourdhui", "voie": "remise", "lettre": "<svg onload=1>"}
    assert "quelle lettre est partie" in own.walker.post(own.at("/noter/suite-envoyee"), unknown).errors[0]
    told = own.walker.post(own.at("/noter/suite-envoyee"), unknown | {"lettre": "relance"})
    assert told.response.status_code == 303, told.errors
    assert "Envoyée le 21 novembre 2026" in own.walker.get(f"/lettre/{letter_id}").words
    assert button(own.walker, own.at()) == own.at("/suite/dpd")


def next_letter(app: Flask, own: OwnDossier, letter: str) -> str:
    """Write a next letter from its dossier, to the end; returns its id."""
    begun = own.walker.post(own.at(f"/suite/{letter}"), {}).response.headers["Location"]
    walker = Walker(app, letter, own.walker.client)
    walker.draft_id = begun.split("/")[2]
    walk_from(walker, walker.get(begun).response.headers["Location"].rsplit("/", 1)[1])
    return walker.finish()


def walk_from(walker: Walker, step_id: str) -> None:
    """Answer what is left to answer, from that step on."""
    changes: dict[str, Any] = {"fichiers": {"fichiers": ["lsu"]}}
    walker.answers |= changes
    for _ in range(40):
        if step_id == "verifier":
            return
        sheet = walker.open(step_id)
        if sheet.response.status_code == 303:
            step_id = sheet.response.headers["Location"].rsplit("/", 1)[1]
            continue
        given = walker.answers.get(step_id)
        sent_on = walker.send(step_id, given if given is not None else quick(sheet))
        assert sent_on.response.status_code == 303, f"{step_id}: {sent_on.errors or sent_on.words}"
        step_id = sent_on.response.headers["Location"].rsplit("/", 1)[1]
    raise AssertionError("the way never ends")


def quick(sheet: Any) -> dict[str, Any]:
    """What stands on the page already, then the first answer that comes."""
    typed = {name: value for name, value in sheet.typed.items() if value not in ("", [])}
    for control in sheet.controls:
        name = control.get("name")
        if name and control.get("type") in ("radio", "checkbox"):
            typed.setdefault(name, control.get("value"))
        elif name and control.get("type") != "hidden":
            typed.setdefault(name, TODAY.isoformat() if control.get("type") == "date" else "Quelques mots précis")
    return typed


def test_time_alone_makes_an_answer_late(app: Flask, clock: MovableClock) -> None:
    own = with_dossier(app, events=(sent(TODAY), fact(EventKind.RECEIVED)))
    assert "Réponse attendue" in own.walker.get("/suivre").words
    clock.move(timedelta(days=45))
    words = own.walker.get(own.at()).words
    assert "La réponse est en retard" in words
    assert button(own.walker, own.at()) == own.at("/suite/relance")
    record_event(
        house_of(app), hash_of(TOKEN), own.id, fact(EventKind.ANSWERED, date(2027, 1, 4), outcome=Outcome.COMPLETE)
    )
    assert "Une réponse complète est arrivée" in own.walker.get(own.at()).words
