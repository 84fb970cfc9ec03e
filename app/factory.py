"""Puts the application together from its parts; it must hold no logic of its own."""

from flask import Flask
from flask_alembic import Alembic

from app.cli.registry import COMMANDS
from app.services.clock import Clock, SystemClock
from app.services.event_log import configure_logs
from app.services.house import EXTENSION, House
from app.services.mailing import make_postman
from app.services.unit_of_work import Units
from app.storage.engine import make_engine
from app.storage.schema import METADATA
from app.web.accounts.setup import init_accounts
from app.web.components import init_components
from app.web.errors import init_errors
from app.web.i18n import init_i18n
from app.web.limits import admit_files, init_limits
from app.web.logs import ObservedApplication, note_endpoint
from app.web.registry import BLUEPRINTS
from app.web.security import SecureApplication, init_security
from app.web.static_files import init_static_files
from app.web.workshop.guard import init_workshops
from config import ROOT, Settings

MIGRATIONS = ROOT / "migrations"


def create_app(settings: Settings, clock: Clock | None = None) -> Flask:
    """Build the application. `clock`: given by tests that move time. Opens no connection."""
    configure_logs(settings.LOG_LEVEL)
    app = Flask(
        "app",
        instance_path=str(settings.INSTANCE),
        template_folder="web/templates",
        static_folder="web/static",
    )
    app.debug = settings.DEBUG
    app.config["ALEMBIC"] = {"script_location": str(MIGRATIONS)}
    app.config["ALEMBIC_CONTEXT"] = {"render_as_batch": True}
    house_clock = clock or SystemClock()
    engine = make_engine(settings.DATABASE_URL, settings.DATA_KEYS)
    app.extensions[EXTENSION] = House(settings, Units(engine, house_clock), house_clock, make_postman(app, settings))
    Alembic(app, run_mkdir=False, command_name="database", metadatas=METADATA, engines=engine)
    app.before_request(note_endpoint)
    app.before_request(admit_files)
    init_workshops(app)
    init_security(app, settings)
    init_limits(app, settings)
    init_i18n(app)
    init_components(app)
    init_static_files(app)
    init_errors(app)
    init_accounts(app, app.extensions[EXTENSION])
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    app.wsgi_app = SecureApplication(ObservedApplication(app.wsgi_app), settings.is_https)  # type: ignore[method-assign]
    return app
