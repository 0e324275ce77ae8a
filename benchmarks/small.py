"""How long every public function takes on few rows."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import il6report
from benchmarks.timing import seconds
from il6report.estimates import Estimate
from tests.public_calls import calls

_ROUNDS, _LONGEST = 6, 0.1  # spread over a minute: a machine is slower at some moments than others
_RATIO = Estimate(measure="hazard_ratio", value=2.5, conf_low=1.2, conf_high=5.2, method="Cox")
# Why some take longer, by the beginning of their names.
_REASONS = {
    "compare_two_groups permutation": "20,000 random divisions into groups",
    "mixed_model": "a mixed model",
    "normalise_bands": "raw file of the study",
    "quantify_plates": "raw file of the study: five plates, a curve on each",
    "relative_expression": "raw file of the study",
    "score_biopsies": "raw file of the study",
    "select_cutpoint": "resamples",
    "validate_concordance": "resamples",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Small:
    """One function and the time it took."""

    name: str
    rows: int
    milliseconds: float

    def why(self, few: float) -> str:
        """Tell why it takes longer than a few milliseconds; nothing where it does not."""
        if self.milliseconds <= few:
            return ""
        reasons = (why for name, why in _REASONS.items() if self.name.startswith(name))
        return next(reasons, "misses the aim")


def every_function(rows: int) -> Iterator[Small]:
    """Time all of them."""
    frames: list[tuple[str, int, Callable[[], object]]] = [
        (one.name, len(one.data), lambda one=one: one.call(one.data)) for one in calls(rows)
    ]
    functions = [*frames, *_without_frame()]
    best = [math.inf] * len(functions)
    for _ in range(_ROUNDS):
        for place, (_, _, call) in enumerate(functions):
            start = time.perf_counter()
            while time.perf_counter() - start < _LONGEST:
                best[place] = min(best[place], seconds(call, 1))
    for (name, size, _), fastest in zip(functions, best, strict=True):
        yield Small(name=name, rows=size, milliseconds=1000 * fastest)


def _without_frame() -> list[tuple[str, int, Callable[[], object]]]:
    """List the functions that take numbers and no frame."""
    r = il6report
    return [
        ("e_value", 68, lambda: r.e_value(_RATIO)),
        ("adjust_p_values", 4, lambda: r.adjust_p_values([0.01, 0.02, 0.03, 0.04])),
        ("estimate_proportion", 68, lambda: r.estimate_proportion(12, 68)),
        (
            "minimal_detectable_hazard_ratio",
            68,
            lambda: r.minimal_detectable_hazard_ratio(20, share=0.4),
        ),
    ]
