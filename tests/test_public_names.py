import ast
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
