"""The only door of the PDF engine: the faces of the letter's font, the images handed with a page. It must never open a
socket or any other file.
"""

import logging
from collections.abc import Mapping

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from app.delivery.faces import FACES, face_bytes
from app.delivery.images import NO_IMAGES, SCHEME

_NAMES = {f"carnet-police:{name}": name for name in FACES}

_log = logging.getLogger(__name__)


class HouseFetcher(URLFetcher):  # type: ignore[misc]  # the engine has no types
    """Serves the three faces, and the images of the page being laid out, by their internal names, compared as whole
    strings; stops the rendering on all else.
    """

    def __init__(self) -> None:
        # Drawings inside a page swallow even the fatal error: whoever renders asks here afterwards.
        self.has_refused = False
        self.images = NO_IMAGES
        super().__init__(timeout=0, allowed_protocols=(), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002 - the engine's own signature
        """The face or image called `url`; raises FatalURLFetchingError, which no part of the engine swallows."""
        name = _NAMES.get(url)
        image = self.images.get(url.removeprefix(SCHEME)) if url.startswith(SCHEME) else None
        if image is not None:
            return URLFetcherResponse(url, image, {"Content-Type": "image/png"})
        if name is None:
            self.has_refused = True
            # The scheme alone: the rest of an address may hold a name.
            scheme = url.partition(":")[0][:16] if ":" in url else "none"
            _log.warning("security: rendering asked for an outside resource, refused (scheme %r)", scheme)
            raise FatalURLFetchingError("A letter may not load anything from outside.")
        return URLFetcherResponse(url, face_bytes(name), {"Content-Type": "font/ttf"})
