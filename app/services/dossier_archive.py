"""The archive of a dossier: one JSON that any program reads, letters and pieces as files, a page that explains them. It
must never name a file after what somebody typed, nor hold anything of another dossier.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.dossier.record import write_dossier, write_event
from app.domain.errors import DomainError
from app.domain.french import written_date
from app.domain.typography import typeset
from app.services.clock import PARIS, local_day
from app.services.contacts import ContactCard, contact_of
from app.services.dossier_records import profile_of
from app.services.dossiers import OpenDossier, open_dossier, readable_dossier
from app.services.drafts import open_draft
from app.services.event_log import log_fault
from app.services.house import House
from app.services.pieces import PieceCard, piece_file, pieces_of
from app.services.sealing import SealedLetter, letter_file
from app.storage.draft import find_draft_of_letter
from app.storage.encryption import TamperedData

# Grows when a key changes its meaning: whoever reads the JSON knows what to expect.
FORMAT = "carnet-de-droits/dossier/1"
README, TOLD = "lisez-moi.txt", "dossier.json"
_README = """\
Carnet de droits : archive du dossier {reference}, faite le {today}.

{title}

dossier.json    tout ce que le dossier contient, lisible par un programme ou dans un éditeur de texte :
                les faits, leurs corrections, vos réponses, le texte des lettres, la liste des pièces
lettres/        chaque lettre, en PDF et en texte : {letters}
pieces/         les fichiers ajoutés au dossier : {pieces}

Les dates s’écrivent année-mois-jour. Les instants sont donnés à l’heure de Greenwich.
Cette archive contient le nom d’un enfant et l’histoire d’une famille : gardez-la en lieu sûr.
"""
_LOST = "\nFichiers que nous n’avons pas pu relire : {names}. Ils sont signalés dans dossier.json.\n"


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file of the archive; `content` is None when the house has lost it."""

    name: str
    content: bytes | None


def export_dossier(house: House, holder: str | None, dossier_id: str) -> bytes:
    """A ZIP archive of all that the dossier holds. A piece whose file is lost is named there as lost.

    Raises NotFound.
    """
    dossier = open_dossier(house, holder, dossier_id)
    cards = pieces_of(house, holder, dossier_id)
    letters = [file for letter in dossier.letters for file in _letter_files(house, holder, letter)]
    pieces = [_piece(house, holder, dossier_id, card) for card in cards]
    told = _told(dossier, house.now()) | {
        "reponses": _answers(house, holder, dossier),
        "brouillons": [_draft(house, holder, draft.id) for draft in dossier.drafts],
        "pieces": [_card(card, file) for card, file in zip(cards, pieces, strict=True)],
        "rappels": _contact(contact_of(house, holder, dossier_id)),
    }
    return _zipped(house.now(), dossier, told, letters, pieces)


def _letter_files(house: House, holder: str | None, letter: SealedLetter) -> Iterator[_Kept]:
    for output in ("pdf", "txt"):
        yield _Kept(f"lettres/{letter.file_stem}.{output}", letter_file(house, holder, letter.id, output)[1])


def _piece(house: House, holder: str | None, dossier_id: str, card: PieceCard) -> _Kept:
    name = f"pieces/{card.file_name}"
    try:
        return _Kept(name, piece_file(house, holder, dossier_id, card.id)[1])
    except (DomainError, TamperedData) as lost:
        log_fault("piece-unreadable", lost)
        return _Kept(name, None)


def _told(dossier: OpenDossier, now: datetime) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "archive_du": _instant(now),
        "dossier": write_dossier(dossier.record),
        "ecrite_ailleurs": dossier.is_outside,
        "modifie_le": _instant(dossier.updated_at),
        "s_efface_le": dossier.erases_on.isoformat(),
        "notes_le": [{**write_event(kept.event), "note_le": _instant(kept.recorded_at)} for kept in dossier.events],
        "corrections": [
            {
                **write_event(past.event),
                "note_le": _instant(past.recorded_at),
                "remplace_le": _instant(past.replaced_at),
                "retire_le": _instant(past.withdrawn_at),
            }
            for past in dossier.history
        ],
        "lettres": [_letter(letter) for letter in dossier.letters],
    }


def _letter(letter: SealedLetter) -> dict[str, Any]:
    return {
        "reference": letter.document.reference,
        "modele": letter.template_id,
        "version": letter.template_version,
        "date": letter.composed_on.isoformat(),
        "pdf_sha256": letter.pdf_sha256,
        "texte": json.loads(letter.document.to_json()),
    }


def _answers(house: House, holder: str | None, dossier: OpenDossier) -> dict[str, Any]:
    """What was answered, as far as it is kept: for the next letters, and for each letter by its reference."""
    with house.units.reading() as unit:
        kept = profile_of(readable_dossier(unit, holder, dossier.id)).answers
        drafts = {
            letter.document.reference: find_draft_of_letter(unit.session, letter.id) for letter in dossier.letters
        }
        return {
            "pour_les_suites": kept,
            "par_lettre": {reference: draft.answers for reference, draft in drafts.items() if draft},
        }


def _draft(house: House, holder: str | None, draft_id: str) -> dict[str, Any]:
    draft = open_draft(house, holder, draft_id)
    answers: Mapping[str, Any] = {name: value for name, value in draft.answers.items() if name != "dossier"}
    return {"modele": draft.template.id, "modifie_le": _instant(draft.updated_at), "reponses": answers}


def _card(card: PieceCard, file: _Kept) -> dict[str, Any]:
    return {
        "numero": card.number,
        "titre": card.title,
        "nature": card.kind.value,
        "type": card.media_type.value,
        "taille": card.size,
        "pages": card.pages,
        "ajoutee_le": card.added_on.isoformat(),
        "fichier": file.name,
        "est_perdue": file.content is None,
    }


def _contact(card: ContactCard | None) -> dict[str, Any] | None:
    """The address stays half hidden: whoever has the link of the dossier is not always its owner."""
    if card is None:
        return None
    return {
        "adresse": card.masked_address,
        "etat": card.state.value,
        "montre_la_reference": card.shows_reference,
        "demande_le": _instant(card.asked_at),
        "confirme_le": _instant(card.confirmed_at),
    }


def _instant(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def _zipped(
    now: datetime, dossier: OpenDossier, told: dict[str, Any], letters: Sequence[_Kept], pieces: Sequence[_Kept]
) -> bytes:
    lost = [piece.name for piece in pieces if piece.content is None]
    readme = _README.format(
        reference=dossier.record.reference,
        today=written_date(local_day(now)),
        title=dossier.record.title,
        letters=len(dossier.letters),
        pieces=len(pieces) - len(lost),
    )
    readme += _LOST.format(names=", ".join(lost)) if lost else ""
    texts = {README: typeset(readme), TOLD: json.dumps(told, ensure_ascii=False, indent=2)}
    archive, at = io.BytesIO(), now.astimezone(PARIS).timetuple()[:6]
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for file in (*(_Kept(name, text.encode()) for name, text in texts.items()), *letters, *pieces):
            if file.content is not None:
                info = zipfile.ZipInfo(file.name, at)
                info.compress_type = zipfile.ZIP_DEFLATED
                zipped.writestr(info, file.content)
    return archive.getvalue()
