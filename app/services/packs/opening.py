"""Opens the archive of a pack: every byte verified, every letter tried. It must never write anything, nor say that a
key is to be trusted.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.errors import InvalidAnswer
from app.domain.pack_manifest import (
    LETTER_FILE,
    MOST_LETTERS,
    MOST_SAMPLES,
    SAMPLE_FILE,
    Manifest,
    RefusedPack,
    digests,
    fingerprint,
    read_manifest,
)
from app.library.letter_source import read_source
from app.library.pack_archive import MANIFEST, SIGNATURE, read_archive
from app.services.packs.faults import LetterFault
from app.services.packs.letter_texts import numbered, read_samples, read_slug, title_in
from app.services.packs.letter_trial import Trial
from app.services.packs.signing import check_signature
from app.services.packs.trial import try_text

# How long all the letters of one pack may be tried; a sound one takes a tenth of a second.
SECONDS_PER_PACK = 60.0
_FOLLOW_UP = "une lettre d’association ouvre un dossier : sa sorte est « demande »."
_TOO_SLOW = LetterFault(1, "Ce lot met trop de temps à s’essayer. Demandez-le en plusieurs lots.", "lettre")
_AGAIN = "Demandez l’archive de nouveau."


@dataclass(frozen=True, slots=True)
class PackLetter:
    """One letter of a pack: its text, and the texts of its samples by name."""

    slug: str
    title: str
    source: str
    samples: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OpenedPack:
    """A pack whose every byte was verified; whose key it is, is for people to say. `texts`: its files by path."""

    manifest: Manifest
    signature: str
    letters: tuple[PackLetter, ...]
    texts: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        """The key in digits, to be compared with the sender."""
        return fingerprint(self.manifest.public_key)


class FaultyPack(RefusedPack):
    """A signed and whole pack, some of whose letters have faults; `faults`: (name of the letter, fault)."""

    def __init__(self, faults: tuple[tuple[str, LetterFault], ...]) -> None:
        super().__init__(
            "Une lettre de ce lot a des défauts : rien n’a été reçu. L’association qui l’envoie les corrige."
        )
        self.faults = faults


def open_pack(raw: bytes) -> OpenedPack:
    """Read and verify an archive; raises RefusedPack with the first reason found."""
    files = read_archive(raw)
    manifest = read_manifest(files.pop(MANIFEST))
    signature = check_signature(manifest, files.pop(SIGNATURE))
    _check_files(manifest, files)
    texts = {path: content.decode("utf-8") for path, content in files.items()}
    return OpenedPack(manifest, signature, _letters(manifest, texts), texts)


def _check_files(manifest: Manifest, files: Mapping[str, bytes]) -> None:
    """The archive holds the signed files, and no other."""
    signed, present = dict(manifest.files), dict(digests(files))
    for path in sorted(signed.keys() - present.keys()):
        raise RefusedPack(f"Le fichier « {path} » manque : il a été retiré de ce lot depuis sa signature. {_AGAIN}")
    for path in sorted(present.keys() - signed.keys()):
        raise RefusedPack(f"Le fichier « {path} » a été ajouté à ce lot depuis sa signature. {_AGAIN}")
    for path in sorted(signed):
        if signed[path] != present[path]:
            raise RefusedPack(f"Le fichier « {path} » a été changé depuis que ce lot a été signé. {_AGAIN}")


def _letters(manifest: Manifest, texts: Mapping[str, str]) -> tuple[PackLetter, ...]:
    if not 0 < len(manifest.letters) <= MOST_LETTERS:
        raise RefusedPack(f"Un lot contient de 1 à {MOST_LETTERS} lettres ; celui-ci en a {len(manifest.letters)}.")
    samples: dict[str, dict[str, str]] = {slug: {} for slug in manifest.letters}
    for path, text in texts.items():
        found = SAMPLE_FILE.fullmatch(path)
        if found and found.group(1) not in samples:
            raise RefusedPack(f"L’exemple « {path} » n’est celui d’aucune lettre de ce lot. {_AGAIN}")
        if found:
            samples[found.group(1)][found.group(2)] = text
    sources = ((found.group(1), text) for path, text in texts.items() if (found := LETTER_FILE.fullmatch(path)))
    return tuple(_letter(slug, text, samples[slug]) for slug, text in sorted(sources))


def _letter(slug: str, text: str, samples: Mapping[str, str]) -> PackLetter:
    """A letter that the house could keep; its own name must be that of its folder."""
    try:
        read_slug(slug, slug)
        kept = read_samples(samples)
        source = numbered(text, slug, 1)
    except InvalidAnswer as error:
        raise RefusedPack(f"La lettre « {slug} » ne peut pas être reçue : {error.message}") from error
    if read_source(text).front.get("id") != slug:
        raise RefusedPack(f"La lettre « {slug} » ne porte pas le nom de son dossier. {_AGAIN}")
    if len(kept) > MOST_SAMPLES:
        raise RefusedPack(f"La lettre « {slug} » a plus de {MOST_SAMPLES} exemples.")
    return PackLetter(slug, title_in(source, slug), source, kept)


def try_pack(pack: OpenedPack, on: date) -> dict[str, Trial]:
    """The trial of each letter as of that day, by name, all of them sound; raises FaultyPack with every fault."""
    trials: dict[str, Trial] = {}
    faults: list[tuple[str, LetterFault]] = []
    ends_at = time.monotonic() + SECONDS_PER_PACK
    for letter in pack.letters:
        if time.monotonic() > ends_at:
            faults.append((letter.slug, _TOO_SLOW))
            break
        trials[letter.slug] = trial = try_text(letter.source, letter.samples, on)
        faults.extend((letter.slug, fault) for fault in trial.faults)
        if read_source(letter.source).front.get("kind") != "demande":
            faults.append((letter.slug, LetterFault(1, _FOLLOW_UP, "en-tête")))
    if faults:
        raise FaultyPack(tuple(faults))
    return trials
