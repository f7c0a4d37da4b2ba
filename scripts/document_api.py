"""Writes docs/api from the docstrings: python scripts/document_api.py

The code is read, not run. A test renders it again and compares.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import griffe

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "docs" / "api"

# Page → its title and the modules on it, in the order of a reader's interest.
PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "client": ("Client", ("client", "settings", "profiles", "signin", "http.session")),
    "resources": (
        "Collections of the service",
        tuple(
            f"resources.{name}"
            for name in (
                "avatars",
                "exports",
                "selfies",
                "meshes",
                "textures",
                "blendshapes",
                "haircuts",
                "model_info",
                "players",
                "parameters",
                "export_parameters",
                "static_resources",
                "new_avatar",
                "endpoints",
            )
        ),
    ),
    "models": (
        "What the service hands out",
        ("models.base", "models.avatars", "models.exports", "models.selfies", "models.account"),
    ),
    "errors": ("Errors", ("errors",)),
    "parameters": (
        "Parameters and the catalogue",
        (
            "catalog.computation",
            "catalog.export_parameters",
            "catalog.values",
            "catalog.problems",
            "catalog.export_conflicts",
            "catalog.tables",
            "catalog.facts",
        ),
    ),
    "transfer": (
        "Downloads",
        (
            "transfer.export",
            "transfer.download",
            "transfer.orders",
            "transfer.cache",
            "transfer.prefetch",
            "transfer.unpack",
        ),
    ),
    "photo": ("Photos", ("photo", "photo_metadata")),
    "sandbox": ("The sandbox in tests", ("sandbox", "sandbox.server", "sandbox.pytest_fixture", "sandbox.faults")),
}
# Modules of which a user needs only this.
ONLY = {
    "http.session": {"RequestRecord", "Traffic"},
    "models.base": {"Model", "Computed", "Rgb", "to_json"},
    "models.exports": {"ExportFile", "Export", "StaticResource"},
}
SHORT = 100  # a signature longer than this is broken after each argument


def pages() -> dict[str, str]:
    """File name → text, of all pages."""
    package = griffe.load("avatarsdk_core", search_paths=[str(PROJECT)], resolve_aliases=False, allow_inspection=False)
    assert isinstance(package, griffe.Module)
    texts = {f"{name}.md": _page(package, title, modules) for name, (title, modules) in PAGES.items()}
    return {"README.md": _contents(package), **texts}


def _contents(package: griffe.Module) -> str:
    lines = [
        "# Reference",
        "",
        "*Made by `scripts/document_api.py` from the docstrings; change those, not these pages.*",
        "",
        "For a first look, [../python.md](../python.md) is the better page.",
        "",
    ]
    for name, (title, modules) in PAGES.items():
        lines += [f"## [{title}]({name}.md)", ""]
        for module in modules:
            full = f"avatarsdk_core.{module}"
            lines.append(f"- [`{full}`]({name}.md#{_anchor(full)}): {_summary(_module(package, module))}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _page(package: griffe.Module, title: str, modules: tuple[str, ...]) -> str:
    blocks = [f"# {title}", "[Reference](README.md)"]
    for name in modules:
        module = _module(package, name)
        blocks += [f"## avatarsdk_core.{name}", _text(module)]
        for member in _members(module):
            blocks += _class(member) if isinstance(member, griffe.Class) else _function(member, "###")
    return "\n\n".join(block for block in blocks if block) + "\n"


def _module(package: griffe.Module, name: str) -> griffe.Module:
    found = package[name]
    assert isinstance(found, griffe.Module)
    return found


def _members(owner: griffe.Module | griffe.Class) -> Iterator[griffe.Class | griffe.Function]:
    """Public classes and functions with a docstring, in the order in which they stand."""
    only = ONLY.get(owner.path.removeprefix("avatarsdk_core."))
    for name, member in owner.members.items():
        public = not name.startswith("_") and (only is None or name in only)
        if public and isinstance(member, griffe.Class | griffe.Function) and member.docstring is not None:
            yield member


def _class(owner: griffe.Class) -> list[str]:
    bases = ", ".join(f"`{base}`" for base in owner.bases if not str(base).startswith(("Generic", "Protocol")))
    blocks = [f"### class {owner.name}", f"*{bases}*" if bases else ""]
    init = owner.members.get("__init__")
    if isinstance(init, griffe.Function) and "dataclass" not in owner.labels and "Resource" not in bases:
        blocks.append(_signature(init, owner.name))
    blocks += [_text(owner), _fields(owner)]
    for member in _members(owner):
        if isinstance(member, griffe.Function):
            blocks += _function(member, "####")
    properties = [
        f"- `{name}`: {_annotation(member)}{_summary(member)}"
        for name, member in owner.members.items()
        if isinstance(member, griffe.Attribute) and "property" in member.labels and not name.startswith("_")
    ]
    return [*blocks, "\n".join(properties)]


def _fields(owner: griffe.Class) -> str:
    """What a dataclass is made of."""
    if "dataclass" not in owner.labels and {"NamedTuple", "TypedDict", "SettingsValues"}.isdisjoint(
        map(str, owner.bases)
    ):
        return ""
    rows = [
        f"- `{name}`: `{member.annotation}`{f' = `{member.value}`' if _is_short(member) else ''}"
        for name, member in owner.members.items()
        if isinstance(member, griffe.Attribute)
        and member.annotation is not None
        and ("instance-attribute" in member.labels or "dataclass" not in owner.labels)
        and not name.startswith("_")
        and "property" not in member.labels
    ]
    return "\n".join(rows)


def _is_short(member: griffe.Attribute) -> bool:
    return member.value is not None and "field(" not in str(member.value) and len(str(member.value)) < 40


def _annotation(member: griffe.Attribute) -> str:
    return f"`{member.annotation}`. " if member.annotation is not None else ""


def _function(member: griffe.Class | griffe.Function, level: str) -> list[str]:
    assert isinstance(member, griffe.Function)
    return [f"{level} {member.name}", _signature(member, member.name), _text(member)]


def _signature(function: griffe.Function, name: str) -> str:
    """As it stands in the code, without `self`."""
    parts: list[str] = []
    starred = False
    for parameter in function.parameters:
        if parameter.name in ("self", "cls"):
            continue
        kind = parameter.kind
        if kind is griffe.ParameterKind.keyword_only and not starred:
            parts.append("*")
            starred = True
        starred |= kind is griffe.ParameterKind.var_positional
        stars = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}.get(kind, "")
        text = f"{stars}{parameter.name}"
        if parameter.annotation is not None:
            text += f": {parameter.annotation}"
        if parameter.default is not None and not stars:
            text += f" = {parameter.default}" if parameter.annotation is not None else f"={parameter.default}"
        parts.append(text)
    answer = f" -> {function.returns}" if function.returns is not None and name == function.name else ""
    line = f"{name}({', '.join(parts)}){answer}"
    if len(line) > SHORT:
        line = f"{name}(\n" + "".join(f"    {part},\n" for part in parts) + f"){answer}"
    return f"```python\n{line}\n```"


def _text(member: griffe.Object) -> str:
    """The docstring as Markdown: its sections as lists, indented examples as code."""
    if member.docstring is None:
        return ""
    text, *sections = _SECTION.split(inspect.cleandoc(member.docstring.value))
    blocks = [_examples(text)]
    for title, body in zip(sections[::2], sections[1::2], strict=True):
        items, rest = _items(body)
        blocks += [f"**{_TITLES[title]}**", "\n".join(items), _examples(rest)]
    return "\n\n".join(block for block in blocks if block)


_TITLES = {"Args": "Arguments", "Attributes": "Attributes", "Raises": "Raises"}
_SECTION = re.compile(rf"^({'|'.join(_TITLES)}):[ ]*$\n?", re.MULTILINE)


def _items(body: str) -> tuple[list[str], str]:
    """The entries of a section, `name: what it is`, and what stands behind it."""
    entries: list[str] = []
    lines = body.split("\n")
    while lines and (lines[0].startswith("    ") or not lines[0].strip()):
        line = lines.pop(0)
        if line.startswith("     ") and entries:
            entries[-1] += f" {line.strip()}"
        elif line.strip():
            entries.append(line.strip())
    return [_item(entry) for entry in entries], "\n".join(lines)


def _item(entry: str) -> str:
    """`a, b: what they are` with names as code; an entry without a description is names alone."""
    names, colon, what = entry.partition(": ")
    code = ", ".join(f"`{name.strip()}`" for name in names.rstrip(":").split(","))
    return f"- {code}{f': {what}' if colon else ''}"


def _examples(text: str) -> str:
    """Indented runs of lines, blank ones within them included, become fenced ones."""
    blocks: list[str] = []
    for indented, lines in itertools.groupby(_with_blanks(text), key=lambda line: line[0]):
        block = "\n".join(line for _, line in lines).strip("\n")
        code = textwrap.dedent(block)
        blocks.append(f"```{'python' if _is_python(code) else 'text'}\n{code}\n```" if indented else block)
    return "\n\n".join(block for block in blocks if block.strip())


def _with_blanks(text: str) -> list[tuple[bool, str]]:
    """Each line, and whether it belongs to an example: a blank one does where the next one does."""
    marked: list[tuple[bool, str]] = []
    indented = False
    for line in reversed(text.split("\n")):
        indented = line.startswith("    ") if line.strip() else indented
        marked.append((indented, line))
    return marked[::-1]


def _is_python(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


def _line(text: str) -> str:
    return " ".join(text.split())


def _summary(member: griffe.Object) -> str:
    """The docstring's first sentence."""
    words = _line(member.docstring.value.split("\n\n")[0]) if member.docstring is not None else ""
    return re.split(r"(?<=[.:])\s", words)[0]


def _anchor(heading: str) -> str:
    """As the repository's pages make it of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    texts = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in texts:
            old.unlink()
    for name, text in texts.items():
        (FOLDER / name).write_text(text, "utf-8")
    print(f"{len(texts)} pages in {FOLDER}")


if __name__ == "__main__":
    main()
