"""The plain form of a dossier, and what a letter reads of it."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.dossier.events import Event, EventKind, Outcome, PointReply, PointState
from app.domain.dossier.facts import letter_facts
from app.domain.dossier.history import IncoherentDossier
from app.domain.dossier.record import read_dossier, write_dossier
from app.domain.errors import InvalidAnswer
from tests.domain.dossier.cases import BOTH, COMPLETE, PARTIAL, REFUSED, SEALED, SENT, START, dossier


def test_a_dossier_comes_back_from_its_plain_form_as_it_was() -> None:
    extended = Event(EventKind.EXTENDED, date(2026, 2, 10), until=date(2026, 3, 20), has_reasons=False, note="mot")
    whole = dossier(*START, extended, PARTIAL, REFUSED, grounds=BOTH, departement="974", pieces=("Avis",))
    assert read_dossier(write_dossier(whole)) == whole


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"droit": "tout"}, "dossier.droit"),
        ({"regimes": "donnees"}, "dossier.regimes"),
        ({"regimes": ["rien"]}, "dossier.regimes"),
        ({"public": "oui"}, "dossier.public"),
        ({"pieces": [3]}, "dossier.pieces"),
        ({"points": "tous"}, "dossier.points"),
        ({"evenements": [{"nature": "envoi"}]}, "dossier.evenements.0.le"),
        ({"evenements": [{"nature": "rien", "le": "2026-01-01"}]}, "dossier.evenements.0.nature"),
        ({"evenements": [{"nature": "envoi", "le": "2026-02-30"}]}, "dossier.evenements.0.le"),
        ({"evenements": [{"nature": "envoi", "le": "2026-02-03", "voie": "pigeon"}]}, "dossier.evenements.0.voie"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_path(change: dict[str, object], path: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        read_dossier(write_dossier(dossier(*START)) | change)
    assert refused.value.field == path


def test_a_letter_reads_the_dates_and_what_they_prove() -> None:
    facts = letter_facts(dossier(*START), date(2026, 3, 3))
    assert (facts["envoi_le"], facts["reception_le"], facts["echeance"]) == (
        date(2026, 1, 29),
        date(2026, 1, 31),
        date(2026, 3, 2),
    )
    assert facts["est_en_retard"] is True
    assert facts["numero"] == "1A 123 456 7890 1"
    assert facts["refus_tacite_le"] == ""
    guessed = letter_facts(dossier(SEALED, SENT), date(2026, 4, 1))
    assert guessed["reception_prouvee"] is False
    assert guessed["est_en_retard"] is False
    assert letter_facts(dossier(*START, COMPLETE), date(2026, 4, 1))["est_en_retard"] is False


def test_whoever_reacts_has_received_even_while_no_delay_runs() -> None:
    guessed = Event(EventKind.RECEIVED, date(2026, 2, 3), is_estimated=True)
    asked = Event(EventKind.IDENTITY_ASKED, date(2026, 2, 5))
    facts = letter_facts(dossier(SEALED, SENT, guessed, asked), date(2026, 2, 10))
    assert (facts["reception_le"], facts["reception_prouvee"], facts["echeance"]) == (date(2026, 2, 5), True, "")
    without_regime = letter_facts(dossier(*START, grounds=()), date(2026, 2, 10))
    assert (without_regime["reception_le"], without_regime["reception_prouvee"]) == (date(2026, 1, 31), True)


def test_the_points_left_are_those_no_answer_covered() -> None:
    facts = letter_facts(dossier(*START, PARTIAL), date(2026, 3, 3))
    assert [(point["numero"], point["etat"]) for point in facts["manquants"]] == [(2, "en-partie"), (3, "non")]
    second = replace(PARTIAL, on=date(2026, 3, 10), points=(PointReply("duree", PointState.ANSWERED),))
    facts = letter_facts(dossier(*START, PARTIAL, second), date(2026, 3, 12))
    assert [point["texte"] for point in facts["manquants"]] == ["la source"]


def test_the_facts_of_a_complaint_are_dated_sentences_and_numbered_pieces() -> None:
    sent_again = Event(EventKind.FOLLOWED_UP, date(2026, 3, 4), letter="relance")
    facts = letter_facts(dossier(*START, sent_again, pieces=("Avis de réception",)), date(2026, 3, 9))
    assert [fact["texte"] for fact in facts["faits"]] == [
        "envoi de la demande en recommandé avec avis de réception, n°\u00a01A\u00a0123\u00a0456\u00a07890\u00a01",
        "réception de la demande",
        "envoi de la relance",
    ]
    assert facts["relance_le"] == date(2026, 3, 4)
    assert facts["pieces"] == [{"numero": 1, "titre": "Avis de réception"}]


def test_every_leaf_is_there_before_anything_happened() -> None:
    empty, full = letter_facts(dossier(), date(2026, 3, 3)), letter_facts(dossier(*START), date(2026, 3, 3))
    assert empty.keys() == full.keys()
    assert None not in empty.values()


def test_an_outcome_belongs_to_its_kind_and_an_extension_goes_forward() -> None:
    with pytest.raises(IncoherentDossier, match="ne peut pas être"):
        letter_facts(dossier(replace(SENT, outcome=Outcome.SATISFIED)), date(2026, 3, 3))
    backward = Event(EventKind.EXTENDED, date(2026, 2, 10), until=date(2026, 2, 9))
    with pytest.raises(IncoherentDossier, match="vérifiez ces deux dates"):
        letter_facts(dossier(*START, backward), date(2026, 3, 3))
