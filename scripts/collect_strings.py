"""Lists what a person reads in Blender's interface, for translators; finds texts that no translation could reach.

    python scripts/collect_strings.py                    every message, with the place of its first use
    python scripts/collect_strings.py --missing de       those that German lacks, as lines to fill in
    python scripts/collect_strings.py --check FILE …     texts put together past blender_addon/words.py (none: all)

Reads the sources alone: neither Blender nor the add-on is started.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
ADDON, CORE = PROJECT / "blender_addon", PROJECT / "avatarsdk_core"
# Words that are constants in the core, and translated where they are shown: file → names of its tables.
TABLES = {
    "creation/words.py": ("PIPELINES", "SUBTYPES", "CATEGORIES", "_TITLES"),
    "worker/shown.py": ("_WORDS", "_COMPUTING"),
    "gallery/cards.py": ("SORTS",),
}
SEAM = "avatarsdk_core.wording"
# What is told on a console, in a report about a fault, or with an error: English everywhere.
ENGLISH = ("headless.py", "core_path.py", "jobs/details.py", "importing/", "materials/", "translations/")
_SHOWN = {"text", "heading", "title", "message", "confirm_text", "placeholder"}
_TRANSLATORS = {"iface", "tip", "report", "mark", "say"}
_PROPERTY = re.compile(r"(Bool|Int|Float|String|Enum|Collection|Pointer)(Vector)?Property$")
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Message:
    """Something to translate. `place`: file:line of its first use."""

    text: str
    place: str


@dataclass(frozen=True)
class Bypass:
    """A text that is put together where no translation reaches it."""

    place: str
    why: str


def sources() -> list[Path]:
    """The files whose texts are shown in Blender."""
    silent = [ADDON / "translations", ADDON / "materials" / "groups"]  # sockets of nodes keep the names of the field
    addon = [path for path in sorted(ADDON.rglob("*.py")) if not any(map(path.is_relative_to, silent))]
    return [*addon, *sorted(CORE.rglob("*.py"))]


def messages(paths: Sequence[Path] | None = None) -> list[Message]:
    """Every text once, in the order of the files."""
    found: dict[str, Message] = {}
    for path in paths or sources():
        for text, line in _texts(path):
            if _WORD.search(text):
                found.setdefault(text, Message(text, f"{path.relative_to(PROJECT)}:{line}"))
    return list(found.values())


def bypasses(paths: Sequence[Path] | None = None) -> list[Bypass]:
    """Texts with words in them that are put together past the translation."""
    found = []
    for path in paths or sorted(ADDON.rglob("*.py")):
        name = path.relative_to(ADDON).as_posix() if path.is_relative_to(ADDON) else path.name
        if not name.startswith(ENGLISH):
            tree = ast.parse(path.read_text("utf-8"))
            found += [Bypass(f"{path.relative_to(PROJECT)}:{line}", why) for line, why in _bypasses(tree)]
    return found


def dictionary(language: str) -> Mapping[str, str]:
    """English → that language. Raises AttributeError: there is no such language."""
    place = ADDON / "translations" / "__init__.py"
    spec = importlib.util.spec_from_file_location("translations", place, submodule_search_locations=[str(place.parent)])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["translations"] = module
    spec.loader.exec_module(module)
    found: Mapping[str, str] = getattr(module, language).MESSAGES
    return found


def _texts(path: Path) -> Iterator[tuple[str, int]]:
    tree = ast.parse(path.read_text("utf-8"))
    if path.is_relative_to(CORE):
        yield from _of_tables(tree, TABLES.get(path.relative_to(CORE).as_posix(), ()))
        if any(isinstance(node, ast.ImportFrom) and node.module == SEAM for node in tree.body):
            yield from _of_calls(tree, own_layouts=False)
        return
    yield from _of_classes(tree)
    yield from _of_items(tree)
    yield from _of_calls(tree, own_layouts=True)


def _of_tables(tree: ast.Module, names: Sequence[str]) -> Iterator[tuple[str, int]]:
    for node in tree.body:
        target = node.target if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [None])[0]
        if isinstance(target, ast.Name) and target.id in names and isinstance(node.value, ast.Dict):  # type: ignore[attr-defined]
            for value in node.value.values:  # type: ignore[attr-defined]
                yield from _literals(value)


def _of_classes(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Labels, and what tooltips of operators say."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        for entry in node.body:
            if isinstance(entry, ast.Assign) and getattr(entry.targets[0], "id", "") in ("bl_label", "bl_description"):
                yield from _literals(entry.value)
        if "_OT_" in node.name and (words := ast.get_docstring(node)):
            yield words, node.lineno


def _of_items(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Items of menus: (identifier, label, description, …)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and 3 <= len(node.elts) <= 5 and all(map(_is_literal, node.elts[1:3])):
            first, label = node.elts[0], str(node.elts[1].value)  # type: ignore[attr-defined]
            is_identifier = not isinstance(first, ast.Constant) or " " not in str(first.value)
            about = str(node.elts[2].value)  # type: ignore[attr-defined]
            names = label.isupper() and about.isupper()  # (NEW, "AUTO", "REPLACE"): identifiers of something else
            if is_identifier and label[:1].isupper() and not label.endswith("Error") and not names:
                for words in node.elts[1:3]:
                    yield from _literals(words)


def _of_calls(tree: ast.Module, *, own_layouts: bool) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        if name in _TRANSLATORS and node.args:
            yield from _literals(node.args[0])
        if not own_layouts:
            continue
        for shown in _shown(node, name):
            yield from _literals(shown)
        if _PROPERTY.search(name):
            for keyword in node.keywords:
                if keyword.arg in ("name", "description"):
                    yield from _literals(keyword.value)


def _shown(node: ast.Call, name: str) -> Iterator[ast.expr]:
    """The expressions of a call that a person reads, where Blender or the called function translates them."""
    if not any(keyword.arg == "translate" and not getattr(keyword.value, "value", True) for keyword in node.keywords):
        for keyword in node.keywords:
            if keyword.arg in _SHOWN:
                yield keyword.value
    if name == "report" and len(node.args) == 2:
        yield node.args[1]
    if name == "paragraph" and len(node.args) > 2:
        yield node.args[2]


def _literals(node: ast.AST) -> Iterator[tuple[str, int]]:
    """The texts of an expression that stand in it as they are: also either one of `a if b else c`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value, node.lineno
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _literals(value)
    elif isinstance(node, ast.Tuple | ast.List):
        for value in node.elts:
            yield from _literals(value)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _literals(value)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        yield from _literals(node.func.value)  # {"a": "Words"}.get(…)


def _is_literal(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _bypasses(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and _called(node) == "new"):
            continue  # an error, or the name of a data-block
        if isinstance(node, ast.JoinedStr) and _has_words(node):
            yield node.lineno, f"an f-string with words: {ast.unparse(node)[:70]}"
        elif isinstance(node, ast.Call):
            yield from _of_call(node)
        yield from _bypasses(node)


def _of_call(node: ast.Call) -> Iterator[tuple[int, str]]:
    name = _called(node)
    if name == "poll_message_set" and any(True for _ in _literals(node.args[0])):
        yield node.lineno, "poll_message_set wants words.tip(…)"
    literal = isinstance(node.func, ast.Attribute) and _is_literal(node.func.value)
    if name == "format" and literal and _WORD.search(node.func.value.value):  # type: ignore[attr-defined]
        yield node.lineno, "format of a literal: words.iface(…) translates it first"
    if name in _TRANSLATORS and len(node.args) == 1 and isinstance(node.args[0], ast.JoinedStr):
        yield node.lineno, f"{name}(…) wants a literal with named fields"


def _has_words(node: ast.JoinedStr) -> bool:
    """It reads as words of a person: letters beside a space, not a path, a key or a name of Blender's."""
    fixed = [str(part.value) for part in node.values if isinstance(part, ast.Constant)]
    return any(" " in text and _WORD.search(text) for text in fixed)


def main() -> int:
    """Prints, and returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--missing", metavar="LANGUAGE")
    parser.add_argument("--check", metavar="FILE", nargs="*", type=Path)
    options = parser.parse_args()
    if options.check is not None:
        found = bypasses([path.resolve() for path in options.check])
        for bypass in found:
            print(f"{bypass.place}: {bypass.why}")
        return 1 if found else 0
    there = dictionary(options.missing) if options.missing else {}
    for message in messages():
        if not options.missing:
            print(f"{message.place}: {message.text!r}")
        elif message.text not in there:
            print(f'    {message.text!r}: "",  # {message.place}')
    return 0


if __name__ == "__main__":
    sys.exit(main())
