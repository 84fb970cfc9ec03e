"""Receives packs of letters: all of an archive verified, each letter tried, the key recognised or confirmed, then one
commit. It must never publish a letter: a second person reads it, as any other version.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.access import Action
from app.domain.errors import Conflict, NotFound
from app.domain.journal import JournalKind
from app.domain.pack_manifest import Manifest, RefusedPack, fingerprint
from app.domain.typography import typeset
from app.domain.versions import OPEN_STATES, VersionState
from app.services.clock import local_day
from app.services.event_log import log_event
from app.services.house import House
from app.services.packs.letter_texts import numbered, text_sha256
from app.services.packs.letter_trial import Trial
from app.services.packs.opening import OpenedPack, PackLetter, open_pack, try_pack
from app.services.staff.journal import note, note_for
from app.services.staff.member import Member, allow
from app.services.unit_of_work import UnitOfWork
from app.storage.association import Association, find_association
from app.storage.association_letter import AssociationLetter, LetterVersion, versions_of
from app.storage.letter_history import letters_of_association, lock_letter
from app.storage.pack_release import PackRelease, keys_received, newest_received

_MOST_LETTERS = 200
_NOBODY = "Aucune association ne porte ce nom sur ce carnet : « flask associations list » les nomme."
_UNCONFIRMED = (
    "Cette clé n’est pas connue de votre espace. Comparez son empreinte avec l’association qui envoie le lot, par un "
    "autre moyen que celui qui l’a apporté, puis confirmez."
)


class KeyTrust(StrEnum):
    """What the space knows of the key that signed a pack."""

    OWN = "la-votre"
    KNOWN = "connue"
    NEW = "nouvelle"
    CHANGED = "changee"  # that name signed with another key until now

    @property
    def must_be_confirmed(self) -> bool:
        """Whether a person has to compare the fingerprint first."""
        return self in (KeyTrust.NEW, KeyTrust.CHANGED)


class Fate(StrEnum):
    """What a letter of the pack becomes here."""

    NEW = "nouvelle"
    NEXT = "suivante"
    SAME = "deja-la"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One letter of the pack, what becomes of it, and under which number."""

    letter: PackLetter
    fate: Fate
    number: int


@dataclass(frozen=True, slots=True)
class SeenPack:
    """A pack that could be received as it is: whole, signed, without a fault."""

    pack: OpenedPack
    trust: KeyTrust
    arrivals: tuple[Arrival, ...]


@dataclass(frozen=True, slots=True)
class Importer:
    """Who receives: an association, and the member who does it; None for a command of those who run the site."""

    association_id: str
    member: Member | None = None


class UnconfirmedKey(RefusedPack):
    """The key is new to the space, or not the one that this name used: a person has to compare its fingerprint."""

    def __init__(self, manifest: Manifest) -> None:
        super().__init__(_UNCONFIRMED)
        self.fingerprint = fingerprint(manifest.public_key)


def importer_of(member: Member) -> Importer:
    """A member who may move packs; raises NotAllowed."""
    allow(member, Action.MOVE_PACKS)
    return Importer(member.association.id, member)


def importer_for(house: House, slug: str) -> Importer:
    """The association of that name, for a command; raises NotFound."""
    with house.units.reading() as unit:
        association = find_association(unit.session, slug)
    if association is None:
        raise NotFound(typeset(_NOBODY))
    return Importer(association.id)


def look_at_pack(house: House, who: Importer, raw: bytes) -> SeenPack:
    """What receiving this archive would do, nothing being written; raises RefusedPack, FaultyPack or Conflict."""
    pack = open_pack(raw)
    try_pack(pack, local_day(house.now()))
    with house.units.reading() as unit:
        trust = _trust(unit, who, pack.manifest)
        _refuse_old(unit, who, pack)
        return SeenPack(pack, trust, _arrivals(unit, who, pack))


def import_pack(house: House, who: Importer, raw: bytes, *, is_key_confirmed: bool) -> SeenPack:
    """Receive an archive: its new letters and versions wait for a second person. All of it or nothing.

    Raises RefusedPack, FaultyPack, UnconfirmedKey, and Conflict when it is already there or a letter is being written.
    """
    pack = open_pack(raw)
    trials = try_pack(pack, local_day(house.now()))
    with house.units.writing() as unit:
        trust = _trust(unit, who, pack.manifest)
        if trust.must_be_confirmed and not is_key_confirmed:
            raise UnconfirmedKey(pack.manifest)
        _refuse_old(unit, who, pack)
        arrivals = _arrivals(unit, who, pack)
        for arrival in arrivals:
            if arrival.fate is not Fate.SAME:
                _receive(unit, who, pack.manifest, arrival, trials[arrival.letter.slug])
        unit.session.add(_release(unit, who, pack, is_own=trust is KeyTrust.OWN))
        _note(unit, who, pack.manifest)
    log_event("pack-imported", letters=len(arrivals))
    return SeenPack(pack, trust, arrivals)


def _trust(unit: UnitOfWork, who: Importer, manifest: Manifest) -> KeyTrust:
    association = unit.session.get(Association, who.association_id)
    if association is not None and association.public_key == manifest.public_key:
        return KeyTrust.OWN
    known = keys_received(unit.session, who.association_id)
    if manifest.public_key in known:
        return KeyTrust.KNOWN
    return KeyTrust.CHANGED if any(manifest.association in names for names in known.values()) else KeyTrust.NEW


def _refuse_old(unit: UnitOfWork, who: Importer, pack: OpenedPack) -> None:
    """What is already there is not received again, nor what came before it."""
    manifest = pack.manifest
    last = newest_received(unit.session, who.association_id, manifest.public_key, manifest.pack_id)
    if last is None or last.number < manifest.number:
        return
    if last.manifest == manifest.to_bytes().decode():
        raise Conflict(typeset(f"Ce lot est déjà dans votre espace : « {manifest.title} », version {manifest.number}."))
    raise Conflict(
        typeset(
            f"Votre espace a déjà la version {last.number} de ce lot ; celle-ci est la version {manifest.number}. "
            "Demandez la plus récente."
        )
    )


def _arrivals(unit: UnitOfWork, who: Importer, pack: OpenedPack) -> tuple[Arrival, ...]:
    here = {letter.slug: letter for letter in letters_of_association(unit.session, who.association_id)}
    arrivals = tuple(_arrival(unit, letter, here.get(letter.slug)) for letter in pack.letters)
    if len(here) + sum(arrival.fate is Fate.NEW for arrival in arrivals) > _MOST_LETTERS:
        raise Conflict(typeset(f"Un espace garde {_MOST_LETTERS} lettres au plus : ce lot n’y tient pas."))
    return arrivals


def _arrival(unit: UnitOfWork, letter: PackLetter, kept: AssociationLetter | None) -> Arrival:
    if kept is None:
        return Arrival(letter, Fate.NEW, 1)
    last = versions_of(unit.session, kept.id)[0]
    if VersionState(last.state) in OPEN_STATES:
        raise Conflict(
            typeset(
                f"La lettre « {letter.slug} » est en cours d’écriture dans votre espace. Publiez-la, ou finissez sa "
                "relecture, puis recevez le lot : rien n’a été reçu."
            )
        )
    is_same = last.source == numbered(letter.source, letter.slug, last.number) and last.samples == letter.samples
    is_kept = is_same and VersionState(last.state) is not VersionState.RETIREE
    return Arrival(letter, Fate.SAME, last.number) if is_kept else Arrival(letter, Fate.NEXT, last.number + 1)


def _receive(unit: UnitOfWork, who: Importer, manifest: Manifest, arrival: Arrival, trial: Trial) -> None:
    """A version that waits for a second person, with what its samples gave."""
    slug = arrival.letter.slug
    row = lock_letter(unit.session, who.association_id, slug)
    if row is None:
        row = AssociationLetter(association_id=who.association_id, slug=slug, base="", created_at=unit.now)
        unit.session.add(row)
        unit.session.flush()
    text = numbered(arrival.letter.source, slug, arrival.number)
    origin = f"Reçue dans le lot « {manifest.title} », version {manifest.number}, de {manifest.association}."
    unit.session.add(
        LetterVersion(
            letter_id=row.id,
            number=arrival.number,
            state=VersionState.RELECTURE,
            source=text,
            samples=dict(arrival.letter.samples),
            readings={one.name: json.loads(one.document.to_json()) for one in trial.letters},
            sha256=text_sha256(text),
            authors=[who.member.staff_id] if who.member else [],
            note=typeset(origin),
            review_comment="",
            withdrawn_reason="",
            created_at=unit.now,
            updated_at=unit.now,
            submitted_at=unit.now,
        )
    )


def _release(unit: UnitOfWork, who: Importer, pack: OpenedPack, *, is_own: bool) -> PackRelease:
    manifest = pack.manifest
    return PackRelease(
        association_id=who.association_id,
        is_own=is_own,
        pack_id=manifest.pack_id,
        number=manifest.number,
        title=manifest.title,
        origin=manifest.association,
        public_key=manifest.public_key,
        manifest=manifest.to_bytes().decode(),
        signature=pack.signature,
        files=dict(pack.texts),
        created_at=unit.now,
    )


def _note(unit: UnitOfWork, who: Importer, manifest: Manifest) -> None:
    said: Mapping[str, object] = {
        "lot": manifest.title, "version": manifest.number, "origine": manifest.association,
    }  # fmt: skip
    if who.member is not None:
        note(unit, who.member, JournalKind.PACK_IMPORTED, **said)
    else:
        note_for(unit, who.association_id, None, JournalKind.PACK_IMPORTED, **said)
