import ast
import inspect
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import il6report
import il6report.assays
import il6report.methods

ROOMS = [il6report.methods, il6report.assays]


def each(name: str, packages: list[ModuleType]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(name, packages, ids=lambda one: one.__name__)


each_package = each("package", [il6report, *ROOMS])


@each_package
def test_every_public_name_loads_and_is_no_module(package: ModuleType) -> None:
    found = [getattr(package, name) for name in package.__all__]
    assert not any(inspect.ismodule(one) for one in found)


@each_package
def test_the_names_for_readers_and_for_type_checkers_are_the_same(package: ModuleType) -> None:
    tree = ast.parse(Path(str(package.__file__)).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    homes = {
        alias.name: str(node.module).removeprefix(
            "" if package is il6report else f"{package.__name__}."
        )
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert homes == package._HOMES
    assert set(homes) == set(package.__all__)


@pytest.mark.parametrize(
    "room", [il6report.methods, il6report.assays], ids=lambda one: one.__name__
)
def test_no_module_of_a_room_has_the_name_of_a_function(room: ModuleType) -> None:
    modules = {path.stem for path in Path(str(room.__file__)).parent.glob("*.py")}
    assert not modules & set(room.__all__)


def test_importing_the_package_loads_no_heavy_library() -> None:
    heavy = "{'pandas', 'numpy', 'scipy', 'plotnine', 'great_tables', 'lifelines'}"
    code = f"import sys, il6report; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


FUNCTIONS = [name for name in il6report.__all__ if inspect.isfunction(getattr(il6report, name))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_help_says_what_goes_in_what_comes_out_and_how(name: str) -> None:
    function = getattr(il6report, name)
    text = inspect.getdoc(function) or ""
    assert text.partition("\n")[0].endswith(".")
    sections = ["Parameters"]
    if name != "read_study":  # gives what its name says
        sections.append("Returns")
    if not name.startswith(("read_", "run_", "build_")) and name != "quantify_plates":
        sections.append("Examples")
    for section in sections:
        assert f"\n{section}\n{'-' * len(section)}\n" in text
    described = text.split("\nReturns\n")[0]
    for argument in inspect.signature(function).parameters:
        assert argument in described.partition("\nParameters\n")[2]
