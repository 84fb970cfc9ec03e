"""The migrations: up, down and up again with rows, on both databases, and never apart from the models."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Engine, inspect, select

from app.factory import create_app
from app.storage.draft import Draft
from app.storage.letter import Letter
from app.storage.outbox import OutboxRow
from app.storage.rendering import Rendering
from app.storage.schema import METADATA, MODELS
from tests.running_house import MovableClock, house_of, make_settings

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def empty_app(database_url: str, tmp_path: Path, clock: MovableClock) -> Iterator[Flask]:
    app = create_app(make_settings(database_url, tmp_path), clock)
    yield app
    engine_of(app).dispose()


def engine_of(app: Flask) -> Engine:
    return house_of(app).units.engine


def migrate(app: Flask, *arguments: str) -> None:
    with app.app_context():
        result = app.test_cli_runner().invoke(args=["database", *arguments])
    assert result.exit_code == 0, result.output


def tables(app: Flask) -> set[str]:
    return set(inspect(engine_of(app)).get_table_names()) - {"alembic_version"}


def fill(app: Flask) -> None:
    """One row in each table."""
    with house_of(app).units.writing() as unit:
        letter = Letter(
            holder_hash="h" * 64,
            draft_id="d" * 22,
            reference="ABCD-EFGH",
            template_id="lsu",
            template_version="1",
            template_hash="0" * 64,
            composed_on=date(2026, 11, 21),
            sealed_at=NOW,
            document_json={"title": "É"},
            document_sha256="1" * 64,
            expires_at=NOW,
        )
        unit.session.add(letter)
        unit.session.flush()
        unit.session.add_all(
            [
                Draft(
                    id="d" * 22,
                    holder_hash="h" * 64,
                    letter_id="lsu",
                    answers={"a": [1, "é", None]},
                    step="lieu",
                    created_at=NOW,
                    updated_at=NOW,
                    expires_at=NOW,
                    sealed_letter_id=letter.id,
                ),
                Rendering(
                    content_hash="2" * 64,
                    pdf=b"%PDF",
                    pages=1,
                    sha256="3" * 64,
                    created_at=NOW,
                    expires_at=NOW,
                ),
                OutboxRow(kind="k", effect_key="k:1", payload={"id": "x"}, available_at=NOW, created_at=NOW),
            ]
        )


def count_rows(app: Flask) -> dict[str, int]:
    with house_of(app).units.reading() as unit:
        return {model.__tablename__: len(unit.session.scalars(select(model)).all()) for model in MODELS}


def test_migrations_go_up_down_and_up_again_with_rows(empty_app: Flask) -> None:
    migrate(empty_app, "upgrade")
    fill(empty_app)
    assert set(count_rows(empty_app).values()) == {1}
    migrate(empty_app, "downgrade", "base")
    assert tables(empty_app) == set()
    migrate(empty_app, "upgrade")
    assert tables(empty_app) == set(METADATA.tables)
    fill(empty_app)
    assert set(count_rows(empty_app).values()) == {1}


def test_upgrading_twice_keeps_the_rows(empty_app: Flask) -> None:
    migrate(empty_app, "upgrade")
    fill(empty_app)
    migrate(empty_app, "upgrade")
    assert set(count_rows(empty_app).values()) == {1}


def test_the_models_and_the_migrations_describe_the_same_tables(empty_app: Flask) -> None:
    migrate(empty_app, "upgrade")
    with engine_of(empty_app).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_values_come_back_as_they_were(empty_app: Flask) -> None:
    migrate(empty_app, "upgrade")
    fill(empty_app)
    with house_of(empty_app).units.reading() as unit:
        draft = unit.session.scalars(select(Draft)).one()
        assert draft.answers == {"a": [1, "é", None]}
        assert draft.created_at == NOW
        assert draft.created_at.tzinfo is UTC
        assert unit.session.scalars(select(Rendering)).one().pdf == b"%PDF"


def test_erasing_a_letter_erases_the_answers_it_was_made_from(empty_app: Flask) -> None:
    migrate(empty_app, "upgrade")
    fill(empty_app)
    with house_of(empty_app).units.writing() as unit:
        unit.session.delete(unit.session.scalars(select(Letter)).one())
    assert count_rows(empty_app)["draft"] == 0
