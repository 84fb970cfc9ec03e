"""The few words that the templates of the wizard and of the letters ask Python for. It must hold no rule."""

from datetime import datetime
from typing import Any

from app.domain.french import Gender, written_date
from app.domain.letters import Option
from app.domain.offices import full_title
from app.domain.processings import Processing
from app.domain.recipients import Recipient
from app.domain.solidity import Solidity, solidity
from app.domain.typography import typeset
from app.services.clock import local_day


def option_triples(options: tuple[Option, ...]) -> list[tuple[str, str, str]]:
    """Options as the macro of choices wants them: value, label, hint."""
    return [(option.value, option.label, option.hint) for option in options]


def file_triples(files: tuple[Processing, ...]) -> list[tuple[str, str, str, Processing]]:
    """School files as choices: id, short name, full name where it says more, and the record itself."""
    return [(file.id, with_capital(typeset(file.short)), _full_name(file), file) for file in files]


def with_capital(words: str) -> str:
    """The words as they stand at the start of a line."""
    return words[:1].upper() + words[1:]


def _full_name(file: Processing) -> str:
    return "" if file.name.casefold() == file.short.casefold() else typeset(file.name)


def gauge(file: Processing) -> Solidity:
    """How solid an objection to this file is."""
    return solidity(file.opposition)


def day_in_france(instant: datetime) -> str:
    """« 21 décembre 2026 »."""
    return written_date(local_day(instant))


def office_title(recipient: Recipient) -> str:
    """The addressee in a sentence, with a capital: « La direction académique … »."""
    return with_capital(full_title(recipient.office, Gender.N))


FILTERS: dict[str, Any] = {
    "typeset": typeset,
    "option_triples": option_triples,
    "file_triples": file_triples,
    "gauge": gauge,
    "local_day": day_in_france,
    "office_title": office_title,
}
