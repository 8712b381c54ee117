# SPDX-License-Identifier: Apache-2.0
"""The reference page of the command line, made from the commands themselves.

`python -m meetcost.cli.reference > docs/reference/cli.md` writes it; a test says when that is due.
"""

from __future__ import annotations

import inspect
import sys
import types
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple, Union, get_args, get_origin, get_type_hints

import typer  # noqa: TC002 - for those who resolve annotations
from typer.models import ArgumentInfo, OptionInfo

from meetcost.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HEAD: Final = """# The command `meetcost`

*This page is made from the commands themselves; `meetcost COMMAND --help` says the same.*
"""


class Parameter(NamedTuple):
    """An option or an argument: how it is written, and what it means."""

    names: tuple[str, ...]
    value: str
    required: bool
    text: str


def reference() -> str:
    """The page, in Markdown."""
    parts = [_HEAD, f"{_text(app.info.help)}\n", f"{_text(app.info.epilog)}\n"]
    if app.registered_callback is not None and app.registered_callback.callback is not None:
        parts.append(_table(parameters(app.registered_callback.callback)))
    for path, command in commands(app, "meetcost"):
        found = parameters(command)
        parts += [f"## `{path}`\n", f"```\n{path} {_usage(found)}\n```\n", f"{_text(command.__doc__)}\n"]
        if found:
            parts.append(_table(found))
    return "\n".join(parts)


def commands(group: typer.Typer, path: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Each command with what is typed to run it."""
    for command in group.registered_commands:
        if command.callback is not None:
            yield f"{path} {command.name}", command.callback
    for inner in group.registered_groups:
        if inner.typer_instance is not None:
            yield from commands(inner.typer_instance, f"{path} {inner.name}")


def parameters(command: Callable[..., Any]) -> list[Parameter]:
    """The arguments and options of a command, in their order, but for those that `--help` hides."""
    hints = get_type_hints(inspect.unwrap(command), include_extras=True)
    defaults = inspect.signature(command).parameters
    shown = (name for name in defaults if not _split(hints[name])[1].hidden)
    return [_parameter(hints[name], defaults[name].default) for name in shown]


def _parameter(hint: Any, default: object) -> Parameter:
    kind, info = _split(hint)
    required = default is inspect.Parameter.empty
    text = _text(info.help)
    shown = default.value if isinstance(default, Enum) else default
    if required:
        text += " Required."
    elif isinstance(shown, str | int) and not isinstance(shown, bool) and shown != "":
        text += f" Without it: `{shown}`."
    if isinstance(info, ArgumentInfo):
        many = "..." if "list" in str(kind) else ""
        return Parameter((f"{info.metavar}{many}",), "", required, text)
    declared = (info.default, *(info.param_decls or ()))  # typer moves the first one only when it builds the command
    names = (spelling for one in declared if isinstance(one, str) for spelling in one.split("/"))
    return Parameter(tuple(dict.fromkeys(names)), _value(kind, info), required, text)


def _split(hint: Any) -> tuple[Any, OptionInfo | ArgumentInfo]:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"{hint} says nothing of how it is written")
    kind, info, *_ = get_args(hint)
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(one for one in get_args(kind) if one is not type(None))
    return kind, info


def _value(kind: Any, info: OptionInfo) -> str:
    if kind is bool:
        return ""
    if info.metavar:
        return str(info.metavar)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "|".join(one.value for one in kind)
    return "NUMBER"


def _usage(found: list[Parameter]) -> str:
    arguments = [one.names[0] if one.required else f"[{one.names[0]}]" for one in found if one.names[0][0] != "-"]
    required = [f"{one.names[0]} {one.value}" for one in found if one.required and one.names[0][0] == "-"]
    return " ".join([*arguments, *required, "[OPTIONS]"])


def _table(found: list[Parameter]) -> str:
    rows = ["| | |", "| --- | --- |"]
    for one in found:
        names = ", ".join(f"`{name} {one.value}`" if one.value else f"`{name}`" for name in one.names)
        rows.append(" | ".join(["", names.replace("|", "\\|"), one.text.replace("|", "\\|"), ""]).strip())
    return "\n".join(rows) + "\n"


def _text(text: object) -> str:
    return inspect.cleandoc(text) if isinstance(text, str) else ""


if __name__ == "__main__":
    sys.stdout.write(reference())
