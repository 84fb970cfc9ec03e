"""What a member may do now with a letter of the association, in the order of what presses. It must never offer what the
policy or the state of the version would refuse.
"""

from dataclasses import dataclass

from flask import url_for

from app.domain.access import Action
from app.domain.typography import typeset
from app.domain.versions import RULES, Move, VersionState, may_move, name_of
from app.services.packs.letters import LetterCard, VersionLine
from app.services.staff.member import Member

# How `ui.status` draws each state.
SHAPES = {
    VersionState.REDACTION: "waiting",
    VersionState.RELECTURE: "soon",
    VersionState.REFUSEE: "late",
    VersionState.ACCEPTEE: "soon",
    VersionState.PUBLIEE: "done",
    VersionState.REMPLACEE: "waiting",
    VersionState.RETIREE: "late",
}
# The moves that wait for somebody, and what each says to who may make it.
_AWAITED = {
    VersionState.RELECTURE: (Move.ACCEPT, "review.reading", "La relire"),
    VersionState.REFUSEE: (Move.WRITE, "editor.overview", "Reprendre l’écriture"),
    VersionState.ACCEPTEE: (Move.PUBLISH, "review.publication", "La publier"),
    VersionState.REDACTION: (Move.WRITE, "editor.overview", "Continuer à l’écrire"),
}
_PRESSING = frozenset({VersionState.RELECTURE, VersionState.REFUSEE, VersionState.ACCEPTEE})


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do: its words, and the page where it is done."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class ListedLetter:
    """A letter in the list: where it stands, and what it expects of the member, None when nothing."""

    slug: str
    title: str
    standing: str
    shape: str
    act: Act | None
    is_pressing: bool


def listed(member: Member, card: LetterCard) -> ListedLetter:
    """One letter as the list shows it to this member."""
    line = card.in_progress or card.published or card.last
    act = next_act(member, card.slug, line)
    return ListedLetter(
        slug=card.slug,
        title=card.title,
        standing=_standing(card),
        shape=SHAPES[line.state],
        act=act,
        is_pressing=act is not None and line.state in _PRESSING,
    )


def next_act(member: Member, letter_slug: str, line: VersionLine) -> Act | None:
    """What this version expects of this member."""
    if line.state not in _AWAITED:
        return None
    move, endpoint, words = _AWAITED[line.state]
    authors = line.authors if RULES[move].action is Action.REVIEW_LETTERS else frozenset()
    if not member.may(RULES[move].action, authors):
        return None
    return Act(words, url_for(endpoint, slug=member.association.slug, letter_slug=letter_slug))


def allowed(member: Member, line: VersionLine, move: Move) -> bool:
    """Whether this member may make that move from that version, as it stands."""
    authors = line.authors if RULES[move].action is Action.REVIEW_LETTERS else frozenset()
    return may_move(line.state, move) and member.may(RULES[move].action, authors)


def standing_words(state: VersionState) -> str:
    """Where a version stands, alone on its line."""
    words = name_of(state)
    return f"{words[:1].upper()}{words[1:]}"


def _standing(card: LetterCard) -> str:
    """Where a letter stands, in one line."""
    parts = []
    if card.published:
        parts.append(f"Version {card.published.number} publiée")
    elif card.last.state is VersionState.RETIREE:
        parts.append(f"Version {card.last.number} retirée")
    if card.in_progress:
        parts.append(f"version {card.in_progress.number} {name_of(card.in_progress.state)}")
    words = ", ".join(parts)
    return typeset(f"{words[:1].upper()}{words[1:]}.")
