"""What a package says to people, found in its source: messages, titles, help and docstrings."""

import ast
import re
from collections.abc import Container, Iterator
from pathlib import Path

from attrs import frozen

from dealwright.cli.helptext import paragraphs

# The place of the title among the arguments of what has one.
TITLED = {
    "ApprovalRule": 1, "Channel": 1, "Check": 1, "Column": 1, "Combiner": 1, "HostCommand": 3, "IncentiveScheme": 1,
    "Measure": 1, "ScoringRule": 1, "about": 0,
}  # fmt: skip
CONTRIBUTED = ("Command", "PlatformCommand", "Report")
KEYWORDS = ("title", "help", "note")
# Whoever has one of these for its first parameter is a command or a report, and its docstring is help.
ASKED = ("session", "invocation", "ctx", "call")
IN_TEMPLATE = re.compile(r'\b_\("((?:[^"\\]|\\.)*)"')
HEADING = re.compile(r"[a-z][a-z_ ]*")


@frozen(order=True)
class Message:
    """A text that a catalogue translates; ``plural`` where it depends on a number. ``file`` is where it is first."""

    text: str
    plural: str = ""
    file: str = ""


def messages_in(folder: Path) -> list[Message]:
    """Every message of the package in a folder, sorted by file, each once."""
    found: dict[tuple[str, str], Message] = {}
    modules = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py"))}
    contributed = {name for tree in modules.values() for name in _contributed(tree)}
    for path in sorted((*folder.rglob("*.py"), *folder.rglob("*.j2"))):
        file = path.relative_to(folder.parent).as_posix()
        if path in modules:
            pairs = _in_module(modules[path], contributed)
        else:
            pairs = _in_template(path.read_text(encoding="utf-8"))
        for message, plural in pairs:
            if message.strip() and (plural or not _is_mark(message)):
                found.setdefault((message, plural), Message(message, plural, file))
    return list(found.values())


def _is_mark(text: str) -> bool:
    """Whether there is nothing in a text to translate, such as in ``{name}: {error}``."""
    return not re.search(r"[A-Za-z]{2}", re.sub(r"\{[^}]*\}", "", text))


def _in_template(text: str) -> Iterator[tuple[str, str]]:
    for each in IN_TEMPLATE.findall(text):
        yield each.replace('\\"', '"'), ""


def _contributed(tree: ast.Module) -> Iterator[str]:
    """The names of what a module contributes as commands and reports, and of the functions that may be among them:
    those of a module that contributes some, and those within other functions.
    """
    calls = [
        each for each in ast.walk(tree) if isinstance(each, ast.Call) and _name(each.func) in CONTRIBUTED
    ]
    yield from (_name(each.args[1]) for each in calls if len(each.args) > 1)
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]
    for outer in functions:
        within = (each for each in ast.walk(outer) if isinstance(each, ast.FunctionDef) and each is not outer)
        found = (outer, *within) if calls else within
        yield from (each.name for each in found if not each.name.startswith("_"))


def _in_module(tree: ast.Module, contributed: Container[str]) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _in_call(node)
        elif isinstance(node, ast.FunctionDef):
            yield from _in_function(node, contributed)
        elif isinstance(node, ast.ClassDef) and any(_name(base) == "Record" for base in node.bases):
            yield from _in_record(node)
        elif isinstance(node, ast.Subscript) and _name(node.value) == "Annotated":
            yield from _in_annotation(node)


def _in_call(call: ast.Call) -> Iterator[tuple[str, str]]:
    name = _name(call.func)
    if name == "_" and call.args:
        yield from ((each, "") for each in _texts(call.args[0]))
    elif name == "counted" and len(call.args) > 2:
        yield from zip(_texts(call.args[1]), _texts(call.args[2]), strict=True)
    if name in TITLED and len(call.args) > TITLED[name]:
        yield from ((each, "") for each in _texts(call.args[TITLED[name]]))
    for each in call.keywords:
        if each.arg in KEYWORDS:
            yield from ((text, "") for text in _texts(each.value))


def _in_function(function: ast.FunctionDef, contributed: Container[str]) -> Iterator[tuple[str, str]]:
    """Its docstring, where it is help, and the headings of what it returns as a mapping."""
    arguments = [*function.args.posonlyargs, *function.args.args]
    names = [each.arg for each in arguments if each.arg != "self"]
    is_asked = bool(names) and names[0] in ASKED
    is_command = any(_name(each) in ("command", "group") for each in function.decorator_list)
    if is_command or (is_asked and function.name in contributed):
        yield from ((each, "") for each in paragraphs(ast.get_docstring(function)))
    for node in ast.walk(function) if is_asked else ():
        keys = node.keys if isinstance(node, ast.Dict) else ()
        for key in keys:
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and HEADING.fullmatch(key.value):
                yield key.value, ""


def _in_record(record: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Its docstring, its title and those of its fields, where no other is given."""
    yield from ((each, "") for each in paragraphs(ast.get_docstring(record))[:1])
    yield re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", record.name).capitalize(), ""
    for each in record.body:
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            yield each.target.id.replace("_", " ").capitalize(), ""


def _in_annotation(node: ast.Subscript) -> Iterator[tuple[str, str]]:
    for each in node.slice.elts[1:] if isinstance(node.slice, ast.Tuple) else ():
        yield from ((text, "") for text in _texts(each))


def _texts(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may be, where they are written out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
    elif isinstance(node, ast.BoolOp):
        for each in node.values:
            yield from _texts(each)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return _name(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
