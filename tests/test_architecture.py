"""The rules of the house, kept by walking the imports and the syntax of the package."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "il6report"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Room -> what may not be imported there. A room is a folder or a module of the package.
FORBIDDEN = {
    "assays": {"il6report.tables", "il6report.figures", "il6report.analyses", "il6report.render"},
    "cohort": {"il6report.tables", "il6report.figures", "il6report.analyses", "il6report.render"},
    "methods": {
        "il6report.tables", "il6report.figures", "il6report.analyses", "il6report.cohort",
        "il6report.source", "il6report.render", "great_tables", "plotnine", "matplotlib",
    },
    "analyses": {
        "il6report.tables", "il6report.figures", "il6report.render", "lifelines", "statsmodels",
        "pingouin", "great_tables", "plotnine", "matplotlib",
    },
    "tables": {"il6report.methods", "il6report.cohort", "il6report.source", "plotnine", "scipy"},
    "figures": {
        "il6report.methods", "il6report.cohort", "il6report.source", "great_tables", "scipy",
    },
    "render": {"il6report.analyses", "il6report.methods", "il6report.tables", "il6report.figures"},
}  # fmt: skip
STATISTICS_LIBRARIES = {"lifelines", "statsmodels", "pingouin"}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def breaches(path: Path, forbidden: set[str]) -> list[str]:
    return sorted(
        {name for name in imported(path) for bad in forbidden if f"{name}.".startswith(f"{bad}.")}
    )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    assert breaches(path, FORBIDDEN.get(room_of(path), set())) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_statistics_libraries_are_imported_in_methods_only(path: Path) -> None:
    if room_of(path) != "methods":
        assert breaches(path, STATISTICS_LIBRARIES) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_simulation_is_imported_by_the_command_line_only(path: Path) -> None:
    if room_of(path) not in {"simulation", "cli"}:
        assert breaches(path, {"il6report.simulation"}) == []


@pytest.mark.parametrize("room", ["analyses", "tables", "figures", "methods"])
def test_only_notation_rounds_or_formats_numbers(room: str) -> None:
    found = []
    for path in sorted((PACKAGE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            rounds = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name | ast.Attribute)
                and (node.func.id if isinstance(node.func, ast.Name) else node.func.attr) == "round"
            )
            formats = isinstance(node, ast.FormattedValue) and node.format_spec is not None
            if rounds or formats:
                found.append(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    assert found == []


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc"])
def test_no_drawer_for_everything(name: str) -> None:
    assert [path for path in MODULES if path.stem == name] == []


def test_no_assert_outside_tests() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assert)
    ]
    assert found == []
