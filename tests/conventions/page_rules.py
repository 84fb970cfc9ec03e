"""The house's rules for templates, style sheets and routes. A rule yields sentences, one a fault; it must never
render a page."""

import re
from collections.abc import Iterable, Iterator, Mapping

from werkzeug.routing import Map, Rule

MAX_TEMPLATE_LINES = 120
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
STYLE = re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE)
HANDLER = re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE)
STRAIGHT_APOSTROPHE = re.compile(r"[a-zà-öø-ÿœ]'[a-zà-öø-ÿœ]", re.IGNORECASE)
LOOSE_SPACE = re.compile(r"[\wà-öø-ÿœ’…)»] [?!;:»](?=[\s\"<]|$)|« ", re.MULTILINE)
LOADED = re.compile(
    r"<(?:script|img|iframe|link|source|video|audio|embed|object|form|input|button)\b[^>]*?"
    r"\b(?:src|href|srcset|data|action|formaction)\s*=\s*[\"']\s*(?:https?:)?//",
    re.IGNORECASE,
)
CSS_LOADED = re.compile(r"url\(\s*[\"']?\s*(?:https?:)?//|@import", re.IGNORECASE)
POST_FORM = re.compile(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", re.IGNORECASE | re.DOTALL)
TOKEN = re.compile(r"csrf")
REFERENCE = re.compile(r"\{%-?\s*(?:extends|include|import|from)\s+[\"']([^\"']+)[\"']")
MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)\s*\(")
BOUNDED = re.compile(r"int|float|uuid|any|string\([^)]*\b(?:maxlength|length)\s*=")
RULE_PART = re.compile(r"<(?:([^<>:]*):)?(\w+)>")


def find(pattern: re.Pattern[str], sentence: str, text: str) -> Iterator[str]:
    """One fault for each place where a pattern stands, comments of the template left out."""
    text = COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), text)
    for match in pattern.finditer(text):
        yield f"line {text.count(chr(10), 0, match.start()) + 1}: {sentence} ({match.group().strip()[:40]})"


def long_template(text: str) -> Iterator[str]:
    """A template too long to be read in one go."""
    count = len(text.splitlines())
    if count > MAX_TEMPLATE_LINES:
        yield f"{count} lines, more than {MAX_TEMPLATE_LINES}"


def inline_style(text: str) -> Iterator[str]:
    """A look written in the page: our own content policy would refuse it."""
    yield from find(STYLE, "a style is written in the page", text)


def inline_handler(text: str) -> Iterator[str]:
    """A script written in an attribute."""
    yield from find(HANDLER, "a script is written in the page", text)


def straight_apostrophe(text: str) -> Iterator[str]:
    """A typewriter's apostrophe between two letters."""
    yield from find(STRAIGHT_APOSTROPHE, "the apostrophe is not ’", text)


def loose_space(text: str) -> Iterator[str]:
    """An ordinary space where French wants one that does not break, unless a filter sets it."""
    yield from find(LOOSE_SPACE, "an ordinary space stands by a French sign", text)


def loaded_elsewhere(text: str) -> Iterator[str]:
    """Something the page would fetch from, or send to, another site; a plain link is none."""
    yield from find(LOADED, "something comes from another site", text)


def loaded_by_css(text: str) -> Iterator[str]:
    """The same in a style sheet."""
    yield from find(CSS_LOADED, "a style sheet loads something", text)


def form_without_token(text: str) -> Iterator[str]:
    """A form that posts without its token."""
    for form in POST_FORM.findall(COMMENT.sub("", text)):
        if not TOKEN.search(form):
            yield f"a form posts without its token ({form[:60]})"


def unused_templates(templates: Mapping[str, str], code: str, families: Iterable[str] = ()) -> Iterator[str]:
    """Templates that no other one names and no line of Python renders. `templates`: text by name; `families`: those
    whose macros every template has at hand, as `components/<family>.html`."""
    named = {name for text in templates.values() for name in REFERENCE.findall(COMMENT.sub("", text))}
    named |= {f"components/{family}.html" for family in families}
    for name in templates:
        if name not in named and f'"{name}"' not in code:
            yield f"{name}: nothing renders it"


def unused_macros(templates: Mapping[str, str]) -> Iterator[str]:
    """Macros that are written and never called or passed on, in their own file or in another."""
    texts = {name: COMMENT.sub("", text) for name, text in templates.items()}
    for name, text in texts.items():
        for macro in MACRO.findall(text):
            word = re.compile(rf"\b{macro}\b(?!\s*=)")
            uses = sum(len(word.findall(MACRO.sub("", _calls(other)))) for other in texts.values())
            imports = sum(
                len(word.findall(line)) for other in texts.values() for line in re.findall(r"import[^%]*", other)
            )
            if uses <= imports:
                yield f"{name}: nobody calls `{macro}`"


def _calls(text: str) -> str:
    """The expressions and statements of a template, where a macro can be called."""
    return "\n".join(re.findall(r"\{\{.*?\}\}|\{%.*?%\}", text, re.DOTALL))


def unbounded_parts(rules: Map) -> Iterator[str]:
    """Parts of an address without a type, or of a string without a length; `path` takes anything."""
    for rule in rules.iter_rules():
        yield from _unbounded(rule)


def _unbounded(rule: Rule) -> Iterator[str]:
    if rule.endpoint == "static" or rule.endpoint.endswith(".static"):
        return
    for converter, name in RULE_PART.findall(rule.rule):
        if not BOUNDED.match(converter):
            yield f"{rule.rule}: `{name}` has no bounded type"
