"""What changed between two states of one question, and what it does to the answers already given. It must never read
an answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.letters import Field, FieldKind, Option

_KINDS = {
    FieldKind.LINE: "une ligne",
    FieldKind.TEXT: "un texte",
    FieldKind.CHOICE: "un choix",
    FieldKind.CHOICES: "des cases à cocher",
    FieldKind.YES_NO: "oui ou non",
    FieldKind.DATE: "une date",
    FieldKind.ROWS: "une liste de lignes",
}
_AGAIN = "ce que les parents y ont répondu ne se lit plus : elle serait posée de nouveau."


@dataclass(frozen=True, slots=True)
class LetterChange:
    """One change in a sentence. `why`: what it breaks in the drafts in progress, without a capital; "" for nothing."""

    sentence: str
    why: str = ""

    @property
    def breaks(self) -> bool:
        """Whether drafts in progress cannot simply go on with it."""
        return bool(self.why)


def field_changes(old: Field, new: Field, above: str = "") -> Iterator[LetterChange]:
    """The changes of a question that keeps its place; `above` is how its list is called, for a column."""
    name = f"{above}« {old.label} »"
    if old.kind is not new.kind:
        yield LetterChange(f"{_the(above)} {name} attend désormais {_KINDS[new.kind]}.", _AGAIN)
        return
    if old.label != new.label:
        yield LetterChange(f"{_the(above)} {name} se lit désormais « {new.label} ».")
    yield from _demands(old, new, name, _the(above))
    yield from _options(old, new, name)
    if old.kind is FieldKind.ROWS:
        yield from _rows(old, new, name)
    words = (old.hint, old.missing, old.example, old.prompts)
    if words != (new.hint, new.missing, new.example, new.prompts):
        yield LetterChange(f"L’aide de la question {name} a changé.")


def _the(above: str) -> str:
    return "La colonne" if above else "La question"


def _demands(old: Field, new: Field, name: str, the: str) -> Iterator[LetterChange]:
    if old.is_required != new.is_required:
        if new.is_required:
            yield LetterChange(
                f"{the} {name} demande désormais une réponse.", "les brouillons qui l’ont laissée vide n’en ont pas."
            )
        else:
            yield LetterChange(f"{the} {name} devient facultative.")
    if old.when != new.when:
        why = "des parents qui n’avaient pas à y répondre pourraient avoir à le faire." if new.is_required else ""
        yield LetterChange(f"{the} {name} est posée dans d’autres cas.", why)
    if old.max_length != new.max_length:
        is_shorter = new.max_length > 0 and (new.max_length < old.max_length or not old.max_length)
        why = "une réponse déjà écrite peut être devenue trop longue." if is_shorter else ""
        yield LetterChange(f"{the} {name} accepte désormais {new.max_length} caractères au plus.", why)
    if old.known != new.known:
        yield LetterChange(f"{the} {name} n’est plus préremplie de la même façon.")


def _options(old: Field, new: Field, name: str) -> Iterator[LetterChange]:
    before, after = _by_value(old.options), _by_value(new.options)
    for value, option in before.items():
        if value not in after:
            yield LetterChange(
                f"La réponse « {option.label} » de la question {name} est retirée.",
                "les parents qui l’avaient choisie auraient à choisir de nouveau.",
            )
        elif after[value].when != option.when:
            yield LetterChange(
                f"La réponse « {option.label} » de la question {name} est proposée dans d’autres cas.",
                "des parents qui l’avaient choisie pourraient avoir à choisir de nouveau.",
            )
        elif after[value].label != option.label:
            yield LetterChange(f"La réponse « {option.label} » de la question {name} se lit « {after[value].label} ».")
        elif after[value].hint != option.hint:
            yield LetterChange(f"L’aide de la réponse « {option.label} » de la question {name} a changé.")
    for value, option in after.items():
        if value not in before:
            yield LetterChange(f"La réponse « {option.label} » s’ajoute à la question {name}.")


def _by_value(options: tuple[Option, ...]) -> dict[str, Option]:
    return {option.value: option for option in options}


def _rows(old: Field, new: Field, name: str) -> Iterator[LetterChange]:
    if old.min_rows != new.min_rows:
        why = "des brouillons qui en ont moins ne sont plus complets." if new.min_rows > old.min_rows else ""
        yield LetterChange(f"La liste {name} compte désormais {new.min_rows} lignes au moins.", why)
    if old.max_rows != new.max_rows:
        why = "des brouillons qui en ont plus ne se lisent plus." if new.max_rows < old.max_rows else ""
        yield LetterChange(f"La liste {name} compte désormais {new.max_rows} lignes au plus.", why)
    before, after = {one.id: one for one in old.columns}, {one.id: one for one in new.columns}
    for column in new.columns:
        if column.id in before:
            yield from field_changes(before[column.id], column, above=f"{name}, ")
        else:
            why = "les lignes déjà écrites ne l’ont pas." if column.is_required else ""
            yield LetterChange(f"La liste {name} a une colonne de plus : « {column.label} ».", why)
    for column in old.columns:
        if column.id not in after:
            yield LetterChange(f"La colonne « {column.label} » de la liste {name} est retirée.", _AGAIN)
