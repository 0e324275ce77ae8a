import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import il6report


@pytest.mark.parametrize("name", il6report.__all__)
def test_every_public_name_loads(name: str) -> None:
    assert getattr(il6report, name) is not None


def test_the_names_for_readers_and_for_type_checkers_are_the_same() -> None:
    tree = ast.parse(Path(il6report.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    homes = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert homes == il6report._HOMES
    assert set(homes) == set(il6report.__all__)


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
