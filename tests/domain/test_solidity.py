"""What the tool may promise of an objection, for the whole product of status and evidence."""

from itertools import product

import pytest

from app.domain.processings import Evidence, Opposition, OppositionStatus
from app.domain.solidity import Level, Stance, solidity, stance, warning

EVERY_PAIR = list(product(OppositionStatus, Evidence))
FIRM = {Evidence.ACT, Evidence.OFFICIAL_NOTICE, Evidence.CASE_LAW}


def opposition(status: OppositionStatus, evidence: Evidence) -> Opposition:
    return Opposition(status, evidence, "Un commentaire.")


@pytest.mark.parametrize(("status", "evidence"), EVERY_PAIR)
def test_every_pair_has_a_stance_a_level_and_sentences(status: OppositionStatus, evidence: Evidence) -> None:
    known = opposition(status, evidence)
    gauge = solidity(known)

    assert isinstance(stance(known), Stance)
    assert gauge.level in set(Level)
    for sentence in (gauge.reason, warning(known)):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "'" not in sentence


@pytest.mark.parametrize(("status", "evidence"), EVERY_PAIR)
def test_a_right_is_affirmed_only_when_open_and_read(status: OppositionStatus, evidence: Evidence) -> None:
    is_firm = status is OppositionStatus.OPEN and evidence in FIRM

    assert (stance(opposition(status, evidence)) is Stance.AFFIRM) is is_firm


@pytest.mark.parametrize(("status", "evidence"), EVERY_PAIR)
def test_a_gauge_is_strong_only_for_a_firm_right_or_a_firm_consent(
    status: OppositionStatus, evidence: Evidence
) -> None:
    is_firm_right = status is OppositionStatus.OPEN and evidence in FIRM
    is_firm_consent = status is OppositionStatus.CONSENT and evidence in FIRM | {Evidence.CNIL}

    level = solidity(opposition(status, evidence)).level

    assert (level is Level.FORTE) is (is_firm_right or is_firm_consent)


@pytest.mark.parametrize("status", list(OppositionStatus))
def test_nothing_read_is_always_weak(status: OppositionStatus) -> None:
    assert solidity(opposition(status, Evidence.NONE)).level is Level.FAIBLE


@pytest.mark.parametrize("evidence", list(Evidence))
def test_the_status_alone_decides_four_stances(evidence: Evidence) -> None:
    assert stance(opposition(OppositionStatus.EXCLUDED, evidence)) is Stance.WARN_EXCLUDED
    assert stance(opposition(OppositionStatus.CONSENT, evidence)) is Stance.USE_CONSENT
    assert stance(opposition(OppositionStatus.UNKNOWN, evidence)) is Stance.ASK_BASIS_FIRST
    assert stance(opposition(OppositionStatus.CONTESTED, evidence)) is Stance.CONDITIONAL


@pytest.mark.parametrize(
    ("status", "evidence", "expected", "level"),
    [
        (OppositionStatus.OPEN, Evidence.ACT, Stance.AFFIRM, Level.FORTE),
        (OppositionStatus.OPEN, Evidence.SECONDARY_SOURCE, Stance.CONDITIONAL, Level.MOYENNE),
        (OppositionStatus.OPEN, Evidence.CNIL, Stance.CONDITIONAL, Level.MOYENNE),
        (OppositionStatus.OPEN, Evidence.NONE, Stance.ASK_BASIS_FIRST, Level.FAIBLE),
        (OppositionStatus.PARTIAL, Evidence.ACT, Stance.CONDITIONAL, Level.MOYENNE),
        (OppositionStatus.PARTIAL, Evidence.DEFAULT_GDPR, Stance.CONDITIONAL, Level.MOYENNE),
        (OppositionStatus.CONTESTED, Evidence.SECONDARY_SOURCE, Stance.CONDITIONAL, Level.FAIBLE),
        (OppositionStatus.CONTESTED, Evidence.ACT, Stance.CONDITIONAL, Level.MOYENNE),
        (OppositionStatus.EXCLUDED, Evidence.ACT, Stance.WARN_EXCLUDED, Level.FAIBLE),
        (OppositionStatus.CONSENT, Evidence.DEFAULT_GDPR, Stance.USE_CONSENT, Level.MOYENNE),
    ],
)
def test_the_table_of_the_letters_is_followed(
    status: OppositionStatus, evidence: Evidence, expected: Stance, level: Level
) -> None:
    known = opposition(status, evidence)

    assert stance(known) is expected
    assert solidity(known).level is level


def test_an_open_right_without_a_text_is_told_in_the_conditional() -> None:
    affirmed = solidity(opposition(OppositionStatus.OPEN, Evidence.ACT)).reason
    deduced = solidity(opposition(OppositionStatus.OPEN, Evidence.DEFAULT_GDPR)).reason

    assert "est ouvert" in affirmed
    assert "serait ouvert" in deduced


def test_a_contested_right_says_that_sources_differ() -> None:
    assert "se contredisent" in warning(opposition(OppositionStatus.CONTESTED, Evidence.SECONDARY_SOURCE))
