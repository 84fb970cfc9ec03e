"""The macros of `templates/components/` at hand in every template, and the fragments that are the same on every page.

It must never keep anything a person gave: what is remembered here is remembered for everybody.
"""

from typing import Any

from flask import Flask, current_app
from jinja2.environment import TemplateModule
from markupsafe import Markup

from app.web.i18n import language

FAMILIES = (
    "accounts",
    "actions",
    "campaign",
    "dossier",
    "editor",
    "forms",
    "frame",
    "gestures",
    "letter",
    "marks",
    "paper",
    "records",
    "site",
    "space",
    "step",
    "versions",
    "wizard",
)
EXTENSION = "carnet.fragments"
# Only our own templates ask for fragments, with arguments from a short list; the bound is a safety rail.
MAX_FRAGMENTS = 500


class Components:
    """`ui.field(…)` in a template: the macro of that name, whatever its family.

    Four times cheaper than importing the macro in each template, which a page of the wizard does five times.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        """Find the macro at its first use; in debug mode at each use, so that a template can be edited."""
        if name.startswith("_"):
            raise AttributeError(name)
        for family in FAMILIES:
            macro = getattr(self._module(family), name, None)
            if macro is not None:
                if not self._app.debug:
                    self.__dict__[name] = macro
                return macro
        raise AttributeError(f"no component is called {name!r}")

    def _module(self, family: str) -> TemplateModule:
        return self._app.jinja_env.get_template(f"components/{family}.html").module


def fragment(name: str, *args: str | int) -> Markup:
    """The HTML of a macro of `ui`, remembered for this language and these arguments (never in debug mode)."""
    known: dict[tuple[str | int, ...], Markup] = current_app.extensions[EXTENSION]
    key = (language(), name, *args)
    html = known.get(key)
    if html is None:
        html = getattr(current_app.jinja_env.globals["ui"], name)(*args)
        if not current_app.debug and len(known) < MAX_FRAGMENTS:
            known[key] = html
    return html


def init_components(app: Flask) -> None:
    """Give templates `ui` and `fragment`; what they remember belongs to this application."""
    app.extensions[EXTENSION] = {}
    app.jinja_env.globals["ui"] = Components(app)
    app.jinja_env.globals["fragment"] = fragment
