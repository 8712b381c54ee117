# SPDX-License-Identifier: Apache-2.0
"""What holds for the whole package, whoever changes it."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import meetcost

PACKAGE = Path(meetcost.__file__).parent
ROOT = PACKAGE.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = set("aiohttp babel holidays icalendar jinja2 numpy pendulum pydantic rich scipy sqlalchemy typer".split())
MONEY = [
    *(PACKAGE / "values" / name for name in ("money.py", "rate.py", "currency.py", "person_hours.py")),
    *sorted((PACKAGE / "costing").glob("*.py")),
    PACKAGE / "model" / "cost.py",
]


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def in_a_new_process(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8", cwd=ROOT)
    return done.stdout


# the door


def test_all_is_sorted_and_every_name_is_there() -> None:
    assert sorted(meetcost.__all__) == meetcost.__all__
    assert len(set(meetcost.__all__)) == len(meetcost.__all__)
    for name in meetcost.__all__:
        assert getattr(meetcost, name).__name__ == name


def test_no_module_has_the_name_of_something_public() -> None:
    """Importing `meetcost.assess` would put the module in the place of the function, for everybody in the process."""
    modules = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert not modules & set(meetcost.__all__)
    program = "import meetcost\nfor name in meetcost.__all__: print(type(getattr(meetcost, name)).__name__)"
    assert "module" not in in_a_new_process(program).split()


def test_all_names_that_type_checkers_see_are_the_ones_that_are_there() -> None:
    imported = [
        alias.asname or alias.name
        for node in tree(PACKAGE / "__init__.py").body
        if isinstance(node, ast.If)
        for statement in node.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    ]
    assert sorted(imported) == meetcost.__all__


def test_nothing_else_is_public() -> None:
    folders = {path.parent.name for path in MODULES if path.name == "__init__.py"} - {"meetcost"}
    modules = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}
    machinery = {"annotations", "import_module", "TYPE_CHECKING", "Any"}
    public = {name for name in dir(meetcost) if not name.startswith("_")}
    assert public - folders - modules - machinery <= set(meetcost.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        meetcost.nonsense  # noqa: B018 - asking is the point


def test_importing_meetcost_imports_nothing_heavy_and_nothing_of_itself() -> None:
    loaded = in_a_new_process("import sys, meetcost; print(*sys.modules)").split()
    assert not HEAVY & {name.partition(".")[0] for name in loaded}
    assert [name for name in loaded if name.startswith("meetcost.")] == []


@pytest.mark.parametrize(
    "use",
    [
        "meetcost.read(b'BEGIN:VCALENDAR\\nVERSION:2.0\\nEND:VCALENDAR\\n')",
        "meetcost.Money('1', 'EUR') + meetcost.Money('2', 'EUR')",
        "meetcost.Directory.parse(b'address,unit\\na@b.example,Roads\\n')",
    ],
)
def test_small_tasks_import_nothing_heavy(use: str) -> None:
    loaded = in_a_new_process(f"import sys, meetcost\n{use}\nprint(*sys.modules)").split()
    assert not HEAVY & {name.partition(".")[0] for name in loaded}


def test_help_waits_for_nothing_but_the_command_line_itself() -> None:
    program = "import sys, meetcost.cli.main; print(*sys.modules)"
    loaded = {name.partition(".")[0] for name in in_a_new_process(program).split()}
    assert not (HEAVY - {"rich", "typer"}) & loaded


# every module


def test_there_are_modules_to_look_at() -> None:
    assert len(MODULES) > 100
    assert all(path.exists() for path in MONEY)


@pytest.mark.parametrize("folder", ["meetcost", "tests", "examples"])
def test_every_file_of_code_names_its_licence_first(folder: str) -> None:
    files = [path for path in (ROOT / folder).rglob("*.py") if ".venv" not in path.parts]
    assert files
    for path in files:
        lines = path.read_text("utf-8").splitlines()[:2]
        first = lines[1] if lines[0].startswith("#!") else lines[0]
        assert first == "# SPDX-License-Identifier: Apache-2.0", path


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    if path.name != "__main__.py":
        assert ast.get_docstring(tree(path))


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py"], ids=name_of)
def test_a_folder_holds_a_docstring_only(path: Path) -> None:
    if path not in (
        PACKAGE / "__init__.py",
        PACKAGE / "radicale" / "__init__.py",
    ):  # Radicale looks there for `Storage`
        assert len(tree(path).body) == 1


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_validates_with_assert(path: Path) -> None:
    assert not [node.lineno for node in ast.walk(tree(path)) if isinstance(node, ast.Assert)]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_evaluates_text(path: Path) -> None:
    assert not {"eval", "exec", "compile", "__import__"} & called(path)


FACES = {"cli", "decision", "radicale", "xandikos"}
"""Where people and servers come in."""


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent.name not in FACES], ids=name_of)
def test_only_the_command_line_prints_or_asks_the_clock_and_the_environment(path: Path) -> None:
    assert "print" not in called(path)
    attributes = {ast.unparse(node) for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    forbidden = {"datetime.now", "datetime.utcnow", "date.today", "time.time", "os.environ", "os.getenv", "sys.stdout"}
    assert not forbidden & attributes


@pytest.mark.parametrize("path", MONEY, ids=name_of)
def test_no_float_comes_near_money(path: Path) -> None:
    """Refusing one is allowed: `isinstance(value, float)`."""
    refused = {
        id(part)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance"
        for part in ast.walk(node)
    }
    for node in ast.walk(tree(path)):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), node.lineno
        assert not (isinstance(node, ast.Name) and node.id == "float" and id(node) not in refused), node.lineno


def called(path: Path) -> set[str]:
    """The names that are called as they are."""
    return {
        node.func.id for node in ast.walk(tree(path)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
