"""From a draft and a step to the page to show, and from what was sent to answers to keep.

It must never draw or commit.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from app.domain.deadlines import Channel
from app.domain.errors import InvalidAnswer
from app.domain.family import is_better_signed_by_both
from app.domain.french import Gender
from app.domain.letters import AddresseeRule, FieldKind, Option, Prompt
from app.domain.offices import Right, full_title
from app.domain.people import Quality
from app.domain.progress import is_own_head, offered_files
from app.domain.replies import asked_options, read_reply
from app.domain.step_checks import CHILD, QUESTION, StepContext, faults_of_step, known_quality, known_stage
from app.domain.typography import typeset
from app.services.drafts import OpenDraft
from app.services.library import library
from app.web.wizard.entries import Entry, Page
from app.web.wizard.pages import addressee_page, page_of, question_page

_FILES_HEADINGS = {
    "opposition": "À quel fichier vous opposez-vous\u202f?",
    "compte": "De quel service s’agit-il\u202f?",
    "consentement": "À quoi dites-vous non\u202f?",
}


def page_for(draft: OpenDraft, step_id: str, rows: int = 0) -> Page:
    """The page of one step of this draft; `rows` is how many lines a list shows at least."""
    return _own_words(_typeset(_page_for(draft, step_id, rows)), draft, step_id)


def _page_for(draft: OpenDraft, step_id: str, rows: int) -> Page:
    if step_id.startswith(QUESTION):
        return _question(draft, step_id.removeprefix(QUESTION), rows)
    if step_id == "fichiers":
        return _files(draft)
    if step_id == "destinataire" and draft.way.recipient is not None:
        recipient = draft.way.recipient
        reason = "" if draft.way.files else recipient.reason  # with files, `savoir` has said it
        return addressee_page(full_title(recipient.office, Gender.N), reason)
    if step_id == "savoir":
        return Page("Ce que nous savons, et ce que nous ne savons pas", (), template="wizard/knowledge.html")
    if step_id == "autres-enfants":
        return Page("Écrivez-vous pour un autre enfant\u202f?", (), template="wizard/children.html", summary="Enfants")
    page = page_of(step_id)
    if page is None:
        raise InvalidAnswer(step_id, "Cette étape n’existe pas.")
    return page


@lru_cache(maxsize=512)
@lru_cache(maxsize=256)  # a page at this point holds words of ours only: what a person typed is added after it
def _typeset(page: Page) -> Page:
    """The page with French spaces: what comes from the letters' files is written as people type."""
    return replace(
        page,
        heading=typeset(page.heading),
        lead=typeset(page.lead),
        summary=typeset(page.summary),
        entries=tuple(_typeset_entry(entry) for entry in page.entries),
        prompts=tuple(Prompt(typeset(one.title), typeset(one.text)) for one in page.prompts),
    )


def _typeset_entry(entry: Entry) -> Entry:
    options = tuple(replace(one, label=typeset(one.label), hint=typeset(one.hint)) for one in entry.options)
    return replace(entry, label=typeset(entry.label), hint=typeset(entry.hint), options=options)


def _own_words(page: Page, draft: OpenDraft, step_id: str) -> Page:
    """What a page says differently to a pupil of age, or already knows."""
    if step_id == "vous" and known_quality(draft.answers) is Quality.ELEVE:
        return replace(page, entries=(*page.entries[:2], _OWN_GENDER, *page.entries[2:]))
    if step_id == "second":
        return replace(page, lead=_signing_advice(draft.way.right))
    if step_id == "envoi":
        town = ((draft.answers.get("signataires") or [{}])[0].get("adresse") or {}).get("commune", "")
        return replace(page, entries=(_ways_to(draft, page.entries[0]), replace(page.entries[1], default=town)))
    return page


def _ways_to(draft: OpenDraft, entry: Entry) -> Entry:
    """The ways to send that lead to this addressee: the school's own messages lead to nobody outside the school."""
    if draft.template.addressee is AddresseeRule.SAME:
        return entry
    return replace(entry, options=tuple(option for option in entry.options if option.value != Channel.ENT))


def _signing_advice(right: Right | None) -> str:
    """Whether one signature is enough, no further than what was read."""
    if right is Right.CONSENTEMENT:
        return _SOURCES_DIVERGE
    return f"{_ONE_IS_ENOUGH} {_BOTH_ADVICE}" if right and is_better_signed_by_both(right) else _ONE_IS_ENOUGH


_ONE_IS_ENOUGH = (
    "Une seule signature est possible\u00a0: pour un acte usuel, la loi suppose l’accord de l’autre parent."
)
_BOTH_ADVICE = "Si l’autre parent a dit son désaccord, deux signatures rendent cette lettre plus difficile à écarter."
_SOURCES_DIVERGE = (
    "Pour une image, les sources que nous avons lues divergent\u00a0: un seul parent, ou les deux. "
    "Deux signatures évitent la discussion."
)
_OWN_GENDER = Entry(
    "signataires.0.genre",
    "Dans la lettre, comment parler de vous\u202f?",
    "radio",
    options=(Option("f", "Au féminin"), Option("m", "Au masculin"), Option("n", "Sans préciser")),
)


def _question(draft: OpenDraft, field_id: str, rows: int) -> Page:
    context = _context(draft.answers, draft)
    field = asked_options(draft.template.field(field_id), context.facts)
    kept = (draft.answers.get("reponses") or {}).get(field_id)
    known = len(kept) if field.kind is FieldKind.ROWS and isinstance(kept, list) else 0
    return question_page(field, max(rows, known))


def _files(draft: OpenDraft) -> Page:
    template = draft.template
    heading = _FILES_HEADINGS.get(template.right or "", "Quels fichiers nommer dans la lettre\u202f?")
    kind = "radio" if template.files.value == "un" else "checkboxes"
    return Page(
        heading, (Entry("fichiers", heading, kind),), template="wizard/files.html",
        summary="Fichier" if kind == "radio" else "Fichiers",
        lead="La solidité dit ce que les textes permettent d’affirmer aujourd’hui. Elle ne prédit pas la réponse."
        if template.right in (Right.OPPOSITION, Right.COMPTE)
        else "Une demande qui nomme ses fichiers un par un se refuse moins facilement qu’une demande vague.",
    )  # fmt: skip


def files_offered(draft: OpenDraft) -> tuple[Any, ...]:
    """The school files that this draft may name: those people ask about first, those no longer in use last."""
    files = offered_files(draft.template, library().processings, known_stage(draft.answers))
    return tuple(sorted(files, key=lambda file: (file.is_retired, not file.is_founding)))


def faults(answers: Mapping[str, Any], draft: OpenDraft, step_id: str) -> tuple[InvalidAnswer, ...]:
    """What is wrong with the answer of this step, as the kernel says it."""
    return faults_of_step(step_id, _context(answers, draft))


def settled(answers: dict[str, Any], draft: OpenDraft, step_id: str) -> dict[str, Any]:
    """The answers as they are kept: cleaned, with what the step decides for others. Call it when there is no fault."""
    if step_id.startswith(QUESTION):
        return _settled_question(answers, draft, step_id.removeprefix(QUESTION))
    if step_id == "vous" and known_quality(answers) is Quality.ELEVE:
        person = answers["signataires"][0]
        child = {"prenom": person["prenom"], "nom": person["nom"], "genre": person.get("genre", "n")}
        return answers | {"enfants": [(answers.get("enfants") or [{}])[0] | child]}
    if step_id == "destinataire" and is_own_head(answers, draft.way.recipient):
        given = answers["destinataire"]
        head = {"genre": given.get("genre", "n"), "nom": given.get("nom", "")}
        return answers | {"etablissement": answers.get("etablissement", {}) | {"direction": head}}
    if step_id.startswith(CHILD) and len(answers["enfants"]) > len(draft.answers.get("enfants") or []):
        return with_note(answers, "enfants", None)  # one more child: is there yet another?
    return answers


def _settled_question(answers: dict[str, Any], draft: OpenDraft, field_id: str) -> dict[str, Any]:
    field = asked_options(draft.template.field(field_id), _context(answers, draft).facts)
    replies = answers.get("reponses") or {}
    reply = read_reply(field, replies.get(field_id), f"reponses.{field_id}")
    kept = reply.isoformat() if isinstance(reply, date) else "" if reply is None else reply
    put_off = [name for name in (answers.get("carnet") or {}).get("plus_tard", []) if name != field_id]
    return with_note(answers | {"reponses": replies | {field_id: kept}}, "plus_tard", put_off)


def with_note(answers: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """The answers with one of the wizard's own notes; None takes the note away."""
    notes = {key: kept for key, kept in (answers.get("carnet") or {}).items() if key != name}
    return answers | {"carnet": notes if value is None else notes | {name: value}}


def _context(answers: Mapping[str, Any], draft: OpenDraft) -> StepContext:
    return StepContext(answers, draft.template, library().processings, draft.on)


def step_of(path: str, draft: OpenDraft) -> str:
    """The step that asks for the answer at a dotted path: where a fault or a gap sends back to."""
    parts = path.split(".")
    if parts[0] == "reponses" and len(parts) > 1:
        return QUESTION + parts[1]
    if parts[0] == "enfants":
        if known_quality(draft.answers) is Quality.ELEVE:
            return "vous" if parts[2:] in (["prenom"], ["nom"], ["genre"]) else "classe"
        return f"{CHILD}{int(parts[1]) + 1}" if len(parts) > 1 and parts[1].isdigit() else "autres-enfants"
    if parts[0] == "signataires":
        if parts[1:2] == ["1"]:
            return "cosignataire"
        return "qualite" if parts[2:] == ["qualite"] else "vous"
    if parts[0] == "lettre":
        return "envoi"
    if path.startswith("destinataire.adresse"):
        steps = [step.id for step in draft.way.steps]
        return "adresse-destinataire" if "adresse-destinataire" in steps else "etablissement"
    if parts[0] == "etablissement":
        return _SCHOOL_STEPS.get(parts[1] if len(parts) > 1 else "", "etablissement")
    if parts[0] == "mandat":
        return "mandat" if any(step.id == "mandat" for step in draft.way.steps) else "qualite"
    return {"carnet": "second"}.get(parts[0], parts[0])


_SCHOOL_STEPS = {"niveau": "niveau", "secteur": "secteur", "direction": "direction", "circonscription": "direction"}
