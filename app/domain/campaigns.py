"""What a campaign is: its state by date, its short code, the limits of its words, how its counts are told. It must
never tell a number from which one could find out what one family did.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.errors import InvalidAnswer, MissingAnswer
from app.domain.french import written_date
from app.domain.plaintext import plain_line, plain_text
from app.domain.replies import read_day
from app.domain.typography import typeset

LONGEST_TITLE = 90
LONGEST_WORDS = 4000
MOST_LETTERS = 6
EARLIEST, LATEST = date(2020, 1, 1), date(2099, 12, 31)
# Digits, and the consonants that no digit looks like: no word can be read in a code, no letter taken for another.
CODE_LETTERS = "0123456789CDFGHJKMNPQRTVWX"
CODE_LENGTH = 6
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8", "U": "V"})
_NO_SIGN = re.compile(r"[\s\u00a0\u202f.\-_–—]+")
# Below this, nobody is counted apart; counts are told by steps of the same size, for two of them could be subtracted.
FEWEST_TOLD = 5


class CampaignState(StrEnum):
    """Where a campaign stands on a day."""

    BEFORE = "a-venir"
    OPEN = "ouverte"
    CLOSED = "close"


class CampaignFact(StrEnum):
    """What is counted: a letter begun from the page, then, where the family agreed, finished, sent, answered."""

    OPENED = "commencee"
    SEALED = "finie"
    SENT = "envoyee"
    ANSWERED = "repondue"


FACT_NAMES: Mapping[CampaignFact, str] = {
    CampaignFact.OPENED: "Lettres commencées",
    CampaignFact.SEALED: "Lettres finies",
    CampaignFact.SENT: "Lettres envoyées",
    CampaignFact.ANSWERED: "Lettres qui ont reçu une réponse",
}


@dataclass(frozen=True, slots=True)
class CampaignDates:
    """The first and the last day of a campaign, both included; None for no limit."""

    opens_on: date | None
    closes_on: date | None

    def state(self, on: date, *, is_closed: bool = False) -> CampaignState:
        """Where it stands that day; `is_closed`: somebody closed it by hand."""
        if is_closed or (self.closes_on is not None and on > self.closes_on):
            return CampaignState.CLOSED
        is_early = self.opens_on is not None and on < self.opens_on
        return CampaignState.BEFORE if is_early else CampaignState.OPEN

    @property
    def words(self) -> str:
        """« Du 1er décembre 2026 au 31 janvier 2027. », "" without a limit."""
        if self.opens_on and self.closes_on:
            return typeset(f"Du {written_date(self.opens_on)} au {written_date(self.closes_on)}.")
        if self.closes_on:
            return typeset(f"Jusqu’au {written_date(self.closes_on)}.")
        return typeset(f"À partir du {written_date(self.opens_on)}.") if self.opens_on else ""


@dataclass(frozen=True, slots=True)
class ToldCount:
    """A count as it is shown: words, and the least it can be, from which a picture is drawn."""

    words: str
    at_least: int


def told_count(count: int) -> ToldCount:
    """« moins de 5 », then « de 5 à 9 », « de 10 à 14 »…: yesterday's count and today's give no family away."""
    if count < FEWEST_TOLD:
        return ToldCount(f"moins de {FEWEST_TOLD}", 0)
    least = count - count % FEWEST_TOLD
    return ToldCount(f"de {least} à {least + FEWEST_TOLD - 1}", least)


def read_code(typed: str) -> str:
    """The code that was meant: capitals or not, spaces, O for 0, I or L for 1, S for 5… "" when it can be none."""
    code = _NO_SIGN.sub("", typed[:40]).upper().translate(_LOOK_ALIKES)
    is_code = len(code) == CODE_LENGTH and all(sign in CODE_LETTERS for sign in code)
    return code if is_code else ""


def read_title(typed: str) -> str:
    """The title, cleaned; raises InvalidAnswer or MissingAnswer on `titre`."""
    title = plain_line(typed, "titre", "Titre", LONGEST_TITLE)
    if not any(sign.isalnum() for sign in title):
        raise MissingAnswer("titre", "Donnez un titre à la campagne : il se lit de loin, sur l’affiche.")
    return typeset(title)


def read_words(typed: str) -> str:
    """The association's words as they were typed, cleaned; raises InvalidAnswer on `mots`."""
    return plain_text(typed, "mots", "Vos mots", LONGEST_WORDS)


def read_dates(opens: str, closes: str) -> CampaignDates:
    """The dates as typed, "" for none; raises InvalidAnswer on `ouverture` or `fermeture`."""
    dates = CampaignDates(_day(opens, "ouverture", "Premier jour"), _day(closes, "fermeture", "Dernier jour"))
    if dates.opens_on and dates.closes_on and dates.closes_on < dates.opens_on:
        raise InvalidAnswer(
            "fermeture",
            f"La campagne finirait avant de commencer, le {written_date(dates.opens_on)}. Corrigez l’une des dates.",
        )
    return dates


def _day(typed: str, path: str, label: str) -> date | None:
    if not typed.strip():
        return None
    day = read_day(typed, path, label)
    if not EARLIEST <= day <= LATEST:
        raise InvalidAnswer(path, f"« {label} » est entre {EARLIEST.year} et {LATEST.year}. Corrigez l’année.")
    return day
