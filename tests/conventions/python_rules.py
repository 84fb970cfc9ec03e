"""The house's rules for Python, read from the syntax tree. A rule yields sentences, one a fault; it must never import
the module it reads."""

import ast
import re
from collections.abc import Iterator

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40
FORBIDDEN_NAMES = frozenset({"util", "utils", "helper", "helpers", "manager", "managers", "misc"})
STATEMENT_MAKERS = frozenset({"text", "sa.text", "sqlalchemy.text"})
STATEMENT_RUNNERS = frozenset({"execute", "exec_driver_sql", "executescript"})
CLOCK_CALLS = frozenset({"today", "now", "utcnow", "time", "monotonic"})
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def hidden_imports(tree: ast.Module) -> Iterator[str]:
    """Imports that do not stand at the top level of the module; `if TYPE_CHECKING` is a top level too."""
    allowed: set[ast.AST] = set()
    for node in tree.body:
        allowed.add(node)
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            allowed.update(node.body)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and node not in allowed:
            yield f"line {node.lineno}: an import is hidden inside a block"


def long_file(source: str) -> Iterator[str]:
    """A file too long to be read in one go."""
    count = len(source.splitlines())
    if count > MAX_FILE_LINES:
        yield f"{count} lines, more than {MAX_FILE_LINES}"


def long_functions(tree: ast.Module) -> Iterator[str]:
    """Functions too long to be seen whole; the docstring does not count, what it documents does."""
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            first = node.body[1] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body[0]
            signature = node.body[0].lineno - node.lineno
            count = signature + (node.end_lineno or node.lineno) - first.lineno + 1
            if count > MAX_FUNCTION_LINES:
                yield f"line {node.lineno}: `{node.name}` has {count} lines, more than {MAX_FUNCTION_LINES}"


def missing_docstring(tree: ast.Module) -> Iterator[str]:
    """A module that does not say what it is for."""
    if not ast.get_docstring(tree):
        yield "the module has no docstring"


def nameless_name(path: str) -> Iterator[str]:
    """A file or folder whose name says nothing of what it holds."""
    words = set(re.split(r"[/_.]", path.removesuffix(".py").lower()))
    for word in sorted(words & FORBIDDEN_NAMES):
        yield f"`{word}` names nothing: say what the module is for"


def wide_excepts(tree: ast.Module) -> Iterator[str]:
    """`except:` and `except Exception`, alone or in a tuple: they hide the fault nobody foresaw."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)} if node.type else {""}
            if caught & {"", "Exception", "BaseException"}:
                yield f"line {node.lineno}: every exception is caught"


def built_sql(tree: ast.Module) -> Iterator[str]:
    """SQL put together from pieces: an f-string, `+`, `%` or `.format` given to what makes a statement."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _takes_statement(node.func):
            given = node.args[0]
            is_format = isinstance(given, ast.Call) and _name(given.func) == "format"
            if isinstance(given, ast.JoinedStr | ast.BinOp) or is_format:
                yield f"line {node.lineno}: a statement is built from pieces"


def loose_dataclasses(tree: ast.Module) -> Iterator[str]:
    """Public dataclasses that are not both frozen and slotted; a private one may gather what it builds."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for decorator in node.decorator_list:
                call = decorator if isinstance(decorator, ast.Call) else None
                if _name(call.func if call else decorator) != "dataclass":
                    continue
                on = {word.arg for word in call.keywords if _is_true(word.value)} if call else set()
                if not {"frozen", "slots"} <= on:
                    yield f"line {node.lineno}: `{node.name}` is not frozen and slotted"


def clock_reads(tree: ast.Module) -> Iterator[str]:
    """Calls that read the clock or open a file: the kernel is given both."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _name(node.func)
            is_clock = isinstance(node.func, ast.Attribute) and name in CLOCK_CALLS
            if is_clock or (isinstance(node.func, ast.Name) and name == "open"):
                yield f"line {node.lineno}: `{name}` reads the clock or a file"


def commits(tree: ast.Module) -> Iterator[str]:
    """Calls of `.commit()`: only the services end a unit of work."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield f"line {node.lineno}: something is committed here"


def idle_tests(tree: ast.Module) -> Iterator[str]:
    """Tests that assert nothing, by themselves or through a function of the same file that asserts."""
    asserting = {node.name for node in ast.walk(tree) if isinstance(node, FUNCTIONS) and _asserts(node, set())}
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS) and node.name.startswith("test_") and not _asserts(node, asserting):
            yield f"line {node.lineno}: `{node.name}` asserts nothing"


def unexplained_skips(tree: ast.Module) -> Iterator[str]:
    """`skip`, `skipif`, `xfail` without a reason."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("skip", "skipif", "xfail"):
            calls = [call for call in ast.walk(tree) if isinstance(call, ast.Call) and call.func is node]
            has_reason = any(word.arg == "reason" for call in calls for word in call.keywords)
            if not has_reason and not (node.attr == "skip" and any(call.args for call in calls)):
                yield f"line {node.lineno}: `{node.attr}` gives no reason"


def _asserts(function: ast.AST, known: set[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert) or (isinstance(node, ast.Raise) and _raises_assertion(node)):
            return True
        if isinstance(node, ast.Call):
            name = _name(node.func)
            if name in ("raises", "warns", "fail") or name in known or name.startswith(("assert_", "expect_")):
                return True
    return False


def _raises_assertion(node: ast.Raise) -> bool:
    return isinstance(node.exc, ast.Call) and _name(node.exc.func) == "AssertionError"


def _takes_statement(function: ast.expr) -> bool:
    return ast.unparse(function) in STATEMENT_MAKERS or _name(function) in STATEMENT_RUNNERS


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_true(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
