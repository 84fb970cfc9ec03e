"""An association with people who write, read and publish, and the letters they bring to families, for tests."""

from collections.abc import Mapping
from datetime import date

import pytest
from flask import Flask

from app.domain.access import Role
from app.services.house import House
from app.services.library import library
from app.services.packs.letter_trial import Trial, checked_letter
from app.services.packs.letters import OpenVersion, open_version, save_samples, save_source, start_blank, start_from
from app.services.packs.publishing import DraftChoice, publish
from app.services.packs.reviewing import review, submit
from app.services.packs.sources import LetterSource, read_source, write_source
from app.services.staff.member import Member, member_of
from tests.running_house import house_of
from tests.staff_cast import StaffCast


def try_here(_house: House, source: str, samples: Mapping[str, str], on: date) -> Trial:
    """The trial without its process, where that is not what is tried."""
    return checked_letter(source, samples, on, library())


def quicken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try letters in this process."""
    monkeypatch.setattr("app.services.packs.reviewing.try_letter", try_here)


def answered(sample: str, replies: Mapping[str, str]) -> str:
    """A sample whose last table, that of its replies, holds these too; a reply "" takes its question away."""
    names = tuple(f"{name} = " for name in replies)
    kept = "".join(line for line in sample.splitlines(keepends=True) if not line.startswith(names))
    return kept.rstrip() + "\n" + "".join(f'{name} = "{reply}"\n' for name, reply in replies.items() if reply)


class Desk:
    """An association at work: `editor` writes, `reviewer` reads, `administrator` does both."""

    def __init__(self, app: Flask, slug: str = "ales", name: str = "Parents d’Alès") -> None:
        self.app, self.house, self.slug = app, house_of(app), slug
        self.cast = StaffCast(app)
        self.association_id = self.cast.association(name, slug=slug)
        self.editor = self.member(Role.EDITOR)
        self.reviewer = self.member(Role.REVIEWER)

    def member(self, role: Role) -> Member:
        """One more person of that role."""
        return member_of(self.house, self.cast.member(role, slug=self.slug), self.slug)

    def begin(self, base: str = "acces", slug: str = "acces-cantine", title: str = "Accès cantine") -> OpenVersion:
        """A letter begun from one of the house, or from nothing."""
        if not base:
            return start_blank(self.house, self.editor, slug, title)
        return start_from(self.house, self.editor, base, slug, title)

    def now(self, slug: str = "acces-cantine") -> OpenVersion:
        """Its version as it stands."""
        return open_version(self.house, self.editor, slug)

    def write(self, source: LetterSource, slug: str = "acces-cantine") -> OpenVersion:
        """Keep another text."""
        return save_source(self.house, self.editor, slug, write_source(source), self.now(slug).version)

    def source(self, slug: str = "acces-cantine") -> LetterSource:
        """The text as it stands."""
        return read_source(self.now(slug).source)

    def submit(self, slug: str = "acces-cantine", words: str = "") -> OpenVersion:
        """Propose it."""
        return submit(self.house, self.editor, slug, words, self.now(slug).version)

    def submit_with(self, replies: Mapping[str, str], slug: str = "acces-cantine") -> OpenVersion:
        """Propose it, its samples answering some more questions; the first does not, when it need not."""
        now = self.now(slug)
        if replies:
            optional = {one["id"] for one in self.source(slug).fields if not one.get("required", True)}
            samples = {
                name: answered(text, {} if place == 0 and optional & set(replies) else replies)
                for place, (name, text) in enumerate(now.samples.items())
            }
            save_samples(self.house, self.editor, slug, samples, now.version)
        return self.submit(slug)

    def accept(self, slug: str = "acces-cantine") -> OpenVersion:
        """Have it read and accepted."""
        return review(self.house, self.reviewer, slug, is_accepted=True, comment="", seen=self.now(slug).version)

    def publish(self, slug: str = "acces-cantine", choice: DraftChoice | None = None) -> OpenVersion:
        """Propose, accept and publish what stands."""
        self.submit(slug)
        self.accept(slug)
        return publish(self.house, self.editor, slug, self.now(slug).version, choice).version
