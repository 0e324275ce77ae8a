"""Raw readings into quantities with a unit and a detection limit.

The public functions are loaded on first use, each from its own module.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from il6report.assays.dilution import dilution_linearity
    from il6report.assays.elisa import quantify_plates
    from il6report.assays.immunoblot import normalise_bands
    from il6report.assays.immunohistochemistry import score_biopsies
    from il6report.assays.parallelism import fit_parallel_curves
    from il6report.assays.qpcr import relative_expression
    from il6report.assays.standard_curve import fit_standard_curve

__all__ = (
    "dilution_linearity",
    "fit_parallel_curves",
    "fit_standard_curve",
    "normalise_bands",
    "quantify_plates",
    "relative_expression",
    "score_biopsies",
)

# Public name -> module of this package; kept equal to the imports above by a test.
_HOMES = {
    "dilution_linearity": "dilution",
    "fit_parallel_curves": "parallelism",
    "fit_standard_curve": "standard_curve",
    "normalise_bands": "immunoblot",
    "quantify_plates": "elisa",
    "relative_expression": "qpcr",
    "score_biopsies": "immunohistochemistry",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
