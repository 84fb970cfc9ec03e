"""The pieces that tests build a running house from; fixtures are in conftest.py."""

import hashlib
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from flask import Flask

from app.delivery.images import NO_IMAGES
from app.delivery.logo import clean_logo
from app.delivery.pack_parts import PackPart
from app.delivery.pieces import clean_piece
from app.delivery.proof_pack import bind
from app.delivery.rendered import LETTER_SHEET, CleanPiece, RenderedPdf
from app.factory import create_app
from app.services.house import EXTENSION, House
from app.services.key_strength import new_data_key, new_secret_key
from app.storage.schema import METADATA
from config import Settings

ARE_SERVICES_REQUIRED = os.environ.get("REQUIRE_SERVICES") == "1"
START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class MovableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.instant = START

    def now(self) -> datetime:
        """The instant it shows."""
        return self.instant

    def move(self, step: timedelta) -> None:
        """Go forward, or backward."""
        self.instant += step


class QuickPool:
    """Stands in for the render pool: a blank PDF that depends on the page, or the fault it was told to raise."""

    def __init__(self) -> None:
        self.pages: list[str] = []
        self.fault: Exception | None = None

    def render(self, html: str, _sheet: str = LETTER_SHEET, _images: Mapping[str, bytes] = NO_IMAGES) -> RenderedPdf:
        """Keep the page, give a PDF of one page, or of as many as it has sheets."""
        self.pages.append(html)
        if self.fault is not None:
            raise self.fault
        count, out = max(1, html.count('class="sheet"')), io.BytesIO()
        with pikepdf.new() as blank:
            for _ in range(count):
                blank.add_blank_page()
            blank.docinfo["/Subject"] = hashlib.sha256(html.encode()).hexdigest()
            blank.save(out, deterministic_id=True)
        return RenderedPdf(out.getvalue(), count, hashlib.sha256(out.getvalue()).hexdigest())

    def render_form(self, html: str, sheet: str) -> RenderedPdf:
        """The same, for a page whose inputs would be fields."""
        return self.render(html, sheet)


class QuickOpener:
    """Stands in for the piece pool: files are opened here, or meet the fault it was told to raise."""

    def __init__(self) -> None:
        self.fault: Exception | None = None

    def clean(self, raw: bytes) -> CleanPiece:
        """The file as we keep it."""
        if self.fault is not None:
            raise self.fault
        return clean_piece(raw)

    def logo(self, raw: bytes) -> CleanPiece:
        """The logo as we keep it."""
        if self.fault is not None:
            raise self.fault
        return clean_logo(raw)

    def bind(self, title: str, parts: Sequence[PackPart]) -> bytes:
        """All of them in one PDF."""
        if self.fault is not None:
            raise self.fault
        return bind(title, parts)


def miss(service: str) -> None:
    """Skip a test that needs a service, or fail it where the services are promised."""
    if ARE_SERVICES_REQUIRED:
        pytest.fail(f"{service} is required here and does not answer")
    pytest.skip(f"{service} does not answer on this machine")


def make_settings(database_url: str, instance: Path, **changes: object) -> Settings:
    """Settings with fresh keys."""
    values: dict[str, object] = {
        "SECRET_KEY": new_secret_key(),
        "DATA_KEYS": (new_data_key(),),
        "DATABASE_URL": database_url,
        "INSTANCE": instance,
    }
    return Settings(**{**values, **changes})  # type: ignore[arg-type]


def build_app(settings: Settings, clock: MovableClock) -> Iterator[Flask]:
    """An application with its tables, closed at the end."""
    app = create_app(settings, clock)
    engine = house_of(app).units.engine
    METADATA.create_all(engine)
    yield app
    engine.dispose()


def house_of(app: Flask) -> House:
    """The house of an application."""
    house = app.extensions[EXTENSION]
    assert isinstance(house, House)
    return house
