"""Static files with the hash of their content in the address, so that a browser may keep them for ever."""

import hashlib
from pathlib import Path

from flask import Flask, Response, request, url_for
from werkzeug.security import safe_join

HASH_LENGTH = 12
IMMUTABLE = "public, max-age=31536000, immutable"
# A font or an image named by a style sheet without its hash.
SHORT_LIVED = "public, max-age=3600"


class StaticHashes:
    """The hash of each static file, computed once (again when the file changed, in debug mode)."""

    def __init__(self, folder: Path, is_watching: bool) -> None:
        self._folder = folder
        self._is_watching = is_watching
        self._known: dict[str, tuple[int, str]] = {}

    def of(self, filename: str) -> str | None:
        """The first characters of the file's SHA-256, None when there is no such file."""
        known = self._known.get(filename)
        if known is not None and not self._is_watching:
            return known[1]
        safe = safe_join(str(self._folder), filename)
        path = Path(safe) if safe else None
        if path is None or not path.is_file():
            return None
        modified = path.stat().st_mtime_ns
        if known is None or known[0] != modified:
            known = (modified, hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_LENGTH])
            self._known[filename] = known
        return known[1]


def init_static_files(app: Flask) -> None:
    """Give templates `static_url("css/carnet.css")` and set the life of static answers."""
    hashes = StaticHashes(Path(app.static_folder or ""), app.debug)
    urls: dict[str, str] = {}

    def static_url(filename: str) -> str:
        """The address of a static file, with its hash."""
        url = urls.get(filename)
        if url is None:
            url = url_for("static", filename=filename, v=hashes.of(filename))
            if not app.debug:
                urls[filename] = url
        return url

    app.jinja_env.globals["static_url"] = static_url

    @app.after_request
    def set_static_life(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in (200, 206, 304):
            filename = (request.view_args or {}).get("filename", "")
            is_current = request.args.get("v", "") == hashes.of(filename)
            response.headers["Cache-Control"] = IMMUTABLE if is_current else SHORT_LIVED
        return response
