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
from app.services.unit_of_work import UnitOfWork
from app.storage.association import Association
from app.storage.contact import Contact
from app.storage.dossier import Dossier, DossierAccess, DossierEvent, DossierLetter
from app.storage.draft import Draft
from app.storage.letter import Letter
from app.storage.mailed_link import MailedLink
from app.storage.outbox import OutboxRow
from app.storage.piece import Piece
from app.storage.reminder import SentReminder
from app.storage.rendering import Rendering
from app.storage.schema import METADATA, MODELS
from tests.migrations.association_rows import fill_association
from tests.migrations.booklet_rows import fill_booklets
from tests.running_house import MovableClock, house_of, make_settings

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
FAMILY_TABLES = {
    "draft", "letter", "rendering", "outbox", "dossier", "dossier_access", "dossier_event", "dossier_letter",
    "contact", "reminder", "mailed_link", "piece",
}  # fmt: skip
ASSOCIATION_TABLES = {model.__tablename__ for model in MODELS} - FAMILY_TABLES


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


def come_down_to(app: Flask, revision: str) -> None:
    """The command would take a number for a count of steps."""
    with app.app_context():
        app.extensions["alembic"].downgrade(revision)


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
        fill_dossier(unit, letter)
        fill_association(unit)
        fill_booklets(unit)


def fill_dossier(unit: UnitOfWork, letter: Letter) -> None:
    """A dossier with one row of each kind."""
    dossier = Dossier(
        token_hash="4" * 64,
        reference="CD-26-7KQ2MA",
        origin_letter_id=letter.id,
        right="acces",
        grounds="donnees",
        departement="30",
        is_public=True,
        profile={"title": "É"},
        created_at=NOW,
        updated_at=NOW,
        expires_at=NOW,
    )
    unit.session.add(dossier)
    unit.session.flush()
    unit.session.add_all(
        [
            DossierAccess(dossier_id=dossier.id, holder_hash="h" * 64, opened_at=NOW),
            DossierLetter(dossier_id=dossier.id, letter_id=letter.id, added_at=NOW),
            DossierEvent(
                dossier_id=dossier.id,
                kind="envoi",
                happened_on=date(2026, 11, 21),
                channel="recommande",
                is_estimated=False,
                has_reasons=True,
                outcome="",
                letter="",
                has_remedies=False,
                details={"note": "É"},
                recorded_at=NOW,
            ),
            Contact(
                dossier_id=dossier.id,
                address="anne@exemple.fr",
                address_key="5" * 64,
                shows_reference=False,
                asked_at=NOW,
            ),
            SentReminder(dossier_id=dossier.id, key="envoyee", mail_key="6" * 32, created_at=NOW),
            MailedLink(token_hash="7" * 64, purpose="retrouver", subject="5" * 64, created_at=NOW, expires_at=NOW),
            Piece(
                dossier_id=dossier.id,
                kind="avis",
                media_type="image/jpeg",
                title="Avis signé par É",
                size=1,
                pages=1,
                sha256="8" * 64,
                created_at=NOW,
            ),
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


def test_erasing_a_dossier_takes_all_it_holds_but_its_letter(empty_app: Flask) -> None:
    migrate(empty_app, "upgrade")
    fill(empty_app)
    with house_of(empty_app).units.writing() as unit:
        draft, dossier = unit.session.scalars(select(Draft)).one(), unit.session.scalars(select(Dossier)).one()
        draft.dossier_id = dossier.id
        unit.session.flush()
        unit.session.delete(dossier)
    counts = count_rows(empty_app)
    assert {name for name, count in counts.items() if count} == {
        "letter", "rendering", "outbox", "mailed_link", *ASSOCIATION_TABLES,
    }  # fmt: skip


def test_a_dossier_outlives_the_letter_it_began_with(empty_app: Flask) -> None:
    migrate(empty_app, "upgrade")
    fill(empty_app)
    with house_of(empty_app).units.writing() as unit:
        unit.session.delete(unit.session.scalars(select(Letter)).one())
    with house_of(empty_app).units.reading() as unit:
        assert unit.session.scalars(select(Dossier)).one().origin_letter_id is None
    assert count_rows(empty_app)["dossier_letter"] == 0


def test_the_dossiers_come_and_go_without_the_other_rows(empty_app: Flask) -> None:
    migrate(empty_app, "upgrade")
    fill(empty_app)
    come_down_to(empty_app, "0001")
    assert not any(name.startswith("dossier") for name in tables(empty_app))
    migrate(empty_app, "upgrade")
    counts = count_rows(empty_app)
    assert {name for name, count in counts.items() if count == 1} == {"draft", "letter", "rendering", "outbox"}


def test_the_mail_comes_and_goes_without_the_other_rows(empty_app: Flask) -> None:
    migrate(empty_app, "upgrade")
    fill(empty_app)
    come_down_to(empty_app, "0002")
    assert tables(empty_app) & {"contact", "reminder", "mailed_link"} == set()
    migrate(empty_app, "upgrade")
    counts = count_rows(empty_app)
    assert (counts["outbox"], counts["dossier"], counts["contact"]) == (1, 1, 0)


def test_erasing_a_letter_erases_the_answers_it_was_made_from(empty_app: Flask) -> None:
    migrate(empty_app, "upgrade")
    fill(empty_app)
    with house_of(empty_app).units.writing() as unit:
        unit.session.delete(unit.session.scalars(select(Letter)).one())
    assert count_rows(empty_app)["draft"] == 0


def test_the_associations_come_and_go_without_the_families(empty_app: Flask) -> None:
    migrate(empty_app, "upgrade")
    fill(empty_app)
    come_down_to(empty_app, "0004")
    assert tables(empty_app) == FAMILY_TABLES
    migrate(empty_app, "upgrade")
    counts = count_rows(empty_app)
    assert {name for name, count in counts.items() if count} == FAMILY_TABLES


def test_erasing_an_association_takes_all_it_holds_but_the_people(empty_app: Flask) -> None:
    migrate(empty_app, "upgrade")
    fill(empty_app)
    with house_of(empty_app).units.writing() as unit:
        unit.session.delete(unit.session.scalars(select(Association)).one())
    left = {name for name, count in count_rows(empty_app).items() if count}
    assert left - FAMILY_TABLES == {"staff", "staff_passkey", "staff_session"}
