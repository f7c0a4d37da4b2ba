# SPDX-License-Identifier: MIT
"""What Blender's manners ask of the add-on's source, read from its syntax: drawing only reads, nothing of Blender's is
kept, no thread, no keymap, nothing installed while it runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
ADDON = PROJECT / "blender_addon"
# Blender's own presets are scripts for its active operator, which it runs and forgets.
SOURCES = sorted(path for path in ADDON.rglob("*.py") if not {"__pycache__", "presets"} & set(path.parts))
Function = ast.FunctionDef | ast.AsyncFunctionDef

THREADS = {"threading", "_thread", "concurrent", "multiprocessing", "asyncio", "queue"}
NETWORK = {
    "requests",
    "urllib",
    "urllib3",
    "http",
    "socket",
    "ssl",
    "oauthlib",
    "requests_oauthlib",
    "ftplib",
    "smtplib",
}
INSTALLERS = {"pip", "ensurepip", "importlib.metadata", "pkg_resources"}
DRAWN = ("draw", "poll", "poll_drop", "description", "draw_item", "draw_header")
READS_FILES = {
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "exists", "is_file", "is_dir", "stat", "lstat",
    "iterdir", "scandir", "listdir", "glob", "rglob", "walk", "resolve", "mkdir", "unlink", "touch", "getsize",
    "getmtime", "load_image", "rename", "replace_file",
}  # fmt: skip
WORKS = {"sleep", "Popen", "run", "check_output", "frame_set", "evaluated_get", "foreach_get", "foreach_set"}
ASKS = {("jobs", "ask"), ("jobs", "start"), ("later", "run_all")}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(PROJECT)}:{getattr(node, 'lineno', 0)}"


def imports(module: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Names of modules that are imported absolutely, anywhere."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module, node
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def forbidden_imports(module: ast.AST, names: set[str]) -> list[ast.AST]:
    return [
        node
        for name, node in imports(module)
        if name in names or (name.partition(".")[0] in names and not name.startswith("urllib.parse"))
    ]


def drawn_functions(module: ast.Module) -> list[Function]:
    """What runs while Blender draws: draw methods, menu entries, and the functions of the file that they call."""
    functions = {node.name: node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}
    todo = [
        node
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef)
        if node.name in DRAWN or node.name.startswith(("draw_", "_draw")) or node.name.endswith("_entry")
    ]
    found: list[Function] = []
    while todo:
        function = todo.pop()
        if function in found:
            continue
        found.append(function)
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
                name = call.func.attr if call.func.value.id in ("self", "cls") else ""
            if name in functions:
                todo.append(functions[name])
    return found


def chain(node: ast.AST) -> tuple[str, ...]:
    """`bpy.ops.wm.x` -> ("bpy", "ops", "wm", "x"); what isn't a name is ""."""
    if isinstance(node, ast.Attribute):
        return (*chain(node.value), node.attr)
    return (node.id,) if isinstance(node, ast.Name) else ("",)


def work_in(function: Function) -> list[ast.AST]:
    """Calls in a function that read files, ask the service, run operators, or wait."""
    found: list[ast.AST] = []
    for node in ast.walk(function):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.append(node)
        elif isinstance(node, ast.Call):
            names = chain(node.func)
            if names[-1] in READS_FILES | WORKS or names[-2:] in ASKS or names[:2] == ("bpy", "ops"):
                found.append(node)
    return found


def kept_blender_objects(module: ast.Module) -> list[ast.AST]:
    """Module-level names, and globals of functions, that are given something of bpy.data or bpy.context."""
    found: list[ast.AST] = []
    scopes: list[tuple[list[ast.stmt], set[str] | None]] = [(module.body, None)]
    for function in (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)):
        shared = {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
        if shared:
            scopes.append(([node for node in ast.walk(function) if isinstance(node, ast.stmt)], shared))
    for statements, names in scopes:
        for node in statements:
            if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
                continue
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            mine = any(isinstance(each, ast.Name) and (names is None or each.id in names) for each in targets)
            values = [chain(each) for each in ast.walk(node.value) if isinstance(each, ast.Attribute)]
            if mine and any(value[:2] in (("bpy", "data"), ("bpy", "context")) for value in values):
                found.append(node)
    return found


def test_the_addon_has_sources_and_drawings_to_look_at() -> None:
    assert len(SOURCES) > 40
    assert sum(len(drawn_functions(tree(path))) for path in SOURCES) > 20


@pytest.mark.parametrize(("what", "names"), [("threads", THREADS), ("network", NETWORK), ("installers", INSTALLERS)])
def test_the_addon_imports_neither_threads_nor_network_nor_installers(what: str, names: set[str]) -> None:
    offenders = [where(path, node) for path in SOURCES for node in forbidden_imports(tree(path), names)]
    assert offenders == [], what


def test_drawing_reads_no_file_asks_nobody_and_runs_no_operator() -> None:
    offenders = [
        f"{where(path, node)} in {function.name}"
        for path in SOURCES
        for function in drawn_functions(tree(path))
        for node in work_in(function)
    ]
    assert offenders == []


def test_no_module_keeps_an_object_of_blender() -> None:
    offenders = [where(path, node) for path in SOURCES for node in kept_blender_objects(tree(path))]
    assert offenders == []


def test_no_keymap_is_touched() -> None:
    words = ("keyconfigs", "keymap_items", "addon_keymaps")
    assert [path.name for path in SOURCES if any(word in path.read_text("utf-8") for word in words)] == []


def test_every_operator_says_what_it_does_and_is_found_by_search() -> None:
    silent = []
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef) and "_OT_" in node.name:
                fields = {
                    target.id: ast.unparse(each.value)
                    for each in node.body
                    if isinstance(each, ast.Assign)
                    for target in each.targets
                    if isinstance(target, ast.Name)
                }
                described = ast.get_docstring(node) or "bl_description" in fields
                ends_with_a_dot = (ast.get_docstring(node) or "").endswith(".")  # Blender's style has none
                if not described or ends_with_a_dot or not fields.get("bl_label", "''").strip("'\""):
                    silent.append(where(path, node))
    assert silent == []


OFFENCES = """
import bpy
from concurrent.futures import ThreadPoolExecutor
kept = bpy.context.object
_later = None

def remember():
    global _later
    _later = bpy.data.objects[0]

class Panel:
    def draw(self, context):
        helper()
        self.own()
    def own(self):
        bpy.ops.wm.save_mainfile()

def helper():
    jobs.ask("list")
    Path("x").read_text()
"""


def test_these_checks_see_what_they_look_for() -> None:
    module = ast.parse(OFFENCES)
    assert len(forbidden_imports(module, THREADS)) == 2
    assert {node.lineno for node in kept_blender_objects(module)} == {4, 9}
    functions = drawn_functions(module)
    assert {function.name for function in functions} == {"draw", "own", "helper"}
    assert len([node for function in functions for node in work_in(function)]) == 3
