"""How much one visitor may ask for: body size, repeated fields, creations per hour; nothing here stores an
address."""

import hashlib
import hmac
from collections.abc import Callable
from fnmatch import fnmatchcase
from io import BytesIO
from typing import IO, TypeVar

from flask import Flask, Request, Response, current_app, request
from flask_limiter import Limiter
from werkzeug.exceptions import BadRequest, NotFound

from config import Settings

MAX_BODY_BYTES = 256 * 1024
MAX_FORM_FIELDS = 1000
# A whole school may stand behind one address (its proxy, a phone operator): generous, and only on what
# creates rows.
DRAFTS_QUOTA = "60 per hour; 300 per day"
SEALS_QUOTA = "30 per hour; 150 per day"
# A workshop of forty parents opens its links behind one address; guessing 256 bits needs other means than haste.
DOORS_QUOTA = "300 per hour; 2000 per day"
MAILS_QUOTA = "30 per hour; 100 per day"
FILES_QUOTA = "120 per hour; 400 per day"
PACKS_QUOTA = "30 per hour; 150 per day"
# Everybody in a room may take several shapes of several letters; most of them are remembered.
PAPERS_QUOTA = "300 per hour; 1500 per day"
# Each page of a reply read together counts for one.
FACTS_QUOTA = "600 per hour; 3000 per day"
# Signing in, for all who share an address; and wrong proofs, for one account, whoever gives them.
STAFF_QUOTA = "120 per hour; 500 per day"
TRIES_QUOTA = "6 per 15 minutes"
# Wrong passwords for one account, all visitors together: above what one of them may give, so that nobody keeps a member
# out by trying at their address, and far below what guessing takes.
TRIES_ANYWHERE_QUOTA = "40 per hour"
KEY_LENGTH = 32
REPEATED_MARK = "carnet_repeated_fields"
FILES_MARK = "carnet_most_bytes"
FORM_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})

View = TypeVar("View", bound=Callable[..., object])


class MemoryRequest(Request):
    """A request whose files stay in memory: a photograph must not lie in clear on a disk, even for a second."""

    def _get_file_stream(self, *_sizes: object, **_named: object) -> IO[bytes]:
        return BytesIO()


class RepeatedField(BadRequest):
    """A form gave the same field twice where one value was expected."""


def visitor_key() -> str:
    """A key for counting that is not the visitor's address: its HMAC under the house's key."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    address = (request.remote_addr or "unknown").encode()
    return hmac.new(secret, b"visitor " + address, hashlib.sha256).hexdigest()[:KEY_LENGTH]


limiter = Limiter(key_func=visitor_key, default_limits=[], headers_enabled=False, key_prefix="carnet")

# Decorators for the views that create something, placed under the route: `@drafts_limit`.
drafts_limit = limiter.shared_limit(DRAFTS_QUOTA, scope="drafts", methods=["POST"])
seals_limit = limiter.shared_limit(SEALS_QUOTA, scope="seals", methods=["POST"])
doors_limit = limiter.shared_limit(DOORS_QUOTA, scope="doors")
mails_limit = limiter.shared_limit(MAILS_QUOTA, scope="mails", methods=["POST"])
packs_limit = limiter.shared_limit(PACKS_QUOTA, scope="packs")
papers_limit = limiter.shared_limit(PAPERS_QUOTA, scope="papers")
facts_limit = limiter.shared_limit(FACTS_QUOTA, scope="facts", methods=["POST"])
staff_limit = limiter.shared_limit(STAFF_QUOTA, scope="staff", methods=["POST"])
files_limit = limiter.shared_limit(FILES_QUOTA, scope="files", methods=["POST"])


def _was_refused(answer: Response) -> bool:
    return answer.status_code == 400


def tries_limit(scope: str, account: Callable[[], str]) -> Callable[[View], View]:
    """Declare a view that takes proofs of identity: after six that were refused for one account, the next one is not
    even looked at for a while; other accounts pass. `account`: a key of the account, never an address.
    """
    return limiter.shared_limit(  # type: ignore[return-value]
        TRIES_QUOTA, scope=scope, key_func=account, methods=["POST"], deduct_when=_was_refused
    )


def password_tries_limit(account: Callable[[], str]) -> Callable[[View], View]:
    """The same for the first proof, which anybody may try: six for one account by one visitor, more by all of them.
    What stands behind a password, a code, keeps its six for everybody.
    """
    by_visitor = tries_limit("password", lambda: f"{account()} {visitor_key()}")
    by_all = limiter.shared_limit(
        TRIES_ANYWHERE_QUOTA, scope="password-anywhere", key_func=account, methods=["POST"], deduct_when=_was_refused
    )

    def mark(view: View) -> View:
        return by_visitor(by_all(view))  # type: ignore[return-value]

    return mark


def may_repeat(*names: str) -> Callable[[View], View]:
    """Declare the fields of a view that a form may give several times (check boxes); `*` stands for any
    ending.
    """

    def mark(view: View) -> View:
        setattr(view, REPEATED_MARK, names)
        return view

    return mark


def takes_files(most_bytes: int) -> Callable[[View], View]:
    """Declare a view whose form carries a file of at most `most_bytes`; every other form stays small."""

    def mark(view: View) -> View:
        setattr(view, FILES_MARK, most_bytes)
        return view

    return mark


def init_limits(app: Flask, settings: Settings) -> None:
    """Set the sizes, the guard on forms and the counters (Redis when there is one, this process's memory
    otherwise).
    """
    app.request_class = MemoryRequest
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        MAX_FORM_PARTS=MAX_FORM_FIELDS,
        RATELIMIT_STORAGE_URI=settings.REDIS_URL or "memory://",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=settings.REDIS_URL is not None,
        RATELIMIT_STRATEGY="moving-window",
    )
    app.before_request(refuse_unreadable_addresses)
    app.before_request(refuse_repeated_fields)
    limiter.init_app(app)


def admit_files() -> None:
    """Raise the size of the body where a file is expected; it stands before everything that reads the form."""
    view = current_app.view_functions.get(request.endpoint or "")
    allowance: int = getattr(view, FILES_MARK, 0)
    if allowance:
        request.max_content_length = MAX_BODY_BYTES + allowance


def refuse_unreadable_addresses() -> None:
    """Nothing has a NUL in its address, and PostgreSQL will not even look for it. Raises NotFound."""
    if "\x00" in request.path:
        raise NotFound()


def refuse_repeated_fields() -> None:
    """Read the form once, so that an oversized body is refused here; raises RepeatedField on a field given
    twice.
    """
    if request.method not in FORM_METHODS:
        return
    view = current_app.view_functions.get(request.endpoint or "")
    repeated: tuple[str, ...] = getattr(view, REPEATED_MARK, ())
    for name, values in request.form.lists():
        if len(values) > 1 and not any(fnmatchcase(name, pattern) for pattern in repeated):
            raise RepeatedField("a field was given twice")
