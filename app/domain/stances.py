"""What a letter may say of a file, in the words that templates and conditions read.

It must never soften the kernel's stance.
"""

from typing import Any

from app.domain.processings import Processing
from app.domain.solidity import Stance, stance

POSTURES = {
    Stance.AFFIRM: "affirme",
    Stance.CONDITIONAL: "conditionnel",
    Stance.ASK_BASIS_FIRST: "base-d-abord",
    Stance.WARN_EXCLUDED: "exclu",
    Stance.USE_CONSENT: "accord",
}


def file_facts(file: Processing) -> dict[str, Any]:
    """The facts of one file that a condition may test."""
    return {
        "id": file.id,
        "statut": file.opposition.status.value,
        "posture": POSTURES[stance(file.opposition)],
        "disparu": file.is_retired,
    }
