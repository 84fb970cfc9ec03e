"""What runs in the process where letters of associations are tried: one letter at a time. It must never hold a key, nor
reach a database or the network.

Started by `trial.TrialPool`.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

from app.delivery.child import run
from app.domain.answers import RefusedAnswers
from app.domain.errors import DomainError, LibraryFault, TemplateFault
from app.services.composing import compose_letter
from app.services.library import library
from app.services.packs.families import invented_samples
from app.services.packs.faults import BODY, LetterFault, PlaceFinder
from app.services.packs.letter_trial import checked_letter, read_template, refused_letter
from app.services.samples import SAMPLE_REFERENCE, read_answers_text

Answer = tuple[dict[str, Any], bytes]


def work(header: dict[str, Any], payload: bytes) -> Answer:
    """The answer to `try`, `preview` or `invent`: see `trial`, which asks."""
    asked = json.loads(payload)
    if header["job"] == "preview":
        return _preview(asked["source"], asked["answers"], date.fromisoformat(header["on"]))
    if header["job"] == "invent":
        return _invent(asked["source"])
    trial = checked_letter(asked["source"], asked["samples"], date.fromisoformat(header["on"]), library())
    documents = json.dumps([letter.document.to_json() for letter in trial.letters]).encode()
    return {
        "faults": [_plain(fault) for fault in trial.faults],
        "names": [letter.name for letter in trial.letters],
    }, documents


def _preview(source: str, answers: str, on: date) -> Answer:
    places = PlaceFinder(source)
    try:
        template = read_template(source)
        for fault in refused_letter(source, template):
            raise fault
        sample = read_answers_text(answers, Path("reponses.toml"))
        document = compose_letter(library(), template, sample.answers, sample.on or on, SAMPLE_REFERENCE, may_miss=True)
    except RefusedAnswers as refused:
        return {"refused": [[fault.field, fault.message] for fault in refused.faults]}, b""
    except (LibraryFault, TemplateFault) as error:
        return {"fault": _plain(places.told(error, BODY))}, b""
    except DomainError as error:
        return {"said": error.message}, b""
    return {}, document.to_json().encode()


def _invent(source: str) -> Answer:
    try:
        template = read_template(source)
        for fault in refused_letter(source, template):
            raise fault
    except LibraryFault as fault:
        return {"fault": _plain(PlaceFinder(source).placed(fault))}, b""
    return {}, json.dumps(invented_samples(template, library())).encode()


def _plain(fault: LetterFault) -> list[Any]:
    return [fault.line, fault.message, fault.place]


def warm_up() -> None:
    """Read the library, which the first letter would wait for."""
    library()


if __name__ == "__main__":
    run(work, warm_up, refusals=())
