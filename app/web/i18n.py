"""The language of the pages: French is the source; `gettext` is there so that another may come."""

from flask import Flask
from flask_babel import Babel, get_translations

LOCALE = "fr"
TIME_ZONE = "Europe/Paris"


def language() -> str:
    """The language of this request; the day there is a second one, it is chosen here."""
    return LOCALE


def init_i18n(app: Flask) -> None:
    """Make `gettext`, `_` and Babel's formats known to views and templates.

    Templates get a `gettext` that remembers: Flask-Babel looks its context up several times a call, which over a
    page of twenty sentences costs more than the page.
    """
    Babel(app, default_locale=LOCALE, locale_selector=language, default_timezone=TIME_ZONE)
    known: dict[tuple[str, str], str] = {}

    def translated(message: str) -> str:
        """The sentence in the language of this request; messages are those of our templates, so `known` is bounded."""
        key = (language(), message)
        if key not in known:
            known[key] = get_translations().ugettext(message)
        return known[key]

    def translated_count(singular: str, plural: str, count: int) -> str:
        found: str = get_translations().ungettext(singular, plural, count)
        return found

    app.jinja_env.install_gettext_callables(translated, translated_count, newstyle=True)  # type: ignore[attr-defined]
