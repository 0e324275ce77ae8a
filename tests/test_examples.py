"""The example on real data: every cell and every inline value of it runs, to R's numbers."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

EXAMPLE = Path(__file__).parents[1] / "examples" / "pbc"
TEXT = (EXAMPLE / "pbc.qmd").read_text(encoding="utf-8")
CELLS = re.findall(r"^```\{python\}\n(.*?)^```", TEXT, flags=re.DOTALL | re.MULTILINE)
INLINE = re.findall(r"`\{python\} ([^`]+)`", TEXT)


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """What the document defines; figures are built and not drawn."""
    defined: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(EXAMPLE)
        for cell in CELLS:
            exec(cell, defined)  # noqa: S102 - the example is ours
    return defined


def test_the_hazard_ratio_of_bilirubin_is_that_of_r(names: dict[str, Any]) -> None:
    # survival::coxph(Surv(time, status == 2) ~ log2(bili), pbc[1:312, ])
    estimate = names["crude"].terms["log2_bilirubin"].estimate
    assert np.log(estimate.value) == pytest.approx(0.75223, abs=5e-6)
    assert estimate.std_error == pytest.approx(0.06469, abs=5e-6)
    assert names["crude"].n_events == 125


@pytest.mark.parametrize("expression", INLINE)
def test_an_inline_value_of_the_text_can_be_printed(names: dict[str, Any], expression: str) -> None:
    assert str(eval(expression, names))  # noqa: S307 - the example is ours
