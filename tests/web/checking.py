"""A test client that reads every page it fetches as a strict reader would; it must never let a fault pass quietly.

Every answer in HTML goes through `faults_of_page`; a page with a fault fails the test that fetched it, whatever that
test was about. After an idea of GOV.UK Notify's test client.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from html5lib.html5parser import ParseError
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

TITLE_SUFFIX = " – Carnet de droits"
TITLE_ERROR = "Erreur\u00a0: "
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CONTROLS = ("input", "select", "textarea")
UNLABELLED_TYPES = frozenset({"hidden", "submit", "button", "image", "reset"})
LOADING = {"src": None, "srcset": None, "poster": None, "data": ("object",), "href": ("link", "use", "image")}
# What stands in these is no French sentence of ours.
SILENT = frozenset({"script", "style", "code", "pre", "textarea", "kbd", "samp"})
REFERRING = ("aria-labelledby", "aria-describedby", "aria-controls")
SPOKEN = ("alt", "aria-label", "title", "placeholder", "data-nom")
REQUIRED_HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
    "Cache-Control": "",
}
FORBIDDEN_IN_CSP = ("'unsafe-inline'", "'unsafe-eval'", "*")
NARROW, NO_BREAK = "\u202f", "\u00a0"
TYPOGRAPHY = (
    (re.compile(r"\w'\w"), "a straight apostrophe"),
    (re.compile(r"(?<![\u202f?!;])[?!](?=\s|$)|(?<!\u202f);(?=\s|$)"), "no narrow no-break space before ? ! ;"),
    (re.compile(r"«(?!\u202f)|(?<!\u202f)»"), "no narrow no-break space inside « »"),
    (re.compile(r"(?<!\u00a0):(?=\s|$)"), "no no-break space before :"),
    (re.compile("\u2011"), "a non-breaking hyphen, which the letter's typeface lacks"),
)


class PageFault(AssertionError):
    """A page breaks at least one rule; the message lists them all."""


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page: its elements in order, and who stands inside whom."""

    elements: tuple[Element, ...]
    parents: dict[Element, Element]

    def all(self, *tags: str) -> list[Element]:
        """The elements of those names, in order."""
        return [element for element in self.elements if element.tag in tags]

    def is_inside(self, element: Element, tags: frozenset[str]) -> bool:
        """Whether the element is, or stands in, one of those."""
        current: Element | None = element
        while current is not None:
            if current.tag in tags:
                return True
            current = self.parents.get(current)
        return False


class CheckingClient(FlaskClient):
    """Use it as `app.test_client_class`; `open` raises PageFault. `is_checking` may be put to False for one fetch."""

    is_checking = True

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Fetch, then check; each page of a chain of redirections goes through here."""
        response = super().open(*args, **kwargs)
        if self.is_checking and response.mimetype == "text/html" and 200 <= response.status_code != 304:
            is_page = not 300 <= response.status_code < 400
            faults = faults_of_headers(response.headers)
            faults += faults_of_page(response.get_data(as_text=True)) if is_page else []
            if faults:
                raise PageFault(f"{response.request.path}:\n- " + "\n- ".join(faults))
        return response


def faults_of_headers(headers: Headers) -> list[str]:
    """The security headers that are missing or too weak."""
    faults = [
        f"header {name} should hold {expected or 'something'!r}"
        for name, expected in REQUIRED_HEADERS.items()
        if name not in headers or expected not in headers[name]
    ]
    policy = headers.get("Content-Security-Policy", "")
    return faults + [f"the content policy holds {word}" for word in FORBIDDEN_IN_CSP if word in policy.split()]


def faults_of_page(html: str) -> list[str]:
    """Every fault of one HTML page, each a short English sentence; empty when the page is right."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False)
    try:
        root = parser.parse(html)
    except ParseError as error:
        return [f"the parser stops: {error}"]
    elements = tuple(element for element in root.iter() if isinstance(element.tag, str))
    page = Page(elements, {child: parent for parent in elements for child in parent})
    rules = (_document, _headings, _ids, _labels, _forms, _inline, _loaded, _links, _images, _typography)
    return [fault for rule in rules for fault in rule(page)]


def words_of(element: Element) -> str:
    """What a reader hears of an element: its label, or its text, or the alternatives of its images."""
    label = element.get("aria-label")
    if label:
        return label.strip()
    alternatives = (image.get("alt", "") for image in element.iter("img"))
    return " ".join(" ".join((*element.itertext(), *alternatives)).split())


def _document(page: Page) -> Iterator[str]:
    if page.elements[0].get("lang") != "fr":
        yield "the page does not say that it is in French"
    if not any(meta.get("name") == "viewport" for meta in page.all("meta")):
        yield "the page has no viewport"
    if len(page.all("main")) != 1:
        yield "the page does not have one main part"


def _headings(page: Page) -> Iterator[str]:
    headings = page.all(*HEADINGS)
    titles = [words_of(title) for title in page.all("title")]
    firsts = [words_of(heading) for heading in headings if heading.tag == "h1"]
    if len(firsts) != 1:
        yield f"{len(firsts)} h1 instead of one"
    elif len(titles) != 1 or _bare(titles[0]) != firsts[0]:
        yield f"the title {titles} is not the h1 {firsts[0]!r} followed by {TITLE_SUFFIX!r}"
    # What precedes the h1 is the summary of what was refused, which comes first on purpose.
    levels = [int(heading.tag[1]) for heading in headings]
    start = levels.index(1) if 1 in levels else 0
    for before, after in zip(levels[start:], levels[start + 1 :], strict=False):
        if after > before + 1:
            yield f"an h{after} follows an h{before}"
    yield from (f"an empty {heading.tag}" for heading in headings if not words_of(heading))


def _bare(title: str) -> str | None:
    joined = " ".join(TITLE_ERROR.split())
    return title.removeprefix(joined).strip().removesuffix(TITLE_SUFFIX) if title.endswith(TITLE_SUFFIX) else None


def _ids(page: Page) -> Iterator[str]:
    known = [element.get("id", "") for element in page.elements if element.get("id") is not None]
    yield from (f"the id {name!r} is used twice" for name in sorted(set(known)) if known.count(name) > 1)
    for element in page.elements:
        for attribute in REFERRING:
            names = element.get(attribute, "").split()
            yield from (f"{attribute} names {name!r}" for name in names if name not in known)
        target = element.get("href", "")
        if element.tag == "a" and target.startswith("#") and target[1:] not in known:
            yield f"the link {target!r} leads nowhere"


def _labels(page: Page) -> Iterator[str]:
    by_id = {element.get("id"): element for element in page.elements if element.get("id")}
    labelled = set()
    for label in page.all("label"):
        target = by_id.get(label.get("for")) if label.get("for") else next(_controls(label), None)
        if target is None or target.tag not in CONTROLS:
            yield f"the label {words_of(label)!r} has no control"
        elif not words_of(label):
            yield "an empty label"
        else:
            labelled.add(target)
    for control in page.all(*CONTROLS):
        is_named = control in labelled or control.get("aria-label") or control.get("aria-labelledby")
        if control.get("type") not in UNLABELLED_TYPES and not is_named:
            yield f"the control {control.get('name')!r} has no label"
    for fieldset in page.all("fieldset"):
        if len(fieldset) == 0 or fieldset[0].tag != "legend" or not words_of(fieldset[0]):
            yield "a fieldset without a legend"
    yield from (
        f"the button {button.get('name')!r} has no text" for button in page.all("button") if not words_of(button)
    )


def _controls(element: Element) -> Iterator[Element]:
    return (inner for inner in element.iter() if inner.tag in CONTROLS)


def _forms(page: Page) -> Iterator[str]:
    for form in page.all("form"):
        method, action = form.get("method", "").lower(), form.get("action")
        if method not in {"get", "post"}:
            yield f"a form without a method (action {action!r})"
        if not action:
            yield "a form without an action"
        elif not action.startswith("/") or action.startswith("//"):
            yield f"a form sends its answers to {action!r}"
        tokens = [field for field in form.iter("input") if field.get("name") == "csrf_token" and field.get("value")]
        if method == "post" and len(tokens) != 1:
            yield f"{len(tokens)} tokens in the form {action!r}"
        if method == "get" and tokens:
            yield f"the form {action!r} puts its token in the address"


def _inline(page: Page) -> Iterator[str]:
    for element in page.elements:
        if element.tag == "style" and not element.get("nonce"):
            yield "an inline style sheet"
        if element.tag == "script" and not element.get("src") and not element.get("nonce"):
            yield "an inline script without a nonce"
        for name, value in element.attrib.items():
            if name == "style":
                yield f"an inline style on <{element.tag}>"
            elif name.startswith("on"):
                yield f"an inline handler {name} on <{element.tag}>"
            elif value.strip().lower().startswith("javascript:"):
                yield f"a script in {name} of <{element.tag}>"


def _loaded(page: Page) -> Iterator[str]:
    for element in page.elements:
        for name, tags in LOADING.items():
            value = element.get(name, "") if tags is None or element.tag in tags else ""
            if re.match(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", value, re.IGNORECASE):
                yield f"<{element.tag}> loads {value!r} from elsewhere"


def _links(page: Page) -> Iterator[str]:
    for link in page.all("a"):
        if not words_of(link):
            yield f"the link to {link.get('href')!r} has no text"
        if link.get("target") == "_blank":
            yield f"the link to {link.get('href')!r} opens a window"


def _images(page: Page) -> Iterator[str]:
    yield from (f"the image {image.get('src')!r} has no alt" for image in page.all("img") if image.get("alt") is None)
    for drawing in page.all("svg", "{http://www.w3.org/2000/svg}svg"):
        is_named = drawing.get("aria-label") or drawing.get("aria-labelledby")
        if drawing.get("aria-hidden") != "true" and not (drawing.get("role") == "img" and is_named):
            yield "a drawing neither hidden nor named"


def _typography(page: Page) -> Iterator[str]:
    for text in _sentences(page):
        for pattern, fault in TYPOGRAPHY:
            found = pattern.search(text)
            if found:
                start = max(0, found.start() - 25)
                yield f"{fault}: {text[start : found.end() + 15]!r}"


def _sentences(page: Page) -> Iterator[str]:
    """The texts a person reads: those of the page, and the attributes that are read aloud."""
    for element in page.elements:
        yield from (element.get(name, "") for name in SPOKEN)
        if page.is_inside(element, SILENT):
            continue
        yield element.text or ""
        yield from (child.tail or "" for child in element)
