"""A person's own expressions: a folder with a file for each, in the format of `expression_file`.

The name in the file counts, not the file's. Two names that differ in upper and lower case alone are one name. Several
programs may use the folder at once: nothing is remembered of it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from avatarsdk_core.errors import ExpressionError

from .expression_file import MAX_NAME, SUFFIX, clean_name, read_expressions, write_expressions
from .expressions import Expression

MAX_FILES = 2000  # of a folder that are read


@dataclass(frozen=True)
class Found:
    """What a folder holds."""

    expressions: tuple[Expression, ...]  # by name
    problems: tuple[str, ...]  # a line for each file that can't be used


def list_expressions(folder: Path) -> Found:
    """All expressions of a folder; none where there is no such folder. A damaged file is told and left alone."""
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)[:MAX_FILES]
    except FileNotFoundError:
        return Found((), ())
    except OSError as error:
        return Found((), (f"The folder {str(folder)!r} can't be read: {error.strerror}",))
    found: dict[str, Expression] = {}
    problems = []
    for file in files:
        try:
            for expression in read_expressions(file):
                found.setdefault(expression.name.casefold(), expression)
        except ExpressionError as error:
            problems.append(str(error))
    return Found(tuple(found[name] for name in sorted(found)), tuple(problems))


def save_expression(folder: Path, expression: Expression) -> Path:
    """Keeps an expression; one of the same name is replaced. Returns the file.

    Raises ExpressionError: its name or values don't fit into a file, or it can't be written.
    """
    if not clean_name(expression.name):
        raise ExpressionError("Give the expression a name")
    return write_expressions([Expression(clean_name(expression.name), expression.values)], file_of(folder, expression))


def rename_expression(folder: Path, old: str, new: str) -> Expression:
    """Gives an expression another name, and returns it.

    Raises ExpressionError: there is none of that name, or one of the new name already, or it can't be written.
    """
    expression = get_expression(folder, old)
    name = clean_name(new)
    if name.casefold() != old.casefold() and any(
        other.name.casefold() == name.casefold() for other in list_expressions(folder).expressions
    ):
        raise ExpressionError(f"There is an expression {name!r} already: choose another name, or delete that one")
    renamed = Expression(name, expression.values)
    kept = save_expression(folder, renamed)
    if kept != file_of(folder, expression):
        delete_expression(folder, old)
    return renamed


def delete_expression(folder: Path, name: str) -> None:
    """Deletes an expression. Raises ExpressionError: there is none of that name, or it can't be deleted."""
    for file in _files_of(folder, name):
        try:
            others = [one for one in read_expressions(file) if one.name.casefold() != name.casefold()]
            if others:  # somebody has put a file of several into the folder
                write_expressions(others, file)
            else:
                file.unlink()
        except OSError as error:
            raise ExpressionError(f"The expression {name!r} can't be deleted: {error.strerror}") from None


def get_expression(folder: Path, name: str) -> Expression:
    """The expression of that name. Raises ExpressionError: there is none."""
    wanted = name.casefold()
    found = next((one for one in list_expressions(folder).expressions if one.name.casefold() == wanted), None)
    if found is None:
        raise ExpressionError(f"There is no expression {name!r} in your library any more")
    return found


def add_expressions(folder: Path, expressions: Sequence[Expression]) -> tuple[Expression, ...]:
    """Keeps expressions that somebody else gave you: one whose name is taken gets a number, a known one isn't doubled.

    Returns those that are new, under the names that they have here. Raises ExpressionError as `save_expression`.
    """
    known = {one.name.casefold(): one for one in list_expressions(folder).expressions}
    added = []
    for expression in expressions:
        name, number = expression.name, 1
        while name.casefold() in known and dict(known[name.casefold()].values) != dict(expression.values):
            number += 1
            name = _numbered(expression.name, number)
        if name.casefold() not in known:
            new = Expression(name, expression.values)
            save_expression(folder, new)
            known[name.casefold()] = new
            added.append(new)
    return tuple(added)


def file_of(folder: Path, expression: Expression) -> Path:
    """Where an expression is kept: readable, and no two names share it on any system."""
    name = clean_name(expression.name)
    readable = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40]
    return folder / f"{readable}.{_digest(name.casefold())}{SUFFIX}".lstrip(".")


def digest_of(expression: Expression) -> str:
    """Tells expressions by what they do to a face, whatever they are called."""
    return _digest(repr(sorted((name, round(value, 4)) for name, value in expression.values.items())))


def _numbered(name: str, number: int) -> str:
    ending = f" {number}"
    while len((name + ending).encode("utf-8", "replace")) > MAX_NAME:
        name = name[:-1].rstrip()
    return name + ending


def _files_of(folder: Path, name: str) -> list[Path]:
    """The files with an expression of that name: its own, or whichever somebody has put there."""
    found = []
    for file in sorted(path for path in folder.glob(f"*{SUFFIX}"))[:MAX_FILES]:
        try:
            names = [one.name.casefold() for one in read_expressions(file)]
        except ExpressionError:
            continue
        if name.casefold() in names:
            found.append(file)
    if not found:
        raise ExpressionError(f"There is no expression {name!r} in your library any more")
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
