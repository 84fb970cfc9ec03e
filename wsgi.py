"""The door for gunicorn and for the `flask` command; it must hold no logic."""

from app.factory import create_app
from config import load_settings_or_exit

app = create_app(load_settings_or_exit())
