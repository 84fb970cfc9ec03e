"""Private-use characters by which a value travels through templates and Markdown without ever being read as either.

What a person types can hold none of them: `plaintext` refuses private-use characters.
"""

VALUE_OPEN, VALUE_CLOSE = "\ue000", "\ue001"
BLANK = "\ue004"  # one for each underscore of a dotted line inside a sentence
BRANCH_OPEN, BRANCH_CLOSE = "\ue002", "\ue003"
GAP_OPEN, GAP_BETWEEN, GAP_CLOSE = "\ue010", "\ue011", "\ue012"
ENTRY_OPEN, ENTRY_BETWEEN, ENTRY_CLOSE = "\ue013", "\ue014", "\ue015"


def gap(field: str, label: str) -> str:
    """A missing answer as a string, so that it can pass wherever the answer would: `field` is its dotted path."""
    return f"{GAP_OPEN}{field}{GAP_BETWEEN}{label}{GAP_CLOSE}"


def is_gap(value: object) -> bool:
    """Whether this value stands for a missing answer."""
    return isinstance(value, str) and value.startswith(GAP_OPEN)


def entry(field: str, label: str, width: str = "long", lines: int = 1) -> str:
    """A place to write with a pen as a string, so that it can pass wherever the answer would: see `document.Blank`.

    The width `box` makes a box to tick of it.
    """
    return f"{ENTRY_OPEN}{ENTRY_BETWEEN.join((field, label, width, str(lines)))}{ENTRY_CLOSE}"
